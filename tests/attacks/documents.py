"""Documents that nobody registered, or somebody else: no trick gets one executed, or tells that it is there."""

from functools import partial
from hashlib import sha256
from typing import Any
from urllib.parse import urlencode

import msgspec

from tests.attacks.attack import Attack
from tests.attacks.callers import officer, partner
from tests.attacks.scene import Scene
from tests.attacks.stage import ENDS, FOLLOWS, MINE, THEIRS, TWO, WHO
from tests.attacks.town import ANNE, LOCKED
from tests.attacks.ways import Sends

NONE, OTHER, ONLY, NOT = "DOCUMENT_NOT_FOUND", "DOCUMENT_MISMATCH", "DOCUMENT_NOT_ALLOWED", "BAD_REQUEST"
METHOD, BAD, MISFIT, VIEW = "METHOD_NOT_ALLOWED", "BAD_USER_INPUT", "GRAPHQL_VALIDATION_FAILED", "view:free"
DESK, STRANGER, NAMELESS = officer(client_id="desk"), officer(client_id="stranger"), officer(client_id=None)
PATHS, PARTNER = officer(client_id="../desk"), partner(client_id="desk")
line, strict = partial(Attack, at="registered"), partial(Attack, at="enforced")
WITH: dict[str, Any] = {"variables": {"crn": ANNE}}
SECRET = "query Unsent { viewer { roles } }"
SHOUTED, SPACED = MINE.replace("query", "query "), MINE + " "
TYPES = "{ __schema { queryType { name } } }"
ONE_TYPE = '{ __type(name: "Customer") { fields { name } } }'
PLAIN = ("content-type", "text/plain")
FLIGHT = (("apollo-require-preflight", "1"),)


def hashed(text: str) -> str:
    return sha256(text.encode()).hexdigest()


def named(id: Any, **more: Any) -> Sends:
    """Ask for a document by its id."""
    return posted(id=id, **more)


def posted(**body: Any) -> Sends:
    async def send(scene: Scene) -> None:
        await scene.post(body)

    return send


def persisted(given: Any, version: Any = 1, **more: Any) -> Sends:
    return posted(extensions={"persistedQuery": {"version": version, "sha256Hash": given}}, **more)


def extended(told: Any, **more: Any) -> Sends:
    return posted(extensions={"persistedQuery": told}, **more)


def got(*more: tuple[str, str], **told: Any) -> Sends:
    async def send(scene: Scene) -> None:
        texts = {
            name: one if isinstance(one, str) else msgspec.json.encode(one) for name, one in told.items()
        }
        await scene.send("GET", f"/graphql?{urlencode(texts)}", b"", scene.headers(None, *more))

    return send


async def registered_at_last(scene: Scene) -> None:
    """Send a text with its hash, as persisted queries do, then the hash alone."""
    await persisted(hashed(SECRET), query=SECRET)(scene)
    await scene.mark()
    await persisted(hashed(SECRET))(scene)


