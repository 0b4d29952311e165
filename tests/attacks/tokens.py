"""Tokens that are none, that are somebody else's, or that claim more than their issuer may say."""

import uuid
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager

import msgspec

from tests.attacks.attack import Attack
from tests.attacks.callers import (
    HEADER,
    OFFICER,
    bearer,
    nobody,
    of_a_persona,
    officer,
    partner,
    token,
    unsigned,
    with_public_key,
)
from tests.attacks.scene import Scene
from tests.attacks.town import ANNE, NAME
from tests.attacks.ways import customer
from tests.running.issuing import Pair, made, part, public

OUT, NO_FIELD = "UNAUTHENTICATED", "FORBIDDEN_FIELD"
VIEW, SEEN = "view:free", (ANNE, NAME)
ASK = customer(ANNE)
DOCUMENT = f'{{ customer(crn: "{ANNE}") {{ crn profile {{ names {{ family }} }} }} }}'
BODY = msgspec.json.encode({"query": DOCUMENT})
OTHERS = made("rsa", 2)
NOWHERE = "http://127.0.0.1:1/keys"


async def replayed(scene: Scene) -> None:
    shown = OFFICER(scene)
    await scene.ask(DOCUMENT, lambda _: shown)
    scene.wait(minutes=11)
    await scene.mark()
    await scene.ask(DOCUMENT, lambda _: shown)


async def flood(scene: Scene) -> None:
    """Name a thousand keys that nobody has. The signature is never looked at."""
    await scene.ask("{ viewer { id } }", OFFICER)
    await scene.mark()
    rest = token()(scene).partition(".")[2]
    heads = [part(msgspec.json.encode({**HEADER, "kid": uuid.uuid4().hex})) for _ in range(1000)]
    shown = [bearer(lambda _, head=head: f"{head}.{rest}") for head in heads]  # type: ignore[misc]
    await scene.on_one_wire(*((BODY, scene.headers(one)) for one in shown))


async def in_the_address(scene: Scene) -> None:
    text = token()(scene)
    await scene.post(BODY, None, path=f"/graphql?access_token={text}&authorization=Bearer%20{text}")


async def in_a_cookie(scene: Scene) -> None:
    text = token()(scene)
    await scene.post(BODY, None, ("cookie", f"authorization=Bearer {text}; access_token={text}"))


async def twice_in_one(scene: Scene) -> None:
    text = token()(scene)
    await scene.post(BODY, lambda _: [("authorization", f"Bearer {text}, Bearer {text}")])


async def in_two_headers(scene: Scene) -> None:
    await scene.post(BODY, lambda _: [*OFFICER(scene), *partner()(scene)[:1]])


async def beside_a_key(scene: Scene) -> None:
    await scene.post(BODY, lambda _: [*OFFICER(scene), ("x-api-key", scene.stage.keys["good"])])


@asynccontextmanager
async def rotated(scene: Scene) -> AsyncIterator[Pair]:
    """The issuer signs with another key from now on, and publishes it alone."""
    issuer, new = scene.stage.staff, made("rsa", 3)
    await scene.ask("{ viewer { id } }", OFFICER)
    before, issuer.keys = issuer.keys, [public(new, "next")]
    try:
        yield new
    finally:
        issuer.keys = before
        scene.wait(minutes=11)


async def by_the_key_before(scene: Scene) -> None:
    async with rotated(scene):
        scene.wait(minutes=11)
        await scene.mark()
        await scene.ask(DOCUMENT, OFFICER)


async def by_the_next_key(scene: Scene) -> None:
    async with rotated(scene) as new:
        await scene.mark()
        await scene.ask(DOCUMENT, bearer(token({"kid": "next"}, new)))


async def taken_back_while_proved(scene: Scene) -> None:
    """Show a token again that was proved a moment ago, after its key was taken back and another one looked for."""
    shown = OFFICER(scene)
    async with rotated(scene) as new:
        await scene.ask(DOCUMENT, lambda _: shown)
        await scene.ask("{ viewer { id } }", bearer(token({"kid": "next"}, new)))
        await scene.mark()
        await scene.ask(DOCUMENT, lambda _: shown)


@asynccontextmanager
async def down(scene: Scene) -> AsyncIterator[None]:
    """The issuer fails after its keys were read, until they are older than they should be."""
    await scene.ask("{ viewer { id } }", OFFICER)
    scene.stage.staff.status = 503
    scene.wait(minutes=15)
    await scene.mark()
    try:
        yield
    finally:
        scene.stage.staff.status = 200
        scene.wait(minutes=1)


async def while_down(scene: Scene) -> None:
    async with down(scene):
        await scene.ask(DOCUMENT)


async def swapped(scene: Scene) -> None:
    """Ask as an officer and then as a partner, in one connection, for what is in the cache by then."""
    for _ in range(2):
        officers, partners = (scene.headers(who) for who in (OFFICER, partner()))
        await scene.mark(warm=True)
        await scene.on_one_wire((BODY, officers), (BODY, partners))
    assert ANNE in scene.answers[0].text
    scene.answers[:] = scene.answers[1:]


