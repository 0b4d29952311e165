"""Generations: what was fetched before an invalidation is never served after it."""

import asyncio

import pytest

from cache import Entry, MemoryStore, Place, Reach
from cache.store import Mark
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
    await bench.cache.drop({PART: SYSTEM}, "A")
    bench.upstream.open.set()
    await settle()
    assert not await bench.keeps("A")


async def test_dropping_one_part_leaves_the_others() -> None:
    bench = Bench()
    await bench.read()
    await bench.read(part="customer")
    await bench.cache.drop({PART: SYSTEM}, "A")
    assert await bench.value(part="customer") == "A/2"
    assert await bench.value() == "A/3"


@pytest.mark.parametrize(("says", "kept"), [(NEVER, False), (BRIEFLY, True), ("a reading", True)])
async def test_what_is_judged_never_to_be_kept_is_not(says: str, kept: bool) -> None:
    bench = Bench()
    bench.upstream.says = says
    found = (await bench.look("A"))["A"]
    assert await bench.cache.keep(PART, SYSTEM, "A", found) is kept
    assert await bench.keeps("A") is kept


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


async def test_a_mark_that_was_forgotten_never_returns() -> None:
    store = MemoryStore(people=1)
    mine, others = place("A"), [place(one) for one in "BCD"]
    had: set[Mark] = set()
    for turn in range(20):
        (looked,) = await store.look([mine])
        assert looked.mark not in had or turn == 0
        had.add(looked.mark)
        await store.advance(Reach(person="A"))
        had.add((await store.look([mine]))[0].mark)
        await store.look(others)  # push A out


async def test_a_value_of_a_forgotten_mark_is_never_served_again() -> None:
    bench = Bench(MemoryStore(people=2))
    await bench.read("A")
    await bench.cache.invalidate("A")
    await bench.store.look([place(bench.keys.person(other)) for other in "BCDE"])
    assert await bench.value("A") == "A/2"


async def test_the_memory_of_a_store_is_bounded_and_the_least_used_goes_first() -> None:
    store = MemoryStore(most_bytes=30, weigh=lambda _: 10)
    places = [place(f"P{number}") for number in range(4)]
    for number, one in enumerate(places[:3]):
        await store.keep(one, Entry(number, 0, (await store.look([one]))[0].mark, False), 60)
    await store.look([places[0]])
    await store.keep(places[3], Entry(3, 0, (await store.look([places[3]]))[0].mark, False), 60)
    assert store.bytes == 30
    kept = [looked.entry.value for looked in await store.look(places) if looked.entry is not None]
    assert kept == [0, 2, 3]


async def test_what_is_larger_than_the_whole_memory_is_not_kept_and_pushes_nobody_out() -> None:
    store = MemoryStore(most_bytes=30, weigh=lambda value: value)
    small, large = place("A"), place("B")
    assert await store.keep(small, Entry(10, 0, (await store.look([small]))[0].mark, False), 60)
    await store.keep(large, Entry(31, 0, (await store.look([large]))[0].mark, False), 60)
    found = await store.look([small, large])
    assert [one.entry is not None for one in found] == [True, False]


async def test_a_store_takes_as_many_people_as_come() -> None:
    store = MemoryStore(most_bytes=100, weigh=lambda _: 10)
    bench = Bench(store)
    for number in range(200):
        await bench.read(f"P{number}")
    assert store.bytes == 100


REACHES = {
    "a person": ({"crn": "A"}, ["B/1", "C/1"]),
    "a part of a person": ({"crn": "A", "part": PART}, ["B/1", "C/1"]),
    "another part of a person": ({"crn": "A", "part": "customer"}, ["A/1", "B/1", "C/1"]),
    "a system": ({"system": SYSTEM}, []),
    "another system": ({"system": "elsewhere"}, ["A/1", "B/1", "C/1"]),
    "everything": ({}, []),
}


@pytest.mark.parametrize("what", REACHES)
async def test_an_invalidation_reaches(what: str) -> None:
    reached, left = REACHES[what]
    bench = Bench()
    for crn in "ABC":
        bench.upstream.says = f"{crn}/1"
        await bench.read(crn)
    assert await bench.cache.invalidate(**reached, cause="test")
    bench.upstream.says = "new"
    found = [str((await bench.look(crn))[crn].value) for crn in "ABC"]
    assert [one for one in found if one != "new"] == left


def place(person: str) -> Place:
    return Place(f"key of {person}", PART, SYSTEM, person)
