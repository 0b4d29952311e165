"""The HTTP side: media types, methods, sizes, shapes of requests, and the headers of every answer."""

import uuid
from collections.abc import AsyncIterator
from typing import Any

import msgspec
import pytest

from tests.running import Answer, Gate, codes, serving
from tests.running.people import ANNE, person

GRAPHQL = "application/graphql-response+json"
JSON = "application/json"
WHO = "{ viewer { id } }"


@pytest.fixture(scope="module")
async def gate(tmp_path_factory: pytest.TempPathFactory) -> AsyncIterator[Gate]:
    async with serving(tmp_path_factory.mktemp("http"), person(ANNE)) as serves:
        yield serves


def body(query: Any = WHO, **more: Any) -> bytes:
    return msgspec.json.encode({"query": query, **more})


def assert_usual_headers(answer: Answer) -> None:
    assert answer.headers["cache-control"] == "no-store"
    assert answer.headers["x-content-type-options"] == "nosniff"
    assert {"Authorization", "Accept", "Origin"} <= {
        word.strip() for word in answer.headers["vary"].split(",")
    }
    assert uuid.UUID(answer.headers["x-request-id"])


@pytest.mark.parametrize(
    ("accept", "given"),
    [
        (None, JSON),
        ("*/*", JSON),
        ("application/*", JSON),
        (JSON, JSON),
        (GRAPHQL, GRAPHQL),
        (f"{GRAPHQL}, {JSON};q=0.9", GRAPHQL),
        (f"text/html, {JSON};q=0.5", JSON),
        ("Application/JSON; charset=utf-8", JSON),
        (GRAPHQL.upper(), GRAPHQL),
        (f"{GRAPHQL};q=0, {JSON}", JSON),
    ],
)
async def test_the_answer_has_the_type_that_is_read(accept: str | None, given: str, gate: Gate) -> None:
    answer = await gate.post(body(), headers={"accept": accept} if accept else {})
    assert answer.status == 200
    assert answer.headers["content-type"] == f"{given}; charset=utf-8"
    assert answer.data["viewer"]
    assert_usual_headers(answer)


@pytest.mark.parametrize(
    "accept", ["text/html", "image/*", "application/xml, text/plain", "nonsense", f"{JSON};q=0"]
)
async def test_who_reads_neither_type_gets_406(accept: str, gate: Gate) -> None:
    answer = await gate.post(body(), headers={"accept": accept})
    assert (answer.status, answer.refusal) == (406, "NOT_ACCEPTABLE")
    assert_usual_headers(answer)


@pytest.mark.parametrize(
    "given",
    [
        "text/plain",
        "",
        "application/x-www-form-urlencoded",
        "multipart/form-data; boundary=x",
        "application/graphql",
        f"{JSON}; charset=latin-1",
        f"{JSON}; charset=utf-16",
    ],
)
async def test_a_body_of_another_type_gets_415(given: str, gate: Gate) -> None:
    answer = await gate.post(body(), headers={"content-type": given})
    assert (answer.status, answer.refusal) == (415, "UNSUPPORTED_MEDIA_TYPE")
    assert_usual_headers(answer)


@pytest.mark.parametrize(
    "given",
    [JSON, f"{JSON}; charset=utf-8", f"{JSON};charset=UTF-8", f'{JSON}; charset="utf-8"', "Application/Json"],
)
async def test_json_in_utf_8_is_read(given: str, gate: Gate) -> None:
    assert (await gate.post(body(), headers={"content-type": given})).data["viewer"]


@pytest.mark.parametrize("method", ["GET", "PUT", "DELETE", "PATCH", "OPTIONS"])
async def test_other_methods_get_405(method: str, gate: Gate) -> None:
    answer = await gate.send(method, "/graphql?query={viewer{id}}", b"", {})
    assert (answer.status, answer.refusal) == (405, "METHOD_NOT_ALLOWED")
    assert answer.headers["allow"] == "POST"
    assert "access-control-allow-origin" not in answer.headers
    assert_usual_headers(answer)


async def test_a_health_address_says_how_it_is_asked(gate: Gate) -> None:
    answer = await gate.send("POST", "/health/live", b"", {})
    assert answer.status == 405
    assert "GET" in answer.headers["allow"]


@pytest.mark.parametrize(
    "path", ["/", "/nothing", "/graphql/x", "/graphql/", "/health", "/docs", "/%00", f"/{ANNE}"]
)
async def test_other_addresses_get_404(path: str, gate: Gate) -> None:
    answer = await gate.send("POST", path, body(), {})
    assert (answer.status, answer.refusal) == (404, "NOT_FOUND")
    assert ANNE not in answer.text
    assert_usual_headers(answer)


@pytest.mark.parametrize("path", ["/health/live", "/health/ready"])
async def test_health_is_told_to_everybody_and_kept_by_nobody(path: str, gate: Gate) -> None:
    answer = await gate.send("GET", path, b"", {})
    assert answer.status == 200
    assert_usual_headers(answer)


MALFORMED = {
    "nothing": b"",
    "no JSON": b"{",
    "a text": b'"{ viewer { id } }"',
    "null": b"null",
    "a number": b"1",
    "no query": b"{}",
    "a query that is null": b'{"query": null}',
    "a query that is a number": b'{"query": 1}',
    "variables that are a list": b'{"query": "{ viewer { id } }", "variables": []}',
    "variables that are a text": b'{"query": "{ viewer { id } }", "variables": "{}"}',
    "an operation name that is a number": b'{"query": "{ viewer { id } }", "operationName": 1}',
    "two documents": body() + body(),
    "not UTF-8": b'{"query": "\xff\xfe"}',
    "not a number": b'{"query": "{ viewer { id } }", "variables": {"a": NaN}}',
    "deep variables": b'{"query": "{ viewer { id } }", "variables": {"a": '
    + b"[" * 20_000
    + b"]" * 20_000
    + b"}}",
    "a deep text": b'{"a":' * 20_000 + b"1" + b"}" * 20_000,
}


