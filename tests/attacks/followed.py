"""What is followed on sockets and streams: documents that go too far, records that are closed, tokens that end."""

import asyncio
from typing import Any

from sources.parts import Restriction
from tests.attacks.callers import OFFICER, bearer, nobody, officer, partner, token
from tests.attacks.cost import circular, doubled, nested
from tests.attacks.live import HEALTH, OPEN, OUT, line, then
from tests.attacks.requests import sends
from tests.attacks.scene import Scene
from tests.attacks.talking import Talk, answered, asks, opened, welcomed
from tests.attacks.town import LATER, LOCKED
from tests.attacks.ways import Sends

MISFIT, NOT, DENIED = "GRAPHQL_VALIDATION_FAILED", "BAD_REQUEST", "deny:restricted"
FOLLOW = "subscription($crn: CRN!) { customerChanged(crn: $crn) { crn profile { names { family } } } }"
TWO = "subscription { a: sourceHealthChanged { __typename } screenPop { __typename } }"
TYPES = "{ __schema { types { name } } }"
PARTNER = partner()
SHORT = bearer(token(sub="officer-l1", exp=60))
AS_EVENTS = ("accept", "text/event-stream")


def asked(query: str, **variables: Any) -> Sends:
    return then(asks(query, **variables))


def followed(query: str, *more: tuple[str, str], **variables: Any) -> Sends:
    """Ask for a stream of events."""

    async def send(scene: Scene) -> None:
        await scene.post({"query": query, "variables": variables}, None, *(more or (AS_EVENTS,)))

    return send


async def over(talk: Talk) -> None:
    """Let the token end while something is followed."""
    talk.scene.wait(seconds=120)
    await asyncio.sleep(0)


async def restricted_meanwhile(scene: Scene) -> None:
    """Go on following a record that has been restricted."""
    await scene.gate.tell(Restriction(LATER, restricted=False))
    await scene.mark()
    async with opened(scene) as one:
        await welcomed(one)
        await asks(FOLLOW, crn=LATER)(one)
        await answered(one)
        await scene.gate.tell(Restriction(LATER, restricted=True, manager="officer-9"))
        await scene.mark()
        scene.answers.append(await one.outcome())


OPERATIONS = [
    line("a socket for half a document", OFFICER, asked("{"), OPEN, "GRAPHQL_PARSE_FAILED", 0, ""),
    line("a socket for two streams at once", OFFICER, asked(TWO), OPEN, MISFIT, 0, ""),
    line("a socket for the schema's types", OFFICER, asked(TYPES), OPEN, MISFIT, 0, ""),
    line("a socket for 600 levels", OFFICER, asked(f"{{ {nested(600)} }}"), OPEN, "QUERY_TOO_DEEP", 0, ""),
    line("a socket for fragments that double", OFFICER, asked(doubled(40)), OPEN, "QUERY_TOO_COMPLEX", 0, ""),
    line("a socket for a circle", OFFICER, asked(circular(9)), OPEN, MISFIT, 0, ""),
    line(
        "a socket for a number that is none",
        OFFICER,
        asked(FOLLOW, crn="1' OR 1"),
        OPEN,
        "BAD_USER_INPUT",
        0,
        "",
    ),
    line(
        "a socket for a restricted record",
        OFFICER,
        asked(FOLLOW, crn=LOCKED),
        OPEN,
        "RESTRICTED_RECORD",
        2,
        DENIED,
        (LOCKED,),
    ),
    line(
        "a socket for a restricted record, as a partner",
        PARTNER,
        asked(FOLLOW, crn=LOCKED),
        OPEN,
        None,
        4,
        DENIED,
    ),
    line(
        "a socket for what is restricted meanwhile",
        officer(sub="officer-l2"),
        restricted_meanwhile,
        OUT,
        None,
        2,
        DENIED,
    ),
    line("a token that ends meanwhile", SHORT, then(asks(HEALTH), answered, over), OUT, None, 0, ""),
]
STREAMS = [
    line(
        "a stream as one answer", OFFICER, followed(HEALTH, ("accept", "application/json")), 400, NOT, 0, ""
    ),
    line("a stream by whoever takes anything", OFFICER, followed(HEALTH, ("accept", "*/*")), 400, NOT, 0, ""),
    line(
        "a stream that is not wanted",
        OFFICER,
        followed(HEALTH, ("accept", "text/event-stream;q=0")),
        406,
        "NOT_ACCEPTABLE",
        0,
        "",
    ),
    line("a stream of nobody", nobody, followed(HEALTH), 401, "UNAUTHENTICATED", 0, ""),
    line(
        "a stream for half a document",
        OFFICER,
        followed("subscription {"),
        400,
        "GRAPHQL_PARSE_FAILED",
        0,
        "",
    ),
    line(
        "a stream as plain text",
        OFFICER,
        sends(b"{}", AS_EVENTS, ("content-type", "text/plain")),
        415,
        "UNSUPPORTED_MEDIA_TYPE",
        0,
        "",
    ),
    line("a batch of streams", OFFICER, sends(b"[{}]", AS_EVENTS), 400, "BATCHING_DISABLED", 0, ""),
]
ATTACKS = [*OPERATIONS, *STREAMS]
