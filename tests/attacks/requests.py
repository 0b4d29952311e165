"""Requests that are not as they should be: too large, of another shape, or with words for the log."""

import gzip

import msgspec

from tests.attacks.attack import Attack
from tests.attacks.callers import OFFICER, bearer, nobody, token
from tests.attacks.scene import Scene
from tests.attacks.tokens import BODY, DOCUMENT
from tests.attacks.town import ANNE, LOCKED, MARK, NAME
from tests.attacks.ways import Sends, advanced, asks, by, customer

LINE = f'\r\n{{"event":"{MARK}"}}\r\n\x1b[31m\u2028'
LONG = "x" * 100_000
NOT, BAD, MISFIT, VIEW = "BAD_REQUEST", "BAD_USER_INPUT", "GRAPHQL_VALIDATION_FAILED", "view:free"
ONE = "query One($crn: CRN!) { customer(crn: $crn) { crn } }"
SCHEMA = '{ __schema { types { name } } __type(name: "Customer") { fields { name } } }'


def sends(body: bytes, *more: tuple[str, str], path: str = "/graphql") -> Sends:
    async def send(scene: Scene) -> None:
        await scene.post(body, None, *more, path=path)

    return send


def told(query: str = ONE, **more: object) -> Sends:
    return sends(msgspec.json.encode({"query": query, "variables": {"crn": ANNE}, **more}))


def by_get(query: str) -> Sends:
    async def send(scene: Scene) -> None:
        await scene.send("GET", f"/graphql?query={query}", b"", scene.headers())

    return send


async def split(scene: Scene) -> None:
    """Let a header end, and another one begin, where its value does not."""
    await scene.on_one_wire((BODY, scene.headers(None, ("x-access-reason", f"CASE_WORK{LINE[:-1]}"))))


async def folded(scene: Scene) -> None:
    await scene.on_one_wire((BODY, scene.headers(None, ("x-request-id", f"a\r\n {MARK}\r\n\t{MARK}"))))


TWICE = f'{{"query": "{ONE}", "variables": {{"crn": "{ANNE}", "crn": "{LOCKED}"}}}}'.encode()
DEEP = b'{"query": "{ viewer { id } }", "variables": {"a": ' + b"[" * 9000 + b"]" * 9000 + b"}}"
WIDE = "{ " + " ".join(f"a{number}: viewer {{ id }}" for number in range(900)) + " }"
FORM = sends(BODY, ("content-type", "application/x-www-form-urlencoded"))
LARGE, MUCH, LONG_ID = "REQUEST_TOO_LARGE", b" " * 262_144, ("x-interaction-id", LONG[:9000])
LONG_NAME = told(ONE.replace("One", LONG), operationName=LONG)
ALMOST = "{ searchCustomers(advanced: {familyNam: 1}) { __typename } }"
IN_TEXT = f'{{ node(id: """{LINE}""") {{ id }} }}'
PACKED = sends(gzip.compress(BODY), ("content-encoding", "gzip"))
CIRCLE = "{ viewer { ...A } } fragment A on Viewer { ...B } fragment B on Viewer { ...A }"
NESTED = "{ viewer " * 600 + "}" * 600
WILD = advanced(familyName=f"%{NAME[1:]}")
INVENTED = customer("000000101K")
ATTACKS = [
    Attack("a body that is too large", OFFICER, sends(BODY + MUCH), 413, LARGE, 0, ""),
    Attack("a very long interaction id", OFFICER, sends(BODY, LONG_ID), 400, BAD, 0, ""),
    Attack("a very long reason", bearer(token(), LONG[:9000]), sends(BODY), 400, BAD, 0, ""),
    Attack("two reasons", OFFICER, sends(BODY, ("x-access-reason", "CASE_WORK")), 400, BAD, 0, ""),
    Attack("a very long header", OFFICER, sends(BODY, ("x-anything", LONG)), 431, "HEADERS_TOO_LARGE", 0, ""),
    Attack("a very long operation name", OFFICER, LONG_NAME, 200, None, 2, VIEW, (ANNE,)),
    Attack("a document that is too long", OFFICER, asks(WIDE), 400, "QUERY_TOO_LARGE", 0, ""),
    Attack("variables that are too deep", OFFICER, sends(DEEP), 400, NOT, 0, ""),
    Attack("introspection in production", OFFICER, asks(SCHEMA), 400, MISFIT, 0, ""),
    Attack("suggestions in production", OFFICER, asks("{ custmer { id } }"), 400, MISFIT, 0, ""),
    Attack("suggestions of a value", OFFICER, asks(ALMOST), 400, MISFIT, 0, ""),
    Attack("a query by GET", OFFICER, by_get(DOCUMENT), 405, "METHOD_NOT_ALLOWED", 0, ""),
    Attack("a body that is packed", OFFICER, PACKED, 400, NOT, 0, ""),
    Attack("a fragment that spreads itself", OFFICER, asks(CIRCLE), 400, MISFIT, 0, ""),
    Attack("a document that is too deep", OFFICER, asks(NESTED), 400, "QUERY_TOO_DEEP", 0, ""),
    Attack("SQL in a number", OFFICER, by(can="1' OR '1'='1"), 400, BAD, 0, ""),
    Attack("wildcards in a search", OFFICER, WILD, 200, None, 1, "search:search"),
    Attack("a batch", OFFICER, sends(b"[" + BODY + b"," + BODY + b"]"), 400, "BATCHING_DISABLED", 0, ""),
    Attack("a form, as pages of others can send", OFFICER, FORM, 415, "UNSUPPORTED_MEDIA_TYPE", 0, ""),
    Attack("keys that come twice", OFFICER, sends(TWICE), 200, None, 2, "deny:restricted", (LOCKED,)),
    Attack("a number of an invented person", OFFICER, INVENTED, 400, BAD, 0, ""),
    Attack("a line break in a header", OFFICER, split, 400, None, 0, ""),
    Attack("a header that is folded", OFFICER, folded, 400, None, 0, ""),
    Attack("a line in the operation's name", OFFICER, told(operationName=LINE), 400, MISFIT, 0, ""),
    Attack("a line in a variable", OFFICER, asks(ONE, crn=LINE), 400, BAD, 0, ""),
    Attack("a line in a comment", OFFICER, told(f"{ONE} # {MARK}\r\n# {MARK}"), 200, None, 2, VIEW, (ANNE,)),
    Attack("a line in a text of the document", OFFICER, asks(IN_TEXT), 200, None, 0, ""),
    Attack("an address that is not ours", nobody, sends(BODY, path=f"/{ANNE}"), 404, "NOT_FOUND", 0, ""),
    Attack("metrics on the public port", OFFICER, sends(b"", path="/metrics"), 404, "NOT_FOUND", 0, ""),
]