@pytest.mark.parametrize("kind", MALFORMED)
async def test_what_is_no_request_gets_400(kind: str, gate: Gate) -> None:
    answer = await gate.post(MALFORMED[kind])
    assert (answer.status, answer.refusal) == (400, "BAD_REQUEST")
    assert_usual_headers(answer)


@pytest.mark.parametrize("sent", [b"[]", b"  [" + body() + b"]", b"[" + body() + b"," + body() + b"]", b"[1"])
async def test_several_requests_in_one_get_400(sent: bytes, gate: Gate) -> None:
    answer = await gate.post(sent)
    assert (answer.status, answer.refusal) == (400, "BATCHING_DISABLED")


async def test_a_body_that_is_too_large_gets_413(gate: Gate) -> None:
    most = gate.gateway.settings.body_bytes
    fits = body(WHO + " " * (most - len(body())))
    assert len(fits) == most
    assert (await gate.post(fits)).data["viewer"]
    answer = await gate.post(fits + b" ")
    assert (answer.status, answer.refusal) == (413, "REQUEST_TOO_LARGE")
    assert_usual_headers(answer)


UUID = "7052c842-794c-46af-8890-263da6c9ac9a"


@pytest.mark.parametrize("given", [UUID, UUID.replace("-", ""), UUID.upper()])
async def test_a_request_id_that_is_a_uuid_is_kept(given: str, gate: Gate) -> None:
    for sent in (body(), body("{"), b"no JSON"):
        answer = await gate.post(sent, headers={"x-request-id": given})
        assert answer.headers["x-request-id"] == given.lower()
        assert all(error["extensions"]["reference"] == given.lower() for error in answer.errors)


@pytest.mark.parametrize("given", [ANNE, "", "1", "x" * 500, UUID + UUID, "{" + UUID + "}"])
async def test_another_request_id_is_replaced(given: str, gate: Gate) -> None:
    answer = await gate.post(body(), headers={"x-request-id": given})
    assert answer.headers["x-request-id"] != given
    assert_usual_headers(answer)


NOT_RUN = {
    "no document": ("", {}, "GRAPHQL_PARSE_FAILED"),
    "only a comment": ("# nothing", {}, "GRAPHQL_PARSE_FAILED"),
    "only a fragment": ("fragment F on Viewer { id }", {}, "GRAPHQL_VALIDATION_FAILED"),
    "an unknown operation": (
        "query A { viewer { id } }",
        {"operationName": "B"},
        "GRAPHQL_VALIDATION_FAILED",
    ),
    "an operation without a name": ("{ viewer { id } }", {"operationName": ""}, "GRAPHQL_VALIDATION_FAILED"),
    "several, none named": (
        "query A { viewer { id } } query B { sources { part } }",
        {},
        "GRAPHQL_VALIDATION_FAILED",
    ),
    "a mutation": ("mutation { x }", {}, "GRAPHQL_VALIDATION_FAILED"),
    "a definition": ("type Query { viewer: String }", {}, "GRAPHQL_VALIDATION_FAILED"),
    "an unknown field": ("{ nothing }", {}, "GRAPHQL_VALIDATION_FAILED"),
    "fragments in a circle": (
        "{ viewer { ...A } } fragment A on Viewer { ...A }",
        {},
        "GRAPHQL_VALIDATION_FAILED",
    ),
    "too many tokens": ("{ viewer { " + "id " * 2_000 + "} }", {}, "QUERY_TOO_LARGE"),
    "half a character": ("{ viewer { id } } # \ud800", {}, "BAD_REQUEST"),
}


@pytest.mark.parametrize("kind", NOT_RUN)
@pytest.mark.parametrize(("accept", "status"), [(GRAPHQL, 400), (JSON, 200)])
async def test_a_document_that_cannot_be_run_is_refused(
    kind: str, accept: str, status: int, gate: Gate
) -> None:
    document, more, code = NOT_RUN[kind]
    sent = body("HERE", **more).replace(
        b"HERE", document.encode("utf-8", "surrogatepass").replace(b'"', b'\\"')
    )
    answer = await gate.post(sent, headers={"accept": accept})
    assert set(codes(answer)) == {code}
    assert answer.status == (400 if code == "BAD_REQUEST" else status)
    assert "data" not in answer.body


DEEP = {
    "selections": "{ a " * 450 + "}" * 450,
    "lists": "{ customers(crns: " + "[" * 900 + "]" * 900 + ") { id } }",
    "objects": "{ customerBy(identifier: " + "{can: " * 450 + "1" + "}" * 450 + ") { id } }",
    "types": "query($a: " + "[" * 950 + "ID" + "]" * 950 + ") { viewer { id } }",
    "fragments": "{ viewer { ...F0 } } "
    + " ".join(f"fragment F{n} on Viewer {{ ...F{n + 1} }}" for n in range(200))
    + " fragment F200 on Viewer { id }",
}


@pytest.mark.parametrize("kind", DEEP)
async def test_a_deep_document_is_the_callers_fault(kind: str, gate: Gate) -> None:
    answer = await gate.post(body(DEEP[kind]), headers={"accept": GRAPHQL})
    assert "INTERNAL" not in answer.text
    assert answer.status in {200, 400}
    assert (await gate.post(body())).data


async def test_many_errors_are_cut_short(gate: Gate) -> None:
    answer = await gate.post(body("{ viewer { " + " ".join(f"f{number}" for number in range(300)) + " } }"))
    assert len(answer.body["errors"]) <= 21
    assert "more" in answer.body["errors"][-1]["message"]
