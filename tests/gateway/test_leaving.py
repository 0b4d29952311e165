"""A caller that leaves: what only it wanted stops, down to the socket of the system that was asked."""

import asyncio
from collections.abc import AsyncIterator, Sequence
from contextlib import asynccontextmanager
from pathlib import Path
from typing import Any
from urllib.parse import urlsplit

import pytest

from gateway.edge.answered import Answered, ClientLeft, Outcome
from gateway.overload.admission import Class
from gateway.settings import Settings
from sources.crn import Crn
from sources.parts import CUSTOMER
from sources.source import Source, SourceAsked
from tests.running import NOON, Gate, serving
from tests.running.documents import address_of, document_id, posted, sources_with
from tests.running.failing import failing
from tests.running.leaving import asking, sending
from tests.running.people import ANNE, BORIS, everything_of, person
from tests.running.services import served_by_systems
from tests.running.silent import Silent, silent
from tests.running.until import until

ONE = "query($crn: CRN!) { customer(crn: $crn) { id } }"
DEBTS = "query($crn: CRN!) { customer(crn: $crn) { debts { truncated } } }"
WAYS = {
    "a section": DEBTS,
    "an overview": "query($crn: CRN!) { customer(crn: $crn) { overview { completeness } } }",
    "several customers": "query($crn: CRN!) { customers(crns: [$crn]) { debts { truncated } id } }",
    "two aliases": (
        "query($crn: CRN!) { a: customer(crn: $crn) { debts { truncated } }"
        " b: customer(crn: $crn) { debts { truncated } overview { completeness } } }"
    ),
    "a timeline": "query($crn: CRN!) { customer(crn: $crn) { timeline { edges { cursor } } debts { truncated } } }",
}
SOON = 0.2
"""Twice the time that is promised, in seconds."""


@asynccontextmanager
async def waiting(folder: Path, **more: Any) -> AsyncIterator[tuple[Gate, Silent]]:
    """A gateway that knows Anne and Boris, but for their debts: the system that has them says nothing."""
    records = [*everything_of(ANNE, NOON), *everything_of(BORIS, NOON)]
    async with (
        silent() as system,
        served_by_systems(folder, *records, elsewhere={"debt": system.address}, **more) as (gate, _),
    ):
        yield gate, system


async def left(gate: Gate) -> ClientLeft:
    """What was told of a caller that left."""
    told: list[ClientLeft] = await until(lambda: [one for one in gate.events if isinstance(one, ClientLeft)])
    return told[0]


async def over(gate: Gate) -> Answered:
    """What was told of the request that is over."""
    told: list[Answered] = await until(lambda: [one for one in gate.events if isinstance(one, Answered)])
    return told[0]


def inside(gate: Gate) -> int:
    """How many officers are worked for."""
    return gate.gateway.limits.places.admission.inside(Class.STAFF)


@pytest.mark.parametrize("abruptly", [False, True], ids=["closing", "breaking off"])
@pytest.mark.parametrize("way", WAYS)
@pytest.mark.conformance
async def test_what_a_caller_that_leaves_wanted_is_not_waited_for(
    way: str, abruptly: bool, tmp_path: Path
) -> None:
    async with waiting(tmp_path) as (gate, system):
        async with asking(gate, WAYS[way], crn=ANNE) as request:
            await system.until(asked=1, left=0)
            when = request.leave(abruptly=abruptly)
            await system.until(asked=1, left=1)
        assert system.left[0] - when < SOON
        assert (await left(gate)).stopped
        assert (await over(gate)).outcome is Outcome.ABANDONED


async def test_what_somebody_else_waits_for_too_goes_on(tmp_path: Path) -> None:
    async with (
        waiting(tmp_path) as (gate, system),
        asking(gate, DEBTS, crn=ANNE) as first,
        asking(gate, DEBTS, crn=ANNE) as second,
    ):
        await system.until(asked=1, left=0)
        await until(lambda: inside(gate) == 2)
        await asyncio.sleep(0.2)  # the second one waits for the same by now
        first.leave()
        await left(gate)
        await asyncio.sleep(0.3)
        assert (len(system.asked), system.left) == (1, [])
        second.leave()
        await system.until(asked=1, left=1)


