"""A batch that several requests share: what goes wrong, who leaves, and what it carries of any of them."""

import asyncio
from collections.abc import Mapping, Sequence
from typing import Any

import pytest

from sources.batch import BatchShared, Rhythm
from sources.coalescing import Coalescer
from sources.crn import Crn
from sources.errors import BadData, Fault, SourceTimeout, SourceUnavailable, WrongSubject
from sources.source import SourceBroke
from tests.sources.line import PEOPLE, WHO, A, B, C, D, Line, settle


async def test_a_fault_for_one_key_is_that_keys() -> None:
    line = Line()
    line.says[A] = SourceUnavailable("ledger", "reset")
    one, other = await asyncio.gather(line.ask(A, B), line.ask(C))
    assert type(one[A]) is SourceUnavailable
    assert (one[B], other) == (B, {C: C})
    assert line.batches == [[A, B, C]]


async def test_a_fault_of_a_batch_reaches_everybody_as_a_value_of_its_own() -> None:
    line, fault = Line(), SourceTimeout("ledger", "deadline", 3)
    line.says = dict.fromkeys([A, B, C], fault)
    answers = await asyncio.gather(line.ask(A), line.ask(B, C), line.ask(A))
    faults = [one for answer in answers for one in answer.values()]
    assert {(type(one), one.source, one.reason, one.retry_after) for one in faults} == {
        (SourceTimeout, "ledger", "deadline", 3)
    }
    assert len({id(one) for one in [fault, *faults]}) == 5


async def test_a_bug_is_a_fault_for_everybody_and_is_told() -> None:
    line = Line()
    line.raises = RuntimeError("of mine")
    answers = await asyncio.gather(line.ask(A), line.ask(B))
    faults = [one for answer in answers for one in answer.values()]
    assert [(type(one), one.reason) for one in faults] == [(SourceUnavailable, "broken")] * 2
    assert faults[0] is not faults[1]
    assert line.told(SourceBroke) == [SourceBroke("debt", "ledger", "RuntimeError")]


@pytest.mark.parametrize(
    "fault", [WrongSubject("ledger"), BadData("ledger", "record"), SourceUnavailable("ledger", "depth")]
)
async def test_what_a_neighbour_in_the_batch_may_have_spoilt_is_asked_again_alone(fault: Fault) -> None:
    """A row about somebody else leaves open whose it was: all who have none are in doubt, until asked for alone."""
    line = Line()

    async def spoilt(keys: Sequence[Crn], group: Any) -> Mapping[Crn, Any]:
        line.batches.append(list(keys))
        return {key: fault if A in keys and key in {A, C} else key for key in keys}

    line.coalescer = Coalescer("debt", "ledger", 100, spoilt, line.events.append, Rhythm())
    one, two, three = await asyncio.gather(line.ask(A), line.ask(B), line.ask(C, D))
    assert type(one[A]) is type(fault)
    assert (two, three) == ({B: B}, {C: C, D: D})
    assert line.batches == [[A, B, C, D], [A], [C]]


async def test_a_batch_of_several_requests_carries_nothing_of_any() -> None:
    line = Line()

    async def as_one(name: str, *keys: Crn) -> None:
        WHO.set(name)
        await line.ask(*keys)

    await asyncio.gather(*(asyncio.create_task(as_one(name, key)) for name, key in [("x", A), ("y", B)]))
    await asyncio.create_task(as_one("z", C))
    await asyncio.create_task(as_one("many", *PEOPLE[:9]))
    assert line.on_behalf == ["nobody", "z", "many"]
    assert [shared.keys for shared in line.told(BatchShared)] == [1, 1]


async def test_a_batch_goes_on_while_somebody_waits_for_it() -> None:
    line = Line()
    line.open.clear()
    leaving, staying = line.start(A, B), line.start(B, C)
    await settle()
    leaving.cancel()
    await settle()
    assert line.cancelled == 0
    line.open.set()
    assert await staying == {B: B, C: C}
    assert leaving.cancelled()


async def test_a_batch_that_nobody_waits_for_is_called_off() -> None:
    line = Line()
    line.open.clear()
    leaving = [line.start(A), line.start(B)]
    await settle()
    for one in leaving:
        one.cancel()
    await settle()
    assert line.cancelled == 1
    line.open.set()
    assert await line.ask(A) == {A: A}


async def test_who_leaves_before_the_batch_goes_is_not_asked_about() -> None:
    line = Line(under_way=0, seconds=0.01)
    leaving, staying = line.start(A, B), line.start(B, C)
    await settle()
    leaving.cancel()
    assert await staying == {B: B, C: C}
    last = line.start(D)
    await settle()
    last.cancel()
    await asyncio.sleep(0.03)
    assert line.batches == [[B, C]]


async def test_closing_calls_off_what_waits_and_what_is_under_way() -> None:
    running, line = asyncio.all_tasks(), Line(under_way=1, seconds=3600)
    line.open.clear()
    asking = [line.start(A)]
    await settle()
    asking.append(line.start(B))
    await settle()
    await line.coalescer.close()
    ends = await asyncio.gather(*asking, return_exceptions=True)
    assert [type(end) for end in ends] == [asyncio.CancelledError] * 2
    assert (line.batches, line.cancelled) == ([[A]], 1)
    assert asyncio.all_tasks() == running
