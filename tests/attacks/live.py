"""Sockets and streams that are used otherwise than is agreed, by too many, for too long, or for what is closed."""

from contextlib import AsyncExitStack
from functools import partial
from typing import Any

from tests.attacks.attack import Attack
from tests.attacks.callers import OFFICER, bearer, key, nobody, officer, token
from tests.attacks.scene import Scene
from tests.attacks.talking import Act, Talk, answered, asks, handshaking, init, opened, says, talk, welcomed
from tests.attacks.ways import Sends

BAD, OUT, SILENT, TAKEN, MANY = 4400, 4401, 4408, 4409, 4429
LARGE, OPEN = 1009, 101
HEALTH = "subscription { sourceHealthChanged { __typename } }"
line = partial(Attack, at="live")
ABROAD = "https://elsewhere.example.org"
BEGIN: dict[str, Any] = {"type": "subscribe", "id": "1", "payload": {"query": HEALTH}}


def first(message: Any) -> Sends:
    """Say this before anything else."""
    return talk(says(message))


def then(*acts: Act) -> Sends:
    """Do these once it is known who it is."""
    return talk(welcomed, *acts)


def with_payload(payload: Any) -> Sends:
    return then(says({**BEGIN, "payload": payload}))


async def pings(talk: Talk) -> None:
    """Send a thousand pings, each of which is answered, then what is none."""
    for _ in range(1_000):
        await talk.says({"type": "ping"})
    for _ in range(1_000):
        assert (await talk.hears())["type"] == "pong"
    await talk.says({"type": "pang"})


async def fifth(scene: Scene) -> None:
    """Open one socket more than a caller may have."""
    async with AsyncExitStack() as stack:
        for _ in range(4):
            await welcomed(await stack.enter_async_context(opened(scene)))
        await talk(init)(scene)


async def crowded(talk: Talk) -> None:
    """Follow as much as one may, and one thing more."""
    for number in range(4):
        await asks(HEALTH, str(number))(talk)
        if number < 3:
            await answered(talk)


async def in_address(scene: Scene) -> None:
    """Show the token where it would stand in every log."""
    shown = token()(scene)
    scene.secrets.add(shown)
    path = f"/graphql?authorization=Bearer%20{shown}&access_token={shown}"
    await handshaking(path, then=(says({"type": "connection_init"}),))(scene)


async def in_protocol(scene: Scene) -> None:
    """Show the token as the name of a protocol."""
    shown = token()(scene)
    scene.secrets.add(shown)
    await handshaking(protocols=("graphql-transport-ws", shown), then=(says({"type": "connection_init"}),))(
        scene
    )


