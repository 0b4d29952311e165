"""Generations: what was fetched before an invalidation is never served after it."""

import asyncio

import pytest

from cache import MemoryStore
from cache.store import Entry
from tests.cache.upstream import BRIEFLY, NEVER, PART, SYSTEM, Bench, settle


async def test_nothing_that_was_kept_is_served_after_an_invalidation() -> None:
    bench = Bench()
    await bench.read()
    await bench.read(part="customer")
    await bench.cache.invalidate("A")
    assert await bench.value() == "A/3"
    assert await bench.value(part="customer") == "A/4"


async def test_an_invalidation_is_of_one_person_only() -> None:
    bench = Bench()
    await bench.read("A")
    await bench.read("B")
    await bench.cache.invalidate("A")
    assert await bench.value("B") == "B/2"


async def test_a_fetch_that_an_invalidation_overtook_is_not_kept() -> None:
    bench = Bench()
    bench.upstream.open.clear()
    reader = asyncio.create_task(bench.look("A"))
    await settle()
    await bench.cache.invalidate("A")
    bench.upstream.open.set()
    found = (await reader)["A"]
    assert found.value == "A/1"  # it began to look before
    assert not await bench.cache.keep(PART, SYSTEM, "A", found)
    assert await bench.value() == "A/2"


async def test_a_reader_after_an_invalidation_does_not_join_a_fetch_from_before_it() -> None:
    bench = Bench()
    bench.upstream.open.clear()
    before = [asyncio.create_task(bench.read()) for _ in range(2)]
    await settle()
    await bench.cache.invalidate("A")
    after = [asyncio.create_task(bench.read()) for _ in range(2)]
    await settle()
    bench.upstream.open.set()
    assert [(await reader).value for reader in before] == ["A/1", "A/1"]
    assert [(await reader).value for reader in after] == ["A/2", "A/2"]
    assert await bench.value() == "A/2"


async def test_a_refresh_that_an_invalidation_overtook_is_not_kept() -> None:
    bench = Bench()
    await bench.read()
    bench.now = 100
    bench.upstream.open.clear()
    await bench.read()
    await settle()
    await bench.cache.invalidate("A")
    bench.upstream.open.set()
    await settle()
    assert await bench.value() == "A/3"


async def test_what_is_dropped_while_it_is_refreshed_stays_dropped() -> None:
    bench = Bench()
    await bench.read()
    bench.now = 100
    bench.upstream.open.clear()
    await bench.read()
    await settle()
    await bench.cache.drop(PART, SYSTEM, "A")
    bench.upstream.open.set()
    await settle()
    assert not await bench.store.read([bench.keys.entry(PART, SYSTEM, bench.keys.person("A"))])


async def test_dropping_one_part_leaves_the_others() -> None:
    bench = Bench()
    await bench.read()
    await bench.read(part="customer")
    await bench.cache.drop(PART, SYSTEM, "A")
    assert await bench.value(part="customer") == "A/2"
    assert await bench.value() == "A/3"


@pytest.mark.parametrize(("says", "kept"), [(NEVER, False), (BRIEFLY, True), ("a reading", True)])
async def test_what_is_judged_never_to_be_kept_is_not(says: str, kept: bool) -> None:
    bench = Bench()
    bench.upstream.says = says
    found = (await bench.look("A"))["A"]
    assert await bench.cache.keep(PART, SYSTEM, "A", found) is kept
    assert bool(await bench.store.read([bench.keys.entry(PART, SYSTEM, bench.keys.person("A"))])) is kept


async def test_nothing_is_kept_unless_a_reader_asks_for_it() -> None:
    bench = Bench()
    await bench.look("A")
    assert (await bench.look("A"))["A"].value == "A/2"


async def test_a_value_from_the_cache_is_not_kept_again_as_if_it_were_new() -> None:
    bench = Bench()
    await bench.read()
    bench.now = 20
    assert not await bench.cache.keep(PART, SYSTEM, "A", (await bench.look("A"))["A"])
    bench.now = 31
    assert (await bench.read()).stale


async def test_a_generation_that_was_forgotten_never_returns() -> None:
    store = MemoryStore(entries=2)
    had: set[int] = set()
    for turn in range(20):
        number = await store.generation("A")
        assert number not in had or turn == 0
        had.add(number)
        had.add(await store.advance("A"))
        for other in "BC":  # push A out
            await store.generation(other)


async def test_a_value_of_a_forgotten_generation_is_never_served_again() -> None:
    bench = Bench(MemoryStore(entries=3))
    await bench.read("A")
    await bench.cache.invalidate("A")
    for other in "BCDE":
        await bench.store.generation(bench.keys.person(other))
    assert await bench.value("A") == "A/2"


async def test_the_memory_of_a_store_is_bounded_and_the_least_used_goes_first() -> None:
    store = MemoryStore(entries=3)
    for number in range(3):
        await store.write(f"k{number}", Entry(number, 0, 1, False))
    await store.read(["k0"])
    await store.write("k3", Entry(3, 0, 1, False))
    assert sorted(await store.read([f"k{number}" for number in range(4)])) == ["k0", "k2", "k3"]


async def test_a_store_takes_as_many_people_as_come() -> None:
    bench = Bench(MemoryStore(entries=10))
    for number in range(200):
        await bench.read(f"P{number}")
    kept = [bench.keys.entry(PART, SYSTEM, bench.keys.person(f"P{number}")) for number in range(200)]
    assert len(await bench.store.read(kept)) == 10
