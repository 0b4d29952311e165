"""Single flight: what is being fetched is waited for, not fetched again."""

import asyncio
from typing import Any

import pytest

from cache import Question
from tests.cache.upstream import PART, SYSTEM, Bench, Upstream, settle


async def test_four_hundred_readers_at_once_cost_one_fetch() -> None:
    bench = Bench()
    found = await asyncio.gather(*(bench.read() for _ in range(400)))
    assert {one.value for one in found} == {"A/1"}
    assert bench.upstream.fetches == [("A",)]


async def test_only_what_is_missing_is_fetched() -> None:
    bench = Bench()
    await bench.read("A")
    found = await bench.look("A", "B", "C")
    assert bench.upstream.fetches == [("A",), ("B", "C")]
    assert [found[crn].value for crn in "ABC"] == ["A/1", "B/2", "C/2"]
    assert [found[crn].fetched for crn in "ABC"] == [False, True, True]


async def test_what_is_under_way_is_waited_for_and_only_the_rest_is_fetched() -> None:
    bench = Bench()
    bench.upstream.open.clear()
    first = asyncio.create_task(bench.look("A", "B"))
    await settle()
    second = asyncio.create_task(bench.look("B", "C"))
    await settle()
    bench.upstream.open.set()
    assert {crn: found.value for crn, found in (await second).items()} == {"B": "B/1", "C": "C/2"}
    assert {crn: found.value for crn, found in (await first).items()} == {"A": "A/1", "B": "B/1"}
    assert bench.upstream.fetches == [("A", "B"), ("C",)]


@pytest.mark.parametrize("leaving", [0, 1, 2])
async def test_a_reader_who_leaves_takes_nobody_along(leaving: int) -> None:
    bench = Bench()
    bench.upstream.open.clear()
    readers = [asyncio.create_task(bench.read()) for _ in range(3)]
    await settle()
    readers[leaving].cancel()
    await settle()
    bench.upstream.open.set()
    staying = [reader for reader in readers if reader is not readers[leaving]]
    assert [(await reader).value for reader in staying] == ["A/1", "A/1"]
    assert readers[leaving].cancelled()
    assert len(bench.upstream.fetches) == 1


async def test_a_fetch_that_nobody_waits_for_any_more_is_given_up_and_the_next_reader_has_it_fetched_anew() -> (
    None
):
    bench = Bench()
    bench.upstream.open.clear()
    readers = [asyncio.create_task(bench.look("A", "B")) for _ in range(2)]
    await settle()
    readers[0].cancel()
    await settle()
    assert bench.upstream.given_up == []
    readers[1].cancel()
    await settle()
    assert bench.upstream.given_up == [("A", "B")]
    late = asyncio.create_task(bench.read())
    await settle()
    bench.upstream.open.set()
    assert (await late).value == "A/2"
    assert bench.upstream.fetches == [("A", "B"), ("A",)]


async def test_a_reader_who_leaves_at_once_leaves_nothing_behind() -> None:
    """Before the fetch has begun: whoever comes next does not wait for one that will never begin."""
    bench = Bench()
    for ticks in range(6):
        reader = asyncio.create_task(bench.read())
        for _ in range(ticks):
            await asyncio.sleep(0)
        reader.cancel()
        late = asyncio.create_task(bench.read())
        assert (await late).value.startswith("A/")
        await bench.cache.drop({PART: SYSTEM}, "A")


async def test_a_value_that_is_read_again_in_the_background_waits_for_no_reader() -> None:
    bench = Bench()
    await bench.read()
    bench.now = 31.0
    bench.upstream.open.clear()
    assert await bench.value() == "A/1"
    await settle()
    joining = asyncio.create_task(bench.look("A", "B"))
    await settle()
    joining.cancel()
    await settle()
    bench.upstream.open.set()
    await settle()
    assert await bench.value() == "A/2"