async def test_a_caller_that_comes_after_one_that_left_is_answered(tmp_path: Path) -> None:
    async with waiting(tmp_path, source_seconds=0.25) as (gate, system):
        async with asking(gate, DEBTS, crn=ANNE) as first:
            await system.until(asked=1, left=0)
            first.leave()
            answer = await gate.ask(DEBTS, crn=ANNE)
        assert answer.body["errors"][0]["extensions"]["code"] == "SOURCE_TIMEOUT"
        assert (await gate.ask(ONE, crn=ANNE)).data["customer"]["id"]


async def test_a_caller_that_leaves_gives_its_place_back_and_nothing_of_it_goes_on(tmp_path: Path) -> None:
    async with waiting(tmp_path) as (gate, system):
        tasks = []
        for number in range(1, 6):
            async with asking(gate, WAYS["two aliases"], crn=ANNE) as request:
                await system.until(asked=number, left=0)
                request.leave()
                await system.until(asked=number, left=number)
            await until(lambda: not inside(gate))
            await asyncio.sleep(0.1)
            tasks.append(len(asyncio.all_tasks()))
        assert tasks[-1] <= tasks[0]


async def test_what_was_decided_for_a_caller_that_left_is_on_record(tmp_path: Path) -> None:
    both = """query($anne: CRN!, $boris: CRN!) {
        a: customer(crn: $anne) { debts { truncated } } b: customer(crn: $boris) { id } }"""
    async with waiting(tmp_path) as (gate, system):
        async with asking(gate, both, anne=ANNE, boris=BORIS) as request:
            await system.until(asked=1, left=0)
            await until(
                lambda: CUSTOMER.name in {one.part for one in gate.events if isinstance(one, SourceAsked)}
            )
            await asyncio.sleep(0.2)
            request.leave()
            assert (await over(gate)).status == 499
        assert [(event["action"], event["rule"]) for event in gate.journal] == [("view", "free")]


async def test_a_mutation_is_finished_though_its_caller_has_left(tmp_path: Path) -> None:
    arrived, go_on = asyncio.Event(), asyncio.Event()

    async def waits(good: Source[Any], crns: Sequence[Crn]) -> Any:
        arrived.set()
        await go_on.wait()
        return await good.fetch(crns)

    told = {"idempotencyKey": "k" * 16, "crn": ANNE, "reason": "Somebody is at her door, she says."}
    glass = "mutation($input: BreakGlassInput!) { breakGlass(input: $input) { __typename } }"
    async with serving(tmp_path, person(ANNE), replaced={CUSTOMER.name: failing(waits)}) as gate:
        given = told | {"interactionId": "I-1", "minutes": 30}
        async with asking(gate, glass, "restricted", input=given) as request:
            await arrived.wait()
            request.leave()
            assert not (await left(gate)).stopped
            go_on.set()
            assert (await over(gate)).outcome is Outcome.COMPLETE
        assert [event["action"] for event in gate.journal] == ["break_glass"]


@pytest.mark.conformance
async def test_a_document_that_nobody_waits_for_is_not_fetched_any_more(tmp_path: Path) -> None:
    async with silent() as system:
        file = sources_with(tmp_path, system.address, "seconds = 20.0\n")
        settings = Settings(home=tmp_path, sources=str(file))
        async with serving(tmp_path, person(ANNE), posted(ANNE), settings=settings) as gate:
            address = await address_of(gate, await document_id(gate, ANNE))
            told = f"GET {urlsplit(address).path} HTTP/1.1\r\nHost: gateway\r\n"
            told += f"Authorization: Bearer {gate.token()}\r\n\r\n"
            async with sending(gate, told.encode()) as request:
                await system.until(asked=1, left=0)
                when = request.leave()
                await system.until(asked=1, left=1)
            assert system.left[0] - when < SOON
            assert (await left(gate)).stopped
            assert [event["action"] for event in gate.journal][-1] == "document_opened"
