"""Bodies that are nearly JSON, or JSON of another shape than a request for an operation."""

import codecs
from typing import Any

import msgspec

from tests.attacks.attack import Attack
from tests.attacks.callers import OFFICER
from tests.attacks.requests import sends
from tests.attacks.tokens import BODY, SEEN
from tests.attacks.town import ANNE
from tests.attacks.ways import Sends

NOT, BATCH, PARSE, MISFIT = (
    "BAD_REQUEST",
    "BATCHING_DISABLED",
    "GRAPHQL_PARSE_FAILED",
    "GRAPHQL_VALIDATION_FAILED",
)
BAD, NO_ID, VIEW = "BAD_USER_INPUT", "DOCUMENT_NOT_FOUND", "view:free"
TEXT = BODY.decode()
ONE = '{"query": "query($crn: CRN!) { customer(crn: $crn) { crn } }", "variables": {"crn": %s}}'


def told(**body: Any) -> Sends:
    return sends(msgspec.json.encode(body))


def valued(value: str) -> Sends:
    """A variable that is this piece of JSON, or nearly."""
    return sends((ONE % value).encode())


def nested(depth: int) -> bytes:
    return b'{"query": "{ viewer { id } }", "variables": {"a": ' + b"[" * depth + b"]" * depth + b"}}"


FIRST_LAST = b'{"query": "{ nothing }", "query": "{ viewer { kind } }"}'
BRACKETS = told(query="{ viewer { kind } }", variables={"a": "[{" * 9_000})
HIDDEN = (
    b'{"query": "{ viewer { kind } }", "a": "' + b'\\"' * 500 + b'", "b": ' + b"[" * 40 + b"]" * 40 + b"}"
)
SHAPES: dict[str, bytes] = {
    "nothing": b"",
    "a space": b" ",
    "null": b"null",
    "true": b"true",
    "a number": b"1",
    "a text": b'"{ viewer { id } }"',
    "an empty object": b"{}",
    "a query that is a number": b'{"query": 1}',
    "a query that is a list": b'{"query": ["{ viewer { id } }"]}',
    "a query that is null": b'{"query": null}',
    "variables that are a list": b'{"query": "{ viewer { id } }", "variables": [1]}',
    "variables that are a text": b'{"query": "{ viewer { id } }", "variables": "{}"}',
    "a name that is a number": b'{"query": "{ viewer { id } }", "operationName": 1}',
    "extensions that are a list": b'{"query": "{ viewer { id } }", "extensions": []}',
    "half a body": BODY[:-5],
    "two bodies": BODY + BODY,
    "a body with a comma more": BODY[:-1] + b",}",
    "a comment": b"/* */" + BODY,
    "single quotes": BODY.replace(b'"', b"'"),
    "UTF-16": TEXT.encode("utf-16"),
    "UTF-32": TEXT.encode("utf-32-be"),
    "a mark of the order of bytes": codecs.BOM_UTF8 + BODY,
    "bytes that are no text": BODY.replace(b"query", b"qu\xff\xfery", 1),
    "an overlong slash": b'{"query": "{ viewer { id } } # \xc0\xaf"}',
    "a NUL": BODY + b"\0",
    "33 levels": nested(33),
    "brackets behind quotes": HIDDEN,
}
ATTACKS = [
    *(Attack(f"a body of {name}", OFFICER, sends(body), 400, NOT, 0, "") for name, body in SHAPES.items()),
    Attack("a batch of nothing", OFFICER, sends(b"[]"), 400, BATCH, 0, ""),
    Attack("a batch behind spaces", OFFICER, sends(b"\n\t [" + BODY + b"]"), 400, BATCH, 0, ""),
    Attack("a batch of a thousand", OFFICER, sends(b"[" + b"{}," * 1_000 + b"{}]"), 400, BATCH, 0, ""),
    Attack("a variable that is no number", OFFICER, valued("NaN"), 400, NOT, 0, ""),
    Attack("a variable without end", OFFICER, valued("Infinity"), 400, NOT, 0, ""),
    Attack("a variable below everything", OFFICER, valued("-Infinity"), 400, NOT, 0, ""),
    Attack("a number too large for any", OFFICER, valued("1e999"), 400, NOT, 0, ""),
    Attack("a number of 5,000 digits", OFFICER, valued("9" * 5_000), 400, NOT, 0, ""),
    Attack("half a letter in a variable", OFFICER, valued('"\\ud800"'), 400, NOT, 0, ""),
    Attack("a NUL in a variable", OFFICER, valued(f'"{ANNE}\\u0000"'), 400, BAD, 0, ""),
    Attack("a number as a CRN", OFFICER, valued("204"), 400, BAD, 0, ""),
    Attack("a list as a CRN", OFFICER, valued(f'["{ANNE}"]'), 400, BAD, 0, ""),
    Attack("an object as a CRN", OFFICER, valued(f'{{"crn": "{ANNE}"}}'), 400, BAD, 0, ""),
    Attack("null as a CRN", OFFICER, valued("null"), 400, BAD, 0, ""),
    Attack("a CRN of other alphabets", OFFICER, valued('"２０４１２３４５６Ａ"'), 400, BAD, 0, ""),
    Attack("a key that comes twice, first bad", OFFICER, sends(FIRST_LAST), 200, None, 0, ""),
    Attack("brackets in a text", OFFICER, BRACKETS, 200, None, 0, ""),
    Attack("a NUL in the document", OFFICER, told(query="{ viewer { id } } \0"), 400, PARSE, 0, ""),
    Attack("an empty document", OFFICER, told(query=""), 400, PARSE, 0, ""),
    Attack(
        "fields that nobody knows",
        OFFICER,
        told(**msgspec.json.decode(BODY), admin=True),
        200,
        None,
        2,
        VIEW,
        SEEN,
    ),
]
