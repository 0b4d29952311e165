"""Calls in the same words at the same time are one call, and nobody who waits for one can spoil it for another."""

import asyncio
from typing import Any

import pytest

from sources.errors import Fault, SourceUnavailable
from sources.guard import USUAL, Terms
from sources.http.calls import Call
from sources.http.source import HttpSource
from sources.http.upstream import Upstream
from sources.source import NothingKnown, Reading, ask
from tests.people import NOW
from tests.records import OWNER, crn
from tests.sources.http.json_system import JsonSystem, Said, json_system
from tests.sources.http.telephony import MONTH, PEOPLE, described, upstream_of

OTHER = crn(2)
RESTRICTION = """
[restriction.get]
path = "/people/{crn}"

[restriction.batch]
path = "/people"
method = "POST"
body = { ids = "{crns}" }

[restriction.record]
crn = "id"
restricted = "locked"
"""
BOTH = described(PEOPLE + RESTRICTION)
THERE = Call("GET", "/there")


def sources(upstream: Upstream) -> list[HttpSource[Any]]:
    return [
        HttpSource(BOTH.parts[part], upstream, lambda: NOW, lambda event: None, MONTH)
        for part in ("customer", "restriction")
    ]


async def together(system: JsonSystem, *crns: Any) -> list[Any]:
    async with upstream_of(system, []) as upstream:
        both = sources(upstream)
        return list(await asyncio.gather(*(ask(one, crns, lambda: NOW, lambda event: None) for one in both)))


@pytest.mark.parametrize("crns", [(OWNER,), (OWNER, OTHER)])
async def test_two_parts_that_ask_the_same_cost_one_call(crns: Any) -> None:
    record = {"id": OWNER, "title": "Ms", "locked": True}
    async with json_system({f"/people/{OWNER}": record, "/people": [record]}) as system:
        customers, restrictions = await together(system, *crns)
        assert len(system.asked) == 1
        assert (customers[OWNER].record.title, restrictions[OWNER].record.restricted) == ("Ms", True)
        if OTHER in crns:
            assert isinstance(customers[OTHER], NothingKnown)
            assert isinstance(restrictions[OTHER], SourceUnavailable)  # passed over in silence is not free


async def test_who_asks_later_is_answered_anew() -> None:
    async with json_system({"/there": 1}) as system, upstream_of(system, []) as upstream:
        for _ in range(3):
            assert await upstream.read(THERE) == b"1"
        assert len(system.asked) == 3


async def test_other_words_are_another_call() -> None:
    calls = [THERE, Call("POST", "/there", body=b"1"), Call("POST", "/there", body=b"2")]
    calls.append(Call("GET", "/there", (("a", "1"),)))
    async with json_system({"/there": 1}) as system, upstream_of(system, []) as upstream:
        await asyncio.gather(*(upstream.read(one) for one in calls * 2))
        assert len(system.asked) == len(calls)


async def test_one_who_leaves_takes_the_answer_from_nobody() -> None:
    async with json_system({"/there": 1}) as system, upstream_of(system, []) as upstream:
        system.open.clear()
        first, second = (asyncio.create_task(upstream.read(THERE)) for _ in range(2))
        await system.reached()
        first.cancel()
        await asyncio.wait([first])
        assert first.cancelled()
        system.open.set()
        assert await second == b"1"
        assert len(system.asked) == 1


async def test_a_call_that_has_left_is_joined_by_nobody() -> None:
    """What it brings may be from before an invalidation, and whoever asks now asks for what is so now."""
    said: list[Any] = [1, 2]
    async with (
        json_system({"/there": lambda asked: said.pop(0)}) as system,
        upstream_of(system, []) as upstream,
    ):
        system.open.clear()
        before = asyncio.create_task(upstream.read(THERE))
        await system.reached()
        after = asyncio.create_task(upstream.read(THERE))
        await system.reached(2)
        system.open.set()
        assert {await before, await after} == {b"1", b"2"}


async def test_a_call_that_nobody_has_the_patience_for_is_joined_by_nobody() -> None:
    async with json_system({"/there": 1}) as system, upstream_of(system, []) as upstream:
        system.open.clear()
        leaving = [asyncio.create_task(upstream.read(THERE)) for _ in range(2)]
        await system.reached()
        for one in leaving:
            one.cancel()
        await asyncio.wait(leaving)
        later = [asyncio.create_task(upstream.read(THERE)) for _ in range(2)]
        await system.reached(2)
        system.open.set()
        assert await asyncio.gather(*later) == [b"1", b"1"]
        assert len(system.asked) == 2


async def test_a_call_that_everybody_left_ends_quietly_and_is_not_joined_after_it_failed() -> None:
    answers: list[Any] = [Said({}, "500 Oops"), 1]
    async with (
        json_system({"/there": lambda asked: answers.pop(0)}) as system,
        upstream_of(system, []) as upstream,
    ):
        system.open.clear()
        alone = asyncio.create_task(upstream.read(THERE))
        await system.reached()
        alone.cancel()
        await asyncio.wait([alone])
        system.open.set()
        await asyncio.sleep(0.05)
        assert await upstream.read(THERE) == b"1"


async def test_each_gets_a_fault_of_its_own() -> None:
    async with json_system({"/there": Said(status=None)}) as system, upstream_of(system, []) as upstream:
        waiting = [upstream.read(THERE) for _ in range(3)]
        faults = await asyncio.gather(*waiting, return_exceptions=True)
        assert {type(fault) for fault in faults} == {SourceUnavailable}
        assert len({id(fault) for fault in faults}) == 3
        for fault in faults:
            assert isinstance(fault, Fault)
            assert (fault.reason, fault.__context__, fault.__cause__) == ("reset", None, None)
        assert len(system.asked) == 2  # one call, tried twice


async def test_only_so_many_calls_are_under_way_at_once() -> None:
    paths = {f"/{number}": number for number in range(USUAL.in_flight + 8)}
    patient = Terms(wait_seconds=5)
    async with json_system(paths) as system, upstream_of(system, [], terms=patient) as upstream:
        system.open.clear()
        reading = [asyncio.create_task(upstream.read(Call("GET", path))) for path in paths]
        await system.reached(USUAL.in_flight)
        await asyncio.sleep(0.02)
        assert len(system.asked) == upstream.guard.in_flight == USUAL.in_flight
        assert upstream.guard.waiting == 8
        system.open.set()
        assert [int(body or b"-1") for body in await asyncio.gather(*reading)] == list(paths.values())


async def test_the_same_answer_may_be_nobody_to_one_and_a_refusal_to_another() -> None:
    async with json_system({}) as system, upstream_of(system, []) as upstream:
        system.open.clear()
        asked = [upstream.read(THERE, {404}), upstream.read(THERE)]
        waiting = asyncio.gather(*asked, return_exceptions=True)
        await system.reached()
        system.open.set()
        nobody, fault = await waiting
        assert nobody is None
        assert isinstance(fault, SourceUnavailable)
        assert len(system.asked) == 1


async def test_a_record_that_one_part_cannot_read_is_still_the_others() -> None:
    record = {"id": OWNER, "title": [], "locked": True}
    async with json_system({f"/people/{OWNER}": record}) as system:
        customers, restrictions = await together(system, OWNER)
        assert isinstance(customers[OWNER], Fault)
        assert isinstance(restrictions[OWNER], Reading)
