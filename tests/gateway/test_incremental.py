"""Answers in parts: `@defer` and `@stream`, in both forms, with access, record, faults and limits as everywhere."""

import asyncio
import json
from collections.abc import AsyncIterator, Sequence
from pathlib import Path
from typing import Any

import graphql
import pytest

from gateway.edge.answered import Answered, ClientLeft, Outcome
from gateway.engine.execution import CostTold
from gateway.overload.admission import Class
from sources.crn import Crn
from sources.source import Source
from tests.running import NOON, Gate, serving
from tests.running.failing import Failing, raises
from tests.running.leaving import sending
from tests.running.live import first_told
from tests.running.parts import NUMBERED, OF_2022, URQL, in_parts
from tests.running.people import ANNE, BORIS, everything_of
from tests.running.until import until

DEBTS = """query($crn: CRN!) { customer(crn: $crn) {
  profile { names { family } }
  ... @defer(label: "owed") { debts { outstanding { amount } } }
} }"""
LATE = 2.0
"""Seconds by which the system of debts is late."""
FORMS = pytest.mark.parametrize("accept", [NUMBERED, OF_2022, URQL], ids=["numbered", "2022", "urql"])


async def late(good: Source[Any], crns: Sequence[Crn]) -> Any:
    await asyncio.sleep(LATE)
    return await good.fetch(crns)


@pytest.fixture(scope="module")
async def gate(tmp_path_factory: pytest.TempPathFactory) -> AsyncIterator[Gate]:
    records = [*everything_of(ANNE, NOON), *everything_of(BORIS, NOON)]
    async with serving(tmp_path_factory.mktemp("parts"), *records) as serves:
        yield serves


def without_directives(document: str) -> str:
    class Leaving(graphql.Visitor):
        def enter_directive(self, node: graphql.DirectiveNode, *_: Any) -> Any:
            return graphql.REMOVE if node.name.value in {"defer", "stream"} else None

    return graphql.print_ast(graphql.visit(graphql.parse(document), Leaving()))


@FORMS
async def test_what_is_there_comes_at_once_and_what_is_late_comes_later(accept: str, tmp_path: Path) -> None:
    replaced = {"debt": lambda good: Failing(good, late)}
    async with serving(tmp_path, *everything_of(ANNE, NOON), replaced=replaced) as gate:
        parts = await in_parts(gate, DEBTS, accept, crn=ANNE)
    first, second = parts.bodies
    assert first["data"]["customer"] == {"profile": {"names": [{"family": "Family0101"}]}}
    assert (first["hasNext"], second["hasNext"], parts.ended) == (True, False, True)
    assert parts.joined["customer"]["debts"] == {"outstanding": {"amount": "120.50"}}
    assert parts.after[0] < LATE / 2
    assert parts.after[1] >= LATE


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
        "query($crn: CRN!) { customer(crn: $crn) { ...Owed @defer ...Owed id } }"
        " fragment Owed on Customer { debts { outstanding { amount } } }",
    ],
)
async def test_where_nothing_follows_the_answer_is_whole(document: str, gate: Gate) -> None:
    for accept in (NUMBERED, "multipart/mixed"):
        parts = await in_parts(gate, document, accept, crn=ANNE)
        assert "json" in parts.headers["content-type"]
        assert parts.bodies == [(await gate.ask(document, crn=ANNE)).body]


DOCUMENTS = {
    "nested": """query($crn: CRN!) { customer(crn: $crn) { id
        ... @defer(label: "a") { debts { outstanding { amount } } ... @defer(label: "b") { overview { completeness } } } } }""",
    "overlapping": """query($crn: CRN!) { customer(crn: $crn) {
        overview { completeness } ... @defer(label: "a") { overview { completeness cards(first: 5) { edges { node { title } } } } }
        ... @defer(label: "b") { overview { sections { source status } } debts { outstanding { amount } } } } }""",
    "at the root": """query($crn: CRN!) { viewer { id } ... @defer { customer(crn: $crn) { profile { names { family } } } } }""",
    "at the root, overlapping": """query($crn: CRN!) { customer(crn: $crn) { id }
        ... @defer { customer(crn: $crn) { debts { outstanding { amount } } } } }""",
    "several customers, streamed": """query($crn: CRN!, $other: CRN!) { customers(crns: [$crn, $other, $crn]) @stream(initialCount: 1) {
        profile { names { family } } ... @defer { debts { outstanding { amount } } timeline { edges { node { title } } } } } }""",
    "a stream in what is deferred": """query($crn: CRN!) { customer(crn: $crn) { id ... @defer {
        overview { cards(first: 9) { edges @stream { node { title } } } } } } }""",
    "a search": """query { searchCustomers(quick: "Family0101") { edges { node { id ... @defer { debts { outstanding { amount } } } } }
        ... @defer { edges { node { ownership { __typename } } } } } }""",
    "two aliases": """query($crn: CRN!) { a: customer(crn: $crn) { ... @defer { d: debts { outstanding { amount } } } id }
        b: customer(crn: $crn) { ... on Node @defer { id } ... @defer(label: "b") { interactions { edges { cursor } } } crn } }""",
}


