"""Answers in parts: `@defer` and `@stream`, in both forms, with access, record, faults and limits as everywhere."""

import asyncio
import json
from collections.abc import AsyncGenerator, AsyncIterator, Sequence
from pathlib import Path
from typing import Any

import pytest
from graphql.execution import (
    ExperimentalIncrementalExecutionResults,
    InitialIncrementalExecutionResult,
    PendingResult,
    SubsequentIncrementalExecutionResult,
)
from starlette.requests import Request

from gateway.auth.personas import PERSONAS
from gateway.edge.answered import Answered, Outcome
from gateway.edge.delivery import Delivered, Delivery
from gateway.edge.parts import Form
from gateway.edge.seen import Watch
from gateway.edge.traced import Untraced
from gateway.engine import Engine, Operation
from gateway.engine.execution import CostTold, Unforeseen
from gateway.engine.increments import Increments
from gateway.overload.admission import Class
from schema import build
from sources.crn import Crn
from sources.source import Source
from tests.running import NOON, Gate, serving
from tests.running.failing import Failing, raises
from tests.running.parts import NUMBERED, OF_2022, URQL, in_parts, read, without_directives
from tests.running.people import ANNE, BORIS, everything_of

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


DOCUMENTS = {
    "nested": """query($crn: CRN!) { customer(crn: $crn) { id
        ... @defer(label: "a") { debts { truncated } ... @defer(label: "b") { overview { completeness } } } } }""",
    "overlapping": """query($crn: CRN!) { customer(crn: $crn) {
        overview { completeness }
        ... @defer(label: "a") { overview { completeness cards(first: 5) { edges { node { title } } } } }
        ... @defer(label: "b") { overview { sections { source status } } debts { truncated } } } }""",
    "at the root": """query($crn: CRN!) { viewer { id }
        ... @defer { customer(crn: $crn) { profile { names { family } } } } }""",
    "at the root, overlapping": """query($crn: CRN!) { customer(crn: $crn) { id }
        ... @defer { customer(crn: $crn) { debts { truncated } } } }""",
    "several customers, streamed": """query($crn: CRN!, $other: CRN!) {
        customers(crns: [$crn, $other, $crn]) @stream(initialCount: 1) {
        profile { names { family } } ... @defer { debts { truncated } timeline { edges { node { title } } } } } }""",
    "a stream in what is deferred": """query($crn: CRN!) { customer(crn: $crn) { id ... @defer {
        overview { cards(first: 9) { edges @stream { node { title } } } } } } }""",
    "a search": """query { searchCustomers(quick: "Family0101") {
        edges { node { id ... @defer { debts { truncated } } } }
        ... @defer { edges { node { ownership { __typename } } } } } }""",
    "two aliases": """query($crn: CRN!) { a: customer(crn: $crn) { ... @defer { d: debts { truncated } } id }
        b: customer(crn: $crn) { ... on Node @defer { id }
        ... @defer(label: "b") { interactions { edges { cursor } } } crn } }""",
}


def told(body: Any) -> Any:
    """An answer without what differs from one execution to the next: cursors and references."""
    if isinstance(body, dict):
        return {
            name: told(one)
            for name, one in body.items()
            if name not in {"cursor", "endCursor", "startCursor"}
        }
    return [told(one) for one in body] if isinstance(body, list) else body


@FORMS
@pytest.mark.parametrize("name", DOCUMENTS)
async def test_the_parts_come_to_what_a_whole_answer_tells(name: str, accept: str, gate: Gate) -> None:
    document = DOCUMENTS[name]
    given: dict[str, Any] = (
        {"crn": ANNE, "other": BORIS} if "$other" in document else {"crn": ANNE} if "$crn" in document else {}
    )
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
        ... @defer(label: "a") { overview { completeness } } ... @defer(label: "b") { debts { truncated } } } }"""
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
        ... @defer { profile { names { family } } debts { truncated } ownership { __typename } } } }"""
    for persona in ("officer", "centre", "partner", "dashboard"):
        whole = await gate.ask(without_directives(document), persona, crn=BORIS)
        parts = await in_parts(gate, document, accept, persona, crn=BORIS)
        codes = [
            (one.get("path"), one["extensions"]["code"])
            for body in parts.bodies
            for one in body.get("errors", ())
        ]
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
        headers = {
            "authorization": f"Bearer {gate.token()}",
            "content-type": "application/json",
            "accept": NUMBERED,
        }
        content = json.dumps({"query": DEBTS, "variables": {"crn": ANNE}})
        async with gate.client.stream("POST", "/graphql", content=content, headers=headers) as answer:
            chunks = answer.aiter_bytes()
            seen += [[(event["action"], event["parts"]) for event in gate.journal] async for _ in chunks]
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


async def test_what_breaks_unforeseen_is_told_as_such_and_so_is_the_end(gate: Gate) -> None:
    async def broken() -> AsyncGenerator[Any, None]:
        yield SubsequentIncrementalExecutionResult(has_next=True, pending=[PendingResult("1", ["customer"])])
        raise ZeroDivisionError(f"of {ANNE}")

    initial = InitialIncrementalExecutionResult(
        {"customer": {}}, None, pending=[PendingResult("0", ["customer"])]
    )
    gateway, said, sent = gate.gateway, list[Any](), list[bytes]()
    scope = gateway.scope("0" * 32, PERSONAS["officer"], None)
    engine = Engine(build(gateway.scheme), said.append, most_bytes=gateway.settings.answer_bytes)
    increments = Increments(
        engine, Operation(DEBTS), scope, ExperimentalIncrementalExecutionResults(initial, broken())
    )

    async def send(message: Any) -> None:
        sent.append(message.get("body", b""))

    async def receive() -> Any:
        await asyncio.sleep(60)

    async def recorded() -> None:
        """Put nothing on record: nothing was decided."""

    http = {"type": "http", "method": "POST", "headers": []}
    with Watch(said.append, Untraced()).request(scope.request_id, None) as seen:
        request = Request(http, receive, send)
        delivered = Delivered(
            request, scope, increments, Form.NUMBERED, seen, said.append, recorded, lambda: None, 10_000
        )
        await Delivery(delivered, {})(http, receive, send)
    first, second, last = read(b"".join(sent))
    assert (first["data"], second["pending"]) == ({"customer": {}}, [{"id": "1", "path": ["customer"]}])
    codes = {one["id"]: [error["extensions"]["code"] for error in one["errors"]] for one in last["completed"]}
    assert (codes, last["hasNext"]) == ({"0": ["INTERNAL"], "1": ["INTERNAL"]}, False)
    assert ANNE not in str(sent)
    assert [one.error for one in said if isinstance(one, Unforeseen)] == ["ZeroDivisionError"]


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