async def test_a_fetch_that_raises_reaches_everybody_and_is_not_kept() -> None:
    bench = Bench()
    bench.upstream.raises = RuntimeError("broken")
    bench.upstream.open.clear()
    readers = [asyncio.create_task(bench.read()) for _ in range(20)]
    await settle()
    bench.upstream.open.set()
    ends = await asyncio.gather(*readers, return_exceptions=True)
    assert [str(end) for end in ends] == ["broken"] * 20
    assert len(bench.upstream.fetches) == 1
    bench.upstream.raises = None
    assert (await bench.read()).value == "A/2"


async def test_whoever_joins_a_fetch_counts_its_age_from_when_it_began() -> None:
    bench = Bench()
    bench.upstream.open.clear()
    early = asyncio.create_task(bench.look("A"))
    await settle()
    bench.now = 25
    late = asyncio.create_task(bench.look("A"))
    await settle()
    bench.upstream.open.set()
    assert (await early)["A"].since == (await late)["A"].since == 0
    await bench.cache.keep(PART, SYSTEM, "A", (await late)["A"])
    bench.now = 301
    assert (await bench.read()).value == "A/2"


async def test_parts_of_one_person_do_not_wait_for_each_other() -> None:
    bench = Bench()
    bench.upstream.open.clear()
    held = asyncio.create_task(bench.read())
    await settle()
    other = asyncio.create_task(bench.read(part="customer"))
    await settle()
    assert bench.upstream.fetches == [("A",), ("A",)]
    bench.upstream.open.set()
    assert [(await held).value, (await other).value] == ["A/1", "A/2"]


class Asking:
    """Somebody who asks for several parts in one step, and what was told of each, in order."""

    def __init__(self, bench: Bench, *parts: str) -> None:
        self.upstreams = {part: Upstream() for part in parts}
        self.told: list[tuple[str, Any]] = []
        questions = [Question(part, SYSTEM, ["A", "B"], one.fetch) for part, one in self.upstreams.items()]
        self.task = asyncio.create_task(bench.cache.ask(questions, lambda *told: self.told.append(told)))


async def test_of_several_parts_each_is_told_as_soon_as_it_is_there() -> None:
    bench = Bench()
    await bench.read("A", part="ownership")
    await bench.read("B", part="ownership")
    asking = Asking(bench, "debt", "customer", "ownership")
    asking.upstreams["debt"].open.clear()
    await settle()
    assert [part for part, _ in asking.told] == ["ownership", "customer"]
    assert not asking.task.done()
    asking.upstreams["debt"].open.set()
    await asking.task
    told = dict(asking.told)
    assert {part: [one.value for one in found.values()] for part, found in told.items()} == {
        "debt": ["A/1", "B/1"],
        "customer": ["A/1", "B/1"],
        "ownership": ["A/1", "B/2"],
    }
    assert asking.upstreams["ownership"].fetches == []


async def test_a_part_whose_fetch_raises_costs_no_other() -> None:
    bench = Bench()
    asking = Asking(bench, "debt", "customer")
    asking.upstreams["debt"].raises = RuntimeError("broken")
    await asking.task
    told = dict(asking.told)
    assert str(told["debt"]) == "broken"
    assert [one.value for one in told["customer"].values()] == ["A/1", "B/1"]


async def test_whoever_leaves_several_parts_leaves_all_of_them_and_is_told_of_none() -> None:
    bench, running = Bench(), asyncio.all_tasks()
    asking = Asking(bench, "debt", "customer")
    for one in asking.upstreams.values():
        one.open.clear()
    staying = asyncio.create_task(bench.look("A", "B"))
    await settle()
    asking.task.cancel()
    await settle()
    assert (asking.upstreams["debt"].given_up, asking.upstreams["customer"].given_up) == ([], [("A", "B")])
    asking.upstreams["debt"].open.set()
    assert {one.value for one in (await staying).values()} == {"A/1", "B/1"}
    assert asking.told == []
    assert asyncio.all_tasks() == running


async def test_closing_calls_off_refreshes_and_fetches() -> None:
    bench, running = Bench(), asyncio.all_tasks()
    await bench.read("A")
    bench.now = 100
    bench.upstream.open.clear()
    await bench.read("A")
    reader = asyncio.create_task(bench.read("B"))
    await settle()
    await bench.cache.close()
    with pytest.raises(asyncio.CancelledError):
        await reader
    assert asyncio.all_tasks() == running