WORDS: dict[str, Any] = {
    "no JSON": "{",
    "nothing": "",
    "a list": "[]",
    "a text": '"connection_init"',
    "no type": {"id": "1"},
    "a type that is a number": {"type": 1},
    "a type of nobody": {"type": "start", "id": "1", "payload": {"query": HEALTH}},
    "a word of the server's": {"type": "connection_ack"},
    "a payload that is a list": {"type": "connection_init", "payload": [1]},
    "a deep list": '{"type": "connection_init", "payload": ' + "[" * 9_000 + "]" * 9_000 + "}",
    "bytes": b'{"type": "connection_init"}',
    "an id without end": {"type": "subscribe", "id": "i" * 200, "payload": {"query": HEALTH}},
}
PAYLOADS: dict[str, Any] = {
    "nothing": None,
    "a text": HEALTH,
    "a list": [{"query": HEALTH}],
    "an empty object": {},
    "a query that is a number": {"query": 1},
    "variables that are a list": {"query": HEALTH, "variables": [1]},
    "33 levels": {
        "query": HEALTH,
        "variables": {"a": [[[[[[[[[[[[[[[[[[[[[[[[[[[[[[[[[1]]]]]]]]]]]]]]]]]]]]]]]]]]]]]]]]]},
    },
}
HANDSHAKES = [
    line("a socket of the older protocol", OFFICER, handshaking(protocols=("graphql-ws",)), 400, None, 0, ""),
    line("a socket of no protocol", OFFICER, handshaking(protocols=()), 400, None, 0, ""),
    line(
        "a socket of a protocol in capitals",
        OFFICER,
        handshaking(protocols=("GraphQL-Transport-WS",)),
        400,
        None,
        0,
        "",
    ),
    line("a socket for another page", OFFICER, handshaking(origin=ABROAD), 403, None, 0, ""),
    line("a socket for a file", OFFICER, handshaking(origin="null"), 403, None, 0, ""),
    line(
        "a socket for a page of a like name",
        OFFICER,
        handshaking(origin="http://127.0.0.1.example.org"),
        403,
        None,
        0,
        "",
    ),
    line("a socket elsewhere", OFFICER, handshaking("/live"), 403, None, 0, ""),
    line("a socket and its token in the address", nobody, in_address, OUT, None, 0, ""),
    line("a socket and its token as a protocol", nobody, in_protocol, OUT, None, 0, ""),
]
BEGINNINGS = [
    *(
        line(f"a first word of {name}", OFFICER, first(word), BAD, None, 0, "")
        for name, word in WORDS.items()
    ),
    line("a socket that says nothing", OFFICER, talk(), SILENT, None, 0, ""),
    line("a socket that only pings", OFFICER, first({"type": "ping"}), SILENT, None, 0, ""),
    line("a socket that asks first", OFFICER, first(BEGIN), OUT, None, 0, ""),
    line("a socket of nobody", nobody, talk(init), OUT, None, 0, ""),
    line("a socket of a token that is over", bearer(token(exp=-61)), talk(init), OUT, None, 0, ""),
    line("a socket of a bad key", key("revoked"), talk(init), OUT, None, 0, ""),
    line("a socket for curiosity", bearer(token(), "CURIOSITY"), talk(init), BAD, None, 0, ""),
    line("a first word of 70,000 signs", OFFICER, first("x" * 70_000), LARGE, None, 0, ""),
    line("a fifth socket", officer(sub="officer-l5"), fifth, MANY, None, 0, ""),
]
CONVERSATIONS = [
    line("who it is, twice", OFFICER, then(init), MANY, None, 0, ""),
    line(
        "a word of 70,000 signs", OFFICER, then(says({"type": "ping", "a": "x" * 70_000})), LARGE, None, 0, ""
    ),
    line("bytes, later", OFFICER, then(says(b"\0\1\2")), BAD, None, 0, ""),
    line(
        "an operation of no id",
        OFFICER,
        then(says({"type": "subscribe", "payload": {"query": HEALTH}})),
        BAD,
        None,
        0,
        "",
    ),
    line("an operation of an empty id", OFFICER, then(says({**BEGIN, "id": ""})), BAD, None, 0, ""),
    line("an operation of a number as id", OFFICER, then(says({**BEGIN, "id": 1})), BAD, None, 0, ""),
    line("an id that is taken", OFFICER, then(says(BEGIN), answered, says(BEGIN)), TAKEN, None, 0, ""),
    line(
        "an end of what never began, then an answer",
        OFFICER,
        then(says({"type": "complete", "id": "9"}), says({"type": "next", "id": "9"})),
        BAD,
        None,
        0,
        "",
    ),
    line("a thousand pings and what is none", OFFICER, then(pings), BAD, None, 0, ""),
    line(
        "a fourth operation on a socket of three", OFFICER, then(crowded), OPEN, "SUBSCRIPTION_LIMIT", 0, ""
    ),
    *(
        line(f"an operation of {name}", OFFICER, with_payload(payload), BAD, None, 0, "")
        for name, payload in PAYLOADS.items()
    ),
]
ATTACKS = [*HANDSHAKES, *BEGINNINGS, *CONVERSATIONS]
