"""Who is told in parts, and in which form; and documents that ask for parts wrongly."""

from collections.abc import AsyncIterator

import pytest

from tests.gateway.test_incremental import DEBTS
from tests.running import NOON, Gate, serving
from tests.running.live import first_told
from tests.running.parts import NUMBERED, OF_2022, in_parts, without_directives
from tests.running.people import ANNE, everything_of


@pytest.fixture(scope="module")
async def gate(tmp_path_factory: pytest.TempPathFactory) -> AsyncIterator[Gate]:
    async with serving(tmp_path_factory.mktemp("asked"), *everything_of(ANNE, NOON)) as serves:
        yield serves


async def test_the_newer_form_numbers_what_is_pending_and_the_older_says_where_it_belongs(gate: Gate) -> None:
    numbered, older = [await in_parts(gate, DEBTS, accept, crn=ANNE) for accept in (NUMBERED, OF_2022)]
    owed = {"debts": {"outstanding": {"amount": "120.50"}}}
    assert numbered.headers["content-type"] == 'multipart/mixed; boundary="-"; incrementalSpec=v0.2'
    assert numbered.bodies[0]["pending"] == [{"id": "0", "path": ["customer"], "label": "owed"}]
    assert numbered.bodies[1] == {
        "incremental": [{"id": "0", "data": owed}],
        "completed": [{"id": "0"}],
        "hasNext": False,
    }
    assert older.headers["content-type"] == 'multipart/mixed; boundary="-"; deferSpec=20220824'
    assert older.bodies[0].keys() == {"data", "hasNext"}
    assert older.bodies[1] == {
        "incremental": [{"data": owed, "path": ["customer"], "label": "owed"}],
        "hasNext": False,
    }


async def test_it_has_the_headers_of_every_answer(gate: Gate) -> None:
    headers = (await in_parts(gate, DEBTS, crn=ANNE)).headers
    assert (headers["cache-control"], headers["x-content-type-options"]) == ("no-store", "nosniff")
    assert {"Authorization", "Accept", "Origin"} <= {word.strip() for word in headers["vary"].split(",")}
    assert headers["ratelimit"]


@pytest.mark.parametrize(
    ("accept", "given"),
    [
        ("", "application/json; charset=utf-8"),
        ("*/*", "application/json; charset=utf-8"),
        ("application/graphql-response+json", "application/graphql-response+json; charset=utf-8"),
        ("application/json, multipart/mixed;q=0.5", "application/json; charset=utf-8"),
        ("application/json, multipart/mixed;q=0", "application/json; charset=utf-8"),
        ("application/json;q=0.5, multipart/*", "application/json; charset=utf-8"),
        ("application/json, multipart/mixed;deferSpec=20300101", "application/json; charset=utf-8"),
        ('multipart/mixed;boundary="graphql";subscriptionSpec=1.0, */*', "application/json; charset=utf-8"),
        ("text/event-stream", "text/event-stream; charset=utf-8"),
        ("multipart/mixed", 'multipart/mixed; boundary="-"; deferSpec=20220824'),
        (
            'application/json;q=0.5, multipart/mixed;q=0.6;deferSpec="20220824"',
            'multipart/mixed; boundary="-"; deferSpec=20220824',
        ),
        (
            "multipart/mixed;deferSpec=20220824;q=0.8, multipart/mixed;incrementalSpec=V0.2",
            'multipart/mixed; boundary="-"; incrementalSpec=v0.2',
        ),
    ],
)
async def test_parts_are_for_whoever_likes_them_no_less(accept: str, given: str, gate: Gate) -> None:
    answer = await gate.ask(DEBTS, headers={"accept": accept}, crn=ANNE)
    assert (answer.status, answer.headers["content-type"]) == (200, given)
    if given.startswith("application"):
        assert answer.body == (await gate.ask(without_directives(DEBTS), crn=ANNE)).body


@pytest.mark.parametrize(
    "document",
    [
        "query($crn: CRN!) { customer(crn: $crn) { ... @defer(if: false) { id } } }",
        "query($crn: CRN!, $no: Boolean! = false) { customer(crn: $crn) { id ... @defer(if: $no) { crn } } }",
        "query($crn: CRN!) { customers(crns: [$crn]) @stream(if: false) { id } }",
        "query($crn: CRN!) { customer(crn: $crn) { id } }",
        "query($crn: CRN!) { customer(crn: $crn) { ...Me @defer ...Me } } fragment Me on Customer { id }",
    ],
)
async def test_where_nothing_follows_the_answer_is_whole(document: str, gate: Gate) -> None:
    for accept in (NUMBERED, "multipart/mixed"):
        parts = await in_parts(gate, document, accept, crn=ANNE)
        assert "json" in parts.headers["content-type"]
        assert parts.bodies == [(await gate.ask(document, crn=ANNE)).body]


@pytest.mark.parametrize(
    ("document", "code"),
    [
        (
            'query($crn: ID!) { node(id: $crn) { ... @defer(label: "x") { id } ... @defer(label: "x") { id } } }',
            0,
        ),
        ("query($crn: CRN!, $l: String) { customer(crn: $crn) { ... @defer(label: $l) { id } } }", 0),
        ("query($crn: CRN!) { customer(crn: $crn) @stream { id } }", 0),
        ("query($crn: CRN!) { customers(crns: [$crn]) @stream(initialCount: -1) { id } }", "BAD_USER_INPUT"),
        (
            "query($crn: CRN!) { customer(crn: $crn) { " + "... @defer { id } " * 60 + "} }",
            "QUERY_TOO_COMPLEX",
        ),
        ("mutation($crn: CRN!) { ... @defer { purgeCache(input: {crn: $crn}) { everywhere } } }", 0),
    ],
)
async def test_a_document_that_asks_wrongly_is_refused(document: str, code: str | int, gate: Gate) -> None:
    answer = await gate.ask(document, headers={"accept": NUMBERED}, crn=ANNE)
    told = [one["extensions"]["code"] for one in answer.body["errors"]]
    assert set(told) == {code or "GRAPHQL_VALIDATION_FAILED"}
    assert "json" in answer.headers["content-type"]


async def test_what_is_followed_is_told_whole(gate: Gate) -> None:
    wrong = "subscription($crn: CRN!) { customerChanged(crn: $crn) { ... @defer { crn } } }"
    (error,) = (await first_told(gate, wrong, crn=ANNE)).body["errors"]
    assert error["extensions"]["code"] == "GRAPHQL_VALIDATION_FAILED"
    right = wrong.replace("CRN!", "CRN!, $no: Boolean! = false", 1).replace("@defer", "@defer(if: $no)")
    assert (await first_told(gate, right, crn=ANNE)).data == {"customerChanged": {"crn": ANNE}}


async def test_a_command_is_answered_whole(gate: Gate) -> None:
    document = "mutation($crn: CRN!) { purgeCache(input: {crn: $crn}) { ... @defer { everywhere } } }"
    answer = await gate.ask(document, "restricted", {"accept": NUMBERED}, crn=ANNE)
    assert answer.data == {"purgeCache": {"everywhere": True}}
