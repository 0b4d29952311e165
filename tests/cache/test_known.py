"""Values that were given before: whether they would be given again, told without looking each of them up anew."""

from typing import Any
from weakref import ref

import pytest
from msgspec import Struct

from cache import CrnCache, Found, Keep, LookedUp
from cache.freshness import Freshness
from cache.keys import Keys
from cache.known import Known
from cache.memory_store import MemoryStore

FRESH, DEAD = 10.0, 60.0
MANY = 50


class Value(Struct, frozen=True, weakref=True):
    """Something that was read."""

    said: str


class Desk:
    """A cache of one process whose time is what a test says, and what it was told of."""

    def __init__(self, people: int = 1_000) -> None:
        self.now = 100.0
        self.events: list[Any] = []
        self.cache = CrnCache(
            MemoryStore(people=people),
            Keys(b"k" * 32, "test", "1"),
            lambda _: Keep.USUALLY,
            {"debt": Freshness(FRESH, DEAD)},
            lambda: self.now,
            self.events.append,
        )

    async def read(self, crn: str, said: str = "") -> Value:
        """Read a value from its source, and keep it."""

        async def fetch(crns: Any) -> dict[str, Value]:
            return {one: Value(said or one) for one in crns}

        found: Found = (await self.cache.look("debt", "sql", [crn], fetch))[crn]
        await self.cache.keep("debt", "sql", crn, found)
        value: Value = found.value
        return value

    def known(self, **values: Value) -> Known:
        known = self.cache.known([("debt", "sql", (), {crn: ref(one) for crn, one in values.items()})])
        assert known is not None
        return known


@pytest.fixture
def desk() -> Desk:
    return Desk()


async def test_what_is_kept_is_given_again_and_counts_as_looked_up(desk: Desk) -> None:
    known = desk.known(a=await desk.read("a"), b=await desk.read("b"))
    desk.events.clear()
    for _ in range(3):
        assert desk.cache.gives(known)
    told = [(one.part, one.system, one.hits, one.stale, one.misses) for one in desk.events]
    assert told == [("debt", "sql", 2, 0, 0)] * 3
    assert {type(one) for one in desk.events} == {LookedUp}


async def test_what_is_as_old_as_it_may_be_is_given_and_what_is_older_is_not(desk: Desk) -> None:
    first = await desk.read("a")
    desk.now += 5
    known = desk.known(a=first, b=await desk.read("b"))
    desk.now = 100.0 + FRESH
    assert desk.cache.gives(known)
    assert desk.cache.at_hand("debt", "sql", ["a"])
    desk.now += 0.001
    assert not desk.cache.at_hand("debt", "sql", ["a"])
    assert not desk.cache.gives(known)


@pytest.mark.parametrize("reach", [{"crn": "a"}, {"crn": "a", "part": "debt"}, {"system": "sql"}, {}])
async def test_what_is_invalidated_is_not_given_nor_is_what_takes_its_place(
    reach: dict[str, str], desk: Desk
) -> None:
    value = await desk.read("a", "same")
    known = desk.known(a=value)
    assert desk.cache.gives(known)
    await desk.cache.invalidate(**reach)
    assert not desk.cache.gives(known)
    again = await desk.read("a", "same")
    assert again == value
    assert not desk.cache.gives(known)
    assert desk.cache.gives(desk.known(a=again))


async def test_somebody_elses_invalidation_takes_nothing(desk: Desk) -> None:
    known = desk.known(a=await desk.read("a"))
    await desk.read("b")
    assert desk.cache.gives(known)
    await desk.cache.invalidate("b")
    assert desk.cache.gives(known)


async def test_whose_mark_was_forgotten_is_not_given() -> None:
    """The process remembers marks of so many people; of whom it forgot, nothing that was kept is good."""
    desk = Desk(people=3)
    known = desk.known(a=await desk.read("a"))
    assert desk.cache.gives(known)
    for number in range(MANY):
        await desk.read(f"other {number}")
    assert not desk.cache.gives(known)
    assert not desk.cache.at_hand("debt", "sql", ["a"])


async def test_of_what_is_not_kept_nothing_is_known(desk: Desk) -> None:
    value = await desk.read("a")
    await desk.cache.invalidate()
    assert desk.cache.known([("debt", "sql", (), {"a": ref(value)})]) is None