def told(body: Any) -> Any:
    """An answer without what differs from one execution to the next: cursors and references."""
    if isinstance(body, dict):
        return {name: told(one) for name, one in body.items() if name not in {"cursor", "endCursor", "startCursor"}}
    return [told(one) for one in body] if isinstance(body, list) else body


@FORMS
@pytest.mark.parametrize("name", DOCUMENTS)
async def test_the_parts_come_to_what_a_whole_answer_tells(name: str, accept: str, gate: Gate) -> None:
    document = DOCUMENTS[name]
    given = {"crn": ANNE, "other": BORIS} if "$other" in document else {"crn": ANNE} if "$crn" in document else {}
    whole = await gate.ask(without_directives(document), **given)
    parts = await in_parts(gate, document, accept, **given)
    assert len(parts.bodies) > 1
    assert parts.ended
    assert [body["hasNext"] for body in parts.bodies] == [True] * (len(parts.bodies) - 1) + [False]
    assert told(parts.joined) == told(whole.data)
    assert parts.errors == []


@FORMS
async def test_a_fault_stands_in_the_part_that_it_belongs_to(accept: str, tmp_path: Path) -> None:
    """What has an error of its own, and what a section tells without one: each once, as in a whole answer."""
    document = """query($crn: CRN!) { customer(crn: $crn) { profile { names { family } }
        ... @defer(label: "a") { overview { completeness } } ... @defer(label: "b") { debts { outstanding { amount } } } } }"""
    replaced = {"debt": lambda good: Failing(good, raises)}
    async with serving(tmp_path, *everything_of(ANNE, NOON), replaced=replaced) as gate:
        whole = await gate.ask(without_directives(document), crn=ANNE)
        parts = await in_parts(gate, document, accept, crn=ANNE)
        told = [one for one in gate.events if isinstance(one, Answered)][-1]
    assert "errors" not in parts.bodies[0]
    assert sorted(parts.codes) == sorted((one["path"], one["extensions"]["code"]) for one in whole.errors)
    assert len(parts.codes) == 2
    assert parts.joined == whole.partial
    assert parts.joined["customer"]["overview"]["completeness"] == "PARTIAL"
    assert (told.outcome, told.code) == (Outcome.PARTIAL, "SOURCE_UNAVAILABLE")


@FORMS
async def test_what_a_caller_may_not_see_is_refused_in_parts_as_it_is_whole(accept: str, gate: Gate) -> None:
    document = """query($crn: CRN!) { customer(crn: $crn) { id
        ... @defer { profile { names { family } } debts { outstanding { amount } } ownership { __typename } } } }"""
    for persona in ("officer", "centre", "partner", "dashboard"):
        whole = await gate.ask(without_directives(document), persona, crn=BORIS)
        parts = await in_parts(gate, document, accept, persona, crn=BORIS)
        codes = [(one.get("path"), one["extensions"]["code"]) for body in parts.bodies for one in body.get("errors", ())]
        if len(parts.bodies) > 1:
            assert (parts.joined, sorted(parts.codes)) == (
                whole.partial,
                sorted((one["path"], one["extensions"]["code"]) for one in whole.errors),
            )
        else:
            assert codes == [(one.get("path"), one["extensions"]["code"]) for one in whole.errors]


async def test_each_part_is_on_record_before_it_leaves(tmp_path: Path) -> None:
    replaced = {"debt": lambda good: Failing(good, late)}
    async with serving(tmp_path, *everything_of(ANNE, NOON), replaced=replaced) as gate:
        seen: list[list[Any]] = []
        headers = {"authorization": f"Bearer {gate.token()}", "content-type": "application/json", "accept": NUMBERED}
        content = json.dumps({"query": DEBTS, "variables": {"crn": ANNE}})
        async with gate.client.stream("POST", "/graphql", content=content, headers=headers) as answer:
            async for _ in answer.aiter_bytes():
                seen.append([(event["action"], event["parts"]) for event in gate.journal])
    assert seen[0] == [("view", ["customer"])]
    assert seen[-1] == [("view", ["customer"]), ("view", ["customer", "debt"])]


