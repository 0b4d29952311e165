"""API keys that are none, that are no longer good, or that are shown where and from where they may not be."""

from tests.attacks.attack import Attack
from tests.attacks.callers import key, nobody
from tests.attacks.scene import Scene
from tests.attacks.tokens import ASK, BODY, OUT
from tests.attacks.town import NAME

SPOOFED = {"x_forwarded_for": "192.0.2.1", "x_real_ip": "192.0.2.1", "forwarded": "for=192.0.2.1"}


def mistyped(scene: Scene) -> list[tuple[str, str]]:
    text = scene.stage.keys["good"]
    return [("x-api-key", text[:20] + ("a" if text[20] != "a" else "b") + text[21:])]


def as_a_token(scene: Scene) -> list[tuple[str, str]]:
    return [("authorization", f"Bearer {scene.stage.keys['good']}")]


async def in_the_address(scene: Scene) -> None:
    await scene.post(BODY, None, path=f"/graphql?x-api-key={scene.stage.keys['good']}")


async def unproved(scene: Scene) -> None:
    """Show bad keys again and again, each time with another address in front of one's own; others there get in."""
    for guess in range(3):
        await scene.post(BODY, key("nobody", x_forwarded_for=f"203.0.113.{guess}, 198.51.100.7"))
    assert (await scene.post(BODY, key("good", x_forwarded_for="198.51.100.7"))).status == 200
    await scene.mark()
    await scene.post(BODY, key("nobody", x_forwarded_for="203.0.113.9, 198.51.100.7"))


LATER = "RATE_LIMITED"
BEHIND = key("office", x_forwarded_for="192.0.2.1, 198.51.100.1")
ATTACKS = [
    Attack("a key of an unknown id", key("nobody"), ASK, 401, OUT, 0, ""),
    Attack("a key of a known id and another secret", key("guess"), ASK, 401, OUT, 0, ""),
    Attack("a key that was mistyped", mistyped, ASK, 401, OUT, 0, ""),
    Attack("a key that was taken back", key("revoked"), ASK, 401, OUT, 0, ""),
    Attack("a key that has ended", key("expired"), ASK, 401, OUT, 0, ""),
    Attack("a key from another network", key("office"), ASK, 401, OUT, 0, ""),
    Attack("a network made up in a header", key("office", **SPOOFED), ASK, 401, OUT, 0, ""),
    Attack("a network made up behind a proxy", BEHIND, ASK, 401, OUT, 0, "", at="proxied"),
    Attack("one bad key after the other", nobody, unproved, 429, LATER, 0, "", at="proxied"),
    Attack("a test key in production", key("test"), ASK, 401, OUT, 0, ""),
    Attack("a key in the address", nobody, in_the_address, 401, OUT, 0, ""),
    Attack("a key as a token", as_a_token, ASK, 401, OUT, 0, ""),
    Attack("the key before, while both are good", key("old"), ASK, 200, None, 2, "view:free", (NAME,)),
    Attack("a key of a version that was retired", key("good"), ASK, 401, OUT, 0, "", at="retired"),
]
