"""So many calls are under way, so many wait shortly, the rest is turned away; nobody who leaves keeps a place."""

import asyncio

from sources.guard.bulkhead import Bulkhead
from sources.guard.terms import Terms


async def full(**terms: float) -> Bulkhead:
    """One with two places, both taken."""
    bulkhead = Bulkhead(Terms(in_flight=2, **{"waiting": 2, "wait_seconds": 5.0, **terms}))  # type: ignore[arg-type]
    assert [await bulkhead.enter(), await bulkhead.enter()] == [True, True]
    return bulkhead


async def entering(bulkhead: Bulkhead) -> asyncio.Task[bool]:
    task = asyncio.create_task(bulkhead.enter())
    await asyncio.sleep(0)
    return task


async def test_who_comes_when_all_places_are_taken_waits_and_goes_in_in_order() -> None:
    bulkhead = await full()
    first, second = await entering(bulkhead), await entering(bulkhead)
    assert (bulkhead.in_flight, bulkhead.waiting) == (2, 2)
    bulkhead.leave()
    assert await first
    assert not second.done()
    bulkhead.leave()
    assert await second
    assert (bulkhead.in_flight, bulkhead.waiting) == (2, 0)


async def test_who_comes_when_too_many_wait_is_turned_away_at_once() -> None:
    bulkhead = await full()
    waiting = [await entering(bulkhead) for _ in range(2)]
    assert not await bulkhead.enter()
    for _ in range(2):
        bulkhead.leave()
    assert await asyncio.gather(*waiting) == [True, True]


async def test_who_waited_too_long_is_turned_away_and_keeps_no_place() -> None:
    bulkhead = await full(wait_seconds=0.02)
    assert not await bulkhead.enter()
    bulkhead.leave()
    bulkhead.leave()
    assert (bulkhead.in_flight, bulkhead.waiting) == (0, 0)


async def test_who_leaves_while_waiting_keeps_no_place() -> None:
    bulkhead = await full()
    leaving, staying = await entering(bulkhead), await entering(bulkhead)
    leaving.cancel()
    await asyncio.wait([leaving])
    bulkhead.leave()
    assert await staying
    assert (bulkhead.in_flight, bulkhead.waiting) == (2, 0)


async def test_who_leaves_at_the_moment_of_going_in_hands_the_place_on() -> None:
    bulkhead = await full()
    leaving, staying = await entering(bulkhead), await entering(bulkhead)
    bulkhead.leave()  # the place is given to the first …
    leaving.cancel()  # … who is gone before it learns of it
    await asyncio.wait([leaving])
    assert await staying
    assert bulkhead.in_flight == 2


async def test_complaints_halve_it_once_a_second_down_to_one_and_good_answers_bring_it_back() -> None:
    bulkhead = Bulkhead(Terms(in_flight=32))
    for _ in range(5):
        bulkhead.narrow(10.0)
    assert bulkhead.limit == 16
    for second in range(11, 20):
        bulkhead.narrow(float(second))
    assert bulkhead.limit == 1
    for _ in range(600):
        bulkhead.widen()
    assert bulkhead.limit == 32


async def test_a_narrow_one_lets_in_only_so_many() -> None:
    bulkhead = await full()
    bulkhead.narrow(10.0)
    waiting = await entering(bulkhead)
    bulkhead.leave()
    await asyncio.sleep(0)
    assert not waiting.done()
    bulkhead.leave()
    assert await waiting
    assert bulkhead.in_flight == 1
