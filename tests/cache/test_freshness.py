"""Freshness: fresh, then stale while it is read again, then dead."""

import asyncio

import pytest

from cache import FRESHNESS, Found, StaleServed
from sources.parts import PARTS
from tests.cache.upstream import BRIEFLY, NEVER, Bench, settle


@pytest.mark.parametrize(("age", "fetches"), [(0, 1), (29.9, 1), (30, 1)])
async def test_a_fresh_value_is_served_without_asking(age: float, fetches: int) -> None:
    bench = Bench()
    await bench.value()
    bench.now = age
    assert await bench.value() == "A/1"
    await settle()
    assert len(bench.upstream.fetches) == fetches


@pytest.mark.parametrize("age", [30.1, 299, 300])
async def test_a_stale_value_is_served_at_once_and_replaced_behind_the_reader(age: float) -> None:
    bench = Bench()
    await bench.value()
    bench.now = age
    assert (await bench.read()) == Found("A/1", stale=True)
    await settle()
    assert await bench.value() == "A/2"
    assert len(bench.upstream.fetches) == 2


async def test_however_many_read_a_stale_value_it_is_asked_for_once() -> None:
    bench = Bench()
    await bench.value()
    bench.now = 100
    bench.upstream.open.clear()
    for _ in range(50):
        assert await bench.value() == "A/1"
        await settle()
    assert len(bench.upstream.fetches) == 2
    bench.upstream.open.set()
    await settle()
    assert await bench.value() == "A/2"
    assert len(bench.upstream.fetches) == 2


async def test_whoever_is_served_something_stale_is_told_of_with_its_age_and_nobody_else_is() -> None:
    bench = Bench()
    await bench.value("A")
    bench.now = 10
    await bench.value("B")
    await bench.value("C", part="restriction")
    bench.now = 35
    await bench.look("A", "B", "C")
    await bench.value("C", part="restriction")
    bench.now = 42
    await settle()
    bench.upstream.open.clear()
    bench.now = 70
    await bench.look("A", "B")
    told = [event for event in bench.events if isinstance(event, StaleServed)]
    assert told == [StaleServed("debt", "ledger", 1, 35.0), StaleServed("debt", "ledger", 2, 60.0)]


async def test_a_dead_value_is_never_served() -> None:
    bench = Bench()
    await bench.value()
    bench.now = 300.1
    assert (await bench.read()).fetched
    assert len(bench.upstream.fetches) == 2


async def test_a_restriction_is_never_served_stale() -> None:
    bench = Bench()
    await bench.value(part="restriction")
    bench.now = 15
    assert await bench.value(part="restriction") == "A/1"
    bench.now = 15.1
    found = await bench.read(part="restriction")
    assert (found.value, found.fetched, found.stale, found.since) == ("A/2", True, False, 15.1)


@pytest.mark.parametrize(("age", "served"), [(4.9, "A"), (5, "A"), (5.1, "asked again")])
async def test_nothing_known_is_kept_for_five_seconds_and_never_served_stale(age: float, served: str) -> None:
    bench = Bench()
    bench.upstream.says = BRIEFLY
    await bench.value()
    bench.now, bench.upstream.says = age, "asked again"
    assert await bench.value() == (BRIEFLY if served == "A" else served)


async def test_a_failed_refresh_leaves_the_stale_value_until_it_is_dead() -> None:
    bench = Bench()
    await bench.value()
    bench.upstream.says = NEVER
    for now in (40, 200, 300):
        bench.now = now
        assert await bench.value() == "A/1"
        await settle()
    bench.now = 301
    assert await bench.value() == NEVER


async def test_a_refresh_that_raises_harms_no_reader() -> None:
    bench = Bench()
    await bench.value()
    bench.now, bench.upstream.raises = 100, RuntimeError("broken")
    assert await bench.value() == "A/1"
    await settle()
    bench.upstream.raises = None
    assert await bench.value() == "A/1"
    await settle()
    assert await bench.value() == "A/3"


async def test_age_counts_from_the_beginning_of_a_slow_fetch() -> None:
    bench = Bench()
    bench.upstream.open.clear()
    reader = asyncio.create_task(bench.look("A"))
    await settle()
    bench.now = 20
    bench.upstream.open.set()
    found = (await reader)["A"]
    assert found.since == 0
    await bench.cache.keep("debt", "ledger", "A", found)
    bench.now = 31
    assert (await bench.read()).stale


@pytest.mark.parametrize("part", PARTS, ids=str)
def test_every_part_has_its_limits(part: object) -> None:
    limits = FRESHNESS[str(part)]
    assert 0 < limits.fresh <= limits.dead


def test_a_restriction_lives_thirty_seconds_at_most() -> None:
    assert FRESHNESS["restriction"].dead <= 30
    assert not FRESHNESS["restriction"].served_stale