@FORMS
async def test_a_part_that_cannot_be_put_on_record_is_not_sent_and_the_end_is_told(
    accept: str, tmp_path: Path
) -> None:
    async def broken(good: Source[Any], crns: Sequence[Crn]) -> Any:
        await asyncio.sleep(0.3)
        file = journal[0]
        file.unlink()
        file.mkdir()  # nothing can be appended to it any more
        return await good.fetch(crns)

    journal: list[Path] = []
    replaced = {"debt": lambda good: Failing(good, broken)}
    async with serving(tmp_path, *everything_of(ANNE, NOON), replaced=replaced) as gate:
        journal.append(gate.gateway.settings.journal)
        parts = await in_parts(gate, DEBTS, accept, crn=ANNE)
    assert (parts.codes, parts.ended) == ([(["customer"], "AUDIT_UNAVAILABLE")], True)
    assert "120.50" not in json.dumps(parts.bodies)
    assert parts.bodies[-1]["hasNext"] is False


@FORMS
async def test_what_breaks_unforeseen_is_an_error_and_the_end_is_told(accept: str, tmp_path: Path) -> None:
    async def breaks(good: Source[Any], crns: Sequence[Crn]) -> Any:
        return {crn: "no reading at all" for crn in crns}

    replaced = {"debt": lambda good: Failing(good, breaks)}
    async with serving(tmp_path, *everything_of(ANNE, NOON), replaced=replaced) as gate:
        parts = await in_parts(gate, DEBTS, accept, crn=ANNE)
    assert parts.ended
    assert [code for _, code in parts.codes] == ["SOURCE_BAD_DATA"]
    assert "no reading" not in json.dumps(parts.bodies)


@pytest.mark.parametrize("abruptly", [False, True], ids=["closing", "breaking off"])
@pytest.mark.conformance
async def test_a_reader_that_leaves_between_two_parts_ends_the_work(abruptly: bool, tmp_path: Path) -> None:
    gone: list[bool] = []

    async def never(good: Source[Any], crns: Sequence[Crn]) -> Any:
        try:
            await asyncio.sleep(30)
        finally:
            gone.append(True)

    def slow(good: Source[Any]) -> Source[Any]:
        failing = Failing(good, never)
        failing.time_limit = 20
        return failing

    async with serving(tmp_path, *everything_of(ANNE, NOON), replaced={"debt": slow}) as gate:
        before = len(asyncio.all_tasks())
        body = json.dumps({"query": DEBTS, "variables": {"crn": ANNE}})
        head = (
            f"POST /graphql HTTP/1.1\r\nHost: gateway\r\nAuthorization: Bearer {gate.token()}\r\nAccept: {OF_2022}\r\n"
            f"Content-Type: application/json\r\nContent-Length: {len(body)}\r\n\r\n"
        )
        async with sending(gate, (head + body).encode()) as request:
            assert await request.status() == 200
            places = gate.gateway.limits.places.admission
            assert places.inside(Class.STAFF) == 1  # as long as it is not over
            assert not [one for one in gate.events if isinstance(one, Answered)]
            request.leave(abruptly=abruptly)
            told = await until(lambda: [one for one in gate.events if isinstance(one, Answered)])
        assert told[0].outcome is Outcome.ABANDONED
        assert [one.stopped for one in gate.events if isinstance(one, ClientLeft)] == [True]
        await until(lambda: gone)
        assert places.inside(Class.STAFF) == 0
        await until(lambda: len(asyncio.all_tasks()) <= before)


async def test_what_is_over_is_told_once_and_its_place_is_free(gate: Gate) -> None:
    before = len(gate.events)
    parts = await in_parts(gate, DEBTS, crn=ANNE)
    events = gate.events[before:]
    (told,) = [one for one in events if isinstance(one, Answered)]
    (cost,) = [one for one in events if isinstance(one, CostTold)]
    assert (told.outcome, told.status, told.executed) == (Outcome.COMPLETE, 200, True)
    assert told.seconds >= 0
    assert cost.objects > 3
    assert parts.ended
    assert gate.gateway.limits.places.admission.inside(Class.STAFF) == 0


async def test_parts_cost_what_the_whole_costs(gate: Gate) -> None:
    async def left(accept: str) -> int:
        answer = await gate.ask("{ viewer { id } }")
        await gate.ask(DEBTS, headers={"accept": accept}, crn=ANNE)
        after = await gate.ask("{ viewer { id } }")
        rest = [int(one.headers["ratelimit"].partition("r=")[2].partition(";")[0]) for one in (answer, after)]
        return rest[0] - rest[1]

    assert await left(NUMBERED) == await left("application/json") > 2


@pytest.mark.parametrize(
    ("document", "code"),
    [
        ('query($crn: CRN!) { a: customer(crn: $crn) { ... @defer(label: "x") { id } ... @defer(label: "x") { crn } } }', 0),
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