UNKNOWN = named("f" * 64)
IDS: dict[str, Any] = {
    "nobody's": "e" * 64,
    "half": hashed(MINE)[:32],
    "with a letter less": hashed(MINE)[:-1],
    "with a letter more": hashed(MINE) + "0",
    "in capitals": hashed(MINE).upper(),
    "with a space": f" {hashed(MINE)}",
    "with another prefix": f"md5:{hashed(MINE)}",
    "with a prefix twice": f"sha256:sha256:{hashed(MINE)}",
    "with a prefix alone": "sha256:",
    "of nothing": "",
    "like a path": f"../other/{hashed(THEIRS)}",
    "like a file": "desk.json",
    "like a file of the system": "/etc/passwd",
    "with a NUL": f"{hashed(MINE)}\0",
    "like a client's": f"other:{hashed(THEIRS)}",
    "that is a text": MINE,
    "that is a number of somebody": LOCKED,
    "that is long": "a" * 100_000,
    "that is an attribute": "__class__",
}
SHAPES: dict[str, Any] = {
    "a number": 5,
    "a list": [hashed(MINE)],
    "an object": {"sha256": hashed(MINE)},
    "true": True,
}
UNKNOWNS = [
    *(
        line(f"an id {name}", DESK, named(id, **WITH), 404, NONE, 0, "", like=UNKNOWN)
        for name, id in IDS.items()
    ),
    *(line(f"an id that is {name}", DESK, named(id), 400, NOT, 0, "") for name, id in SHAPES.items()),
    line("another program's document", DESK, named(hashed(THEIRS)), 404, NONE, 0, "", like=UNKNOWN),
    line("a document, of no program", NAMELESS, named(hashed(WHO)), 404, NONE, 0, "", like=UNKNOWN),
    line("a document, of a stranger", STRANGER, named(hashed(WHO)), 404, NONE, 0, "", like=UNKNOWN),
    line("a program like a path", PATHS, named(hashed(WHO)), 404, NONE, 0, "", like=UNKNOWN),
    line("a document's old name", DESK, posted(documentId="Who"), 404, NONE, 0, "", like=UNKNOWN),
]
MISMATCHES = [
    line("an id and another text", DESK, named(hashed(WHO), query=SECRET), 400, OTHER, 0, ""),
    line("an id and an empty text", DESK, named(hashed(WHO), query=""), 400, OTHER, 0, ""),
    line(
        "an id and its text with a space", DESK, named(hashed(MINE), query=SPACED, **WITH), 400, OTHER, 0, ""
    ),
    line("two ids", DESK, named(hashed(WHO), documentId=hashed(MINE)), 400, NOT, 0, ""),
    line("an id and another hash", DESK, persisted(hashed(WHO), id=hashed(MINE)), 400, NOT, 0, ""),
    line("neither a text nor an id", DESK, posted(**WITH), 400, NOT, 0, ""),
    line("a registered one without its variable", DESK, named(hashed(MINE)), 400, BAD, 0, ""),
    line(
        "a registered one with a bad variable",
        DESK,
        named(hashed(MINE), variables={"crn": [1]}),
        400,
        BAD,
        0,
        "",
    ),
    line(
        "a registered one, of a restricted record",
        DESK,
        named(hashed(MINE), variables={"crn": LOCKED}),
        200,
        None,
        2,
        "deny:restricted",
        (LOCKED,),
    ),
    line("which of two operations", DESK, named(hashed(TWO)), 400, MISFIT, 0, ""),
    line(
        "an operation that it does not have",
        DESK,
        named(hashed(TWO), operationName="Third"),
        400,
        MISFIT,
        0,
        "",
    ),
    line("an operation of no name", DESK, named(hashed(TWO), operationName=""), 400, MISFIT, 0, ""),
    line("a registered stream, as one answer", DESK, named(hashed(FOLLOWS)), 400, NOT, 0, ""),
    line("a program of another's, as a partner", PARTNER, named(hashed(THEIRS)), 404, NONE, 0, ""),
]
PERSISTED = [
    line("a hash that is not known", DESK, persisted(hashed(SECRET)), 404, NONE, 0, ""),
    line(
        "a hash with its text, to register", DESK, persisted(hashed(SECRET), query=SECRET), 404, NONE, 0, ""
    ),
    line("what was tried to register", DESK, registered_at_last, 404, NONE, 0, ""),
    line("a hash with another's text", DESK, persisted(hashed(WHO), query=SECRET), 400, OTHER, 0, ""),
    line("a hash of version 2", DESK, persisted(hashed(WHO), 2), 400, NOT, 0, ""),
    line("a hash of version true", DESK, persisted(hashed(WHO), True), 400, NOT, 0, ""),
    line("a hash of a version as text", DESK, persisted(hashed(WHO), "1"), 400, NOT, 0, ""),
    line("a hash of no version", DESK, extended({"sha256Hash": hashed(WHO)}), 400, NOT, 0, ""),
    line("a hash that is a number", DESK, persisted(5), 400, NOT, 0, ""),
    line("a hash that is a list", DESK, persisted([hashed(WHO)]), 400, NOT, 0, ""),
    line("a persisted query that is a text", DESK, extended(hashed(WHO)), 400, NOT, 0, ""),
    line("a persisted query of nothing", DESK, extended({}), 400, NOT, 0, ""),
    line("a bad persisted query beside a text", DESK, extended([], query=WHO), 400, NOT, 0, ""),
]
FETCHED = [
    line("a registered change by GET", DESK, got(*FLIGHT, id=hashed(ENDS)), 405, METHOD, 0, ""),
    line("a registered query without a header", DESK, got(PLAIN, id=hashed(WHO)), 405, METHOD, 0, ""),
    line(
        "a variable in an address",
        DESK,
        got(*FLIGHT, id=hashed(MINE), variables={"crn": ANNE}),
        405,
        METHOD,
        0,
        "",
    ),
    line(
        "a text beside an id in an address", DESK, got(*FLIGHT, id=hashed(WHO), query=WHO), 405, METHOD, 0, ""
    ),
    line(
        "two ids in an address",
        DESK,
        got(*FLIGHT, id=hashed(WHO), documentId=hashed(TWO)),
        405,
        METHOD,
        0,
        "",
    ),
    line("another program's by GET", DESK, got(*FLIGHT, id=hashed(THEIRS)), 404, NONE, 0, ""),
    line("a registered stream by GET", DESK, got(*FLIGHT, id=hashed(FOLLOWS)), 400, NOT, 0, ""),
]
TEXTS = [
    strict("a text where only ids go", DESK, posted(query=SECRET), 400, ONLY, 0, ""),
    strict("a registered text with a space", DESK, posted(query=SPACED, **WITH), 400, ONLY, 0, ""),
    strict("a registered text with two", DESK, posted(query=SHOUTED, **WITH), 400, ONLY, 0, ""),
    strict("another program's text", DESK, posted(query=THEIRS), 400, ONLY, 0, ""),
    strict("a registered text, of a stranger", STRANGER, posted(query=WHO), 400, ONLY, 0, ""),
    strict("half a text where only ids go", DESK, posted(query="{"), 400, ONLY, 0, ""),
    strict("a bomb where only ids go", DESK, posted(query="{a" * 5_000), 400, ONLY, 0, ""),
    strict("an empty text where only ids go", DESK, posted(query=""), 400, ONLY, 0, ""),
    strict("types where only ids go", DESK, posted(query=TYPES), 400, ONLY, 0, ""),
    strict("a hash where only ids go", DESK, persisted(hashed(SECRET), query=SECRET), 404, NONE, 0, ""),
    line("the schema's types", DESK, posted(query=TYPES), 400, MISFIT, 0, ""),
    line("one of the schema's types", DESK, posted(query=ONE_TYPE), 400, MISFIT, 0, ""),
    line(
        "types behind an alias",
        DESK,
        posted(query=TYPES.replace("__schema", "viewer: __schema")),
        400,
        MISFIT,
        0,
        "",
    ),
    line(
        "types behind a fragment",
        DESK,
        posted(query="{ ...A } fragment A on Query " + TYPES),
        400,
        MISFIT,
        0,
        "",
    ),
    line(
        "types that are left out",
        DESK,
        posted(query=TYPES.replace("a {", "a @skip(if: true) {")),
        400,
        MISFIT,
        0,
        "",
    ),
    line("the services of a subgraph", DESK, posted(query="{ _service { sdl } }"), 400, MISFIT, 0, ""),
]
ATTACKS = [*UNKNOWNS, *MISMATCHES, *PERSISTED, *FETCHED, *TEXTS]