LEADING = {"x-role": "admin", "x-scopes": "crn:read debts:read", "x-user": "officer-9"}
LEADING |= {"x-original-user": "officer-ra", "x-forwarded-user": "officer-ra", "x-kind": "STAFF"}


async def led_by_headers(scene: Scene) -> None:
    await scene.post(BODY, None, *LEADING.items())


OWED = customer(ANNE, "crn ownership { cases { number } }")
BOLD = partner(plus="ownership:read admin *", roles=["admin", "officer-ra"])
THEIRS = token({"kid": "partners"}, made("rsa", 1))
CARD = bearer(token({"jwk": public(OTHERS, "rsa")}, OTHERS))
ATTACKS = [
    Attack("no token", nobody, ASK, 401, OUT, 0, "", fetches=0),
    Attack("garbage", bearer(lambda _: "a.b.c"), ASK, 401, OUT, 0, "", fetches=0),
    Attack("a wrong key", bearer(token(key=OTHERS)), ASK, 401, OUT, 0, "", fetches=1),
    Attack("alg none", bearer(unsigned), ASK, 401, OUT, 0, "", fetches=0),
    Attack("HS256 with the public key", bearer(with_public_key), ASK, 401, OUT, 0, "", fetches=0),
    Attack("jku", bearer(token({"jku": NOWHERE}, OTHERS)), ASK, 401, OUT, 0, "", fetches=0),
    Attack("jwk", CARD, ASK, 401, OUT, 0, "", fetches=0),
    Attack("x5u", bearer(token({"x5u": NOWHERE}, OTHERS)), ASK, 401, OUT, 0, "", fetches=0),
    Attack("crit", bearer(token({"crit": ["exp"]})), ASK, 401, OUT, 0, "", fetches=0),
    Attack("a wrong audience", bearer(token(aud="another")), ASK, 401, OUT, 0, "", fetches=0),
    Attack("a wrong issuer", bearer(token(iss="https://evil.example")), ASK, 401, OUT, 0, "", fetches=0),
    Attack("expired", bearer(token(iat=-600, exp=-31)), ASK, 401, OUT, 0, "", fetches=0),
    Attack("not valid yet", bearer(token(nbf=31)), ASK, 401, OUT, 0, "", fetches=0),
    Attack("good for too long", bearer(token(iat=-10, exp=3591)), ASK, 401, OUT, 0, "", fetches=0),
    Attack("a log-in that is still to come", officer(auth_time=31), ASK, 401, OUT, 0, "", fetches=0),
    Attack("an ID token", bearer(token(nonce="n")), ASK, 401, OUT, 0, "", fetches=0),
    Attack("a wrong typ", bearer(token({"typ": "logout+jwt"})), ASK, 401, OUT, 0, "", fetches=0),
    Attack("no kid", bearer(token({"kid": None})), ASK, 401, OUT, 0, "", fetches=0),
    Attack("a thousand unknown kids", nobody, flood, 401, OUT, 0, "", fetches=1),
    Attack("another issuer's key", bearer(THEIRS), ASK, 401, OUT, 0, "", fetches=1),
    Attack("an own number that cannot be read", officer(own=["12"]), ASK, 401, OUT, 0, "", fetches=0),
    Attack("a persona in production", bearer(of_a_persona), ASK, 401, OUT, 0, "", fetches=0),
    Attack("a token replayed after its end", nobody, replayed, 401, OUT, 0, "", fetches=0),
    Attack("a token after its key was replaced", nobody, by_the_key_before, 401, OUT, 0, "", fetches=1),
    Attack("a token of the key that replaces", nobody, by_the_next_key, 200, None, 2, VIEW, SEEN),
    Attack("a proved token whose key was taken back", nobody, taken_back_while_proved, 401, OUT, 0, ""),
    Attack("a known key, its issuer down", OFFICER, while_down, 200, None, 2, VIEW, SEEN),
    Attack("a kid of a down issuer", bearer(token({"kid": "x"})), while_down, 401, OUT, 0, ""),
    Attack("a token in the address", nobody, in_the_address, 401, OUT, 0, ""),
    Attack("a token in a cookie", nobody, in_a_cookie, 401, OUT, 0, ""),
    Attack("a token presented twice", nobody, twice_in_one, 401, OUT, 0, ""),
    Attack("two callers' tokens", nobody, in_two_headers, 401, OUT, 0, ""),
    Attack("a token and a key", nobody, beside_a_key, 401, OUT, 0, ""),
    Attack("tokens swapped on one wire", nobody, swapped, 200, None, 0, "view:free view:free", (NAME,)),
    Attack("a partner's kind: staff", partner(kind="staff"), OWED, 200, NO_FIELD, 2, VIEW),
    Attack("a partner's unknown roles and scopes", BOLD, OWED, 200, NO_FIELD, 2, VIEW),
    Attack("headers that name a role", partner(), led_by_headers, 200, None, 2, VIEW, (NAME,)),
]
