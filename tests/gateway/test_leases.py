"""Rates in one process and in several that share a store: what is granted, what is owed, and when there is more."""

import asyncio
from collections import Counter
from collections.abc import Mapping

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from limits.aio.storage import MemoryStorage, Storage
from msgspec import Struct
from msgspec.structs import replace

from cache import Keys
from gateway.rates.leases import WINDOW
from gateway.rates.rates import RateLimited, Rates
from gateway.rates.windows import Windows
from resolvers.caller import Caller, CallerKind
from tests.running.rates import Ticks

PARTNER = Caller(CallerKind.PARTNER, "p-1", "provider")
OFFICER = Caller(CallerKind.STAFF, "o-1", "agency")
KEYS = Keys(b"k" * 32, "test", "1")
PER_MINUTE: Mapping[CallerKind, int] = {
    CallerKind.STAFF: 1_000,
    CallerKind.PARTNER: 100,
    CallerKind.SERVICE: 0,
}


def rates(ticks: Ticks, storage: Storage | None = None, heard: list[Struct] | None = None) -> Rates:
    observe = (heard if heard is not None else []).append
    windows = Windows(storage, observe, ticks) if storage is not None else None
    return Rates(PER_MINUTE, KEYS, observe, windows, ticks)


def left(of: Rates, caller: Caller) -> int:
    allowance = of.allowance(caller)
    assert allowance is not None
    return allowance.left


def wait(of: Rates, caller: Caller) -> int:
    allowance = of.allowance(caller)
    assert allowance is not None
    return allowance.seconds


async def test_a_caller_may_ask_for_its_quota_in_a_minute_and_then_for_another() -> None:
    ticks, heard = Ticks(), list[Struct]()
    alone = rates(ticks, heard=heard)
    for _ in range(2):
        assert [await alone.enter(PARTNER) for _ in range(101)] == [True] * 100 + [False]
        ticks.now += wait(alone, PARTNER)
    assert heard == [RateLimited("PARTNER")] * 2


async def test_callers_are_counted_apart() -> None:
    alone = rates(Ticks())
    alone.charge(PARTNER, 100)
    assert not await alone.enter(PARTNER)
    for other in (
        OFFICER,
        replace(PARTNER, id="p-2"),
        replace(PARTNER, organisation="other"),
        replace(PARTNER, kind=CallerKind.STAFF),
    ):
        assert await alone.enter(other)
    assert not await alone.enter(replace(PARTNER, client="another program"))


async def test_a_caller_with_a_quota_of_its_own_has_that_one() -> None:
    alone = rates(Ticks())
    favoured = replace(PARTNER, quota=3)
    assert [await alone.enter(favoured) for _ in range(4)] == [True] * 3 + [False]
    assert alone.quota_of(favoured) == 3


@pytest.mark.parametrize("caller", [Caller(CallerKind.SERVICE, "s", "agency"), replace(PARTNER, quota=0)])
async def test_without_a_limit_there_is_nothing_to_say(caller: Caller) -> None:
    alone = rates(Ticks())
    alone.charge(caller, 1_000_000)
    assert await alone.enter(caller)
    assert alone.allowance(caller) is None


async def test_what_is_owed_is_worked_off_by_waiting() -> None:
    ticks = Ticks()
    alone = rates(ticks)
    assert await alone.enter(PARTNER)
    alone.charge(PARTNER, 249)
    assert left(alone, PARTNER) == 0
    seconds = wait(alone, PARTNER)
    assert WINDOW < seconds <= 2 * WINDOW
    ticks.now += seconds - 1
    assert not await alone.enter(PARTNER)
    ticks.now += 1
    assert left(alone, PARTNER) == 50
    assert await alone.enter(PARTNER)


async def test_what_was_not_asked_for_is_not_saved_up() -> None:
    ticks = Ticks()
    alone = rates(ticks)
    assert await alone.enter(PARTNER)
    ticks.now += 10 * WINDOW
    assert left(alone, PARTNER) == 100


async def test_the_minutes_of_callers_do_not_all_begin_at_once() -> None:
    alone = rates(Ticks())
    begins = {wait(alone, replace(PARTNER, id=f"p-{number}")) for number in range(50)}
    assert len(begins) > 20


async def test_requests_that_arrive_together_share_what_there_is() -> None:
    shared = MemoryStorage()
    ticks = Ticks()
    both = [rates(ticks, shared), rates(ticks, shared)]
    entered = await asyncio.gather(*(both[number % 2].enter(PARTNER) for number in range(300)))
    assert sum(entered) == 100


Step = tuple[int, int, int]
STEPS = st.lists(st.tuples(st.integers(0, 3), st.integers(0, 40), st.integers(1, 30)), max_size=120)


async def played(steps: list[Step], quota: int, processes: int, costs: bool) -> Counter[int]:
    """What was charged by so many processes in each window of one caller."""
    ticks, shared, caller = Ticks(), MemoryStorage(), replace(PARTNER, quota=quota)
    several = [rates(ticks, shared) for _ in range(processes)]
    shift = int(KEYS.caller("PARTNER", "provider", "p-1")[:8], 16) % WINDOW
    charged = Counter[int]()
    for process, seconds, cost in steps:
        ticks.now += seconds / 4
        one = several[process % processes]
        if await one.enter(caller):
            units = cost if costs else 1
            one.charge(caller, units - 1)
            charged[int((ticks.now + shift) // WINDOW)] += units
    for one in several:
        await one.close()
    return charged


@settings(max_examples=80, deadline=None)
@given(STEPS, st.integers(1, 60), st.integers(1, 4))
def test_processes_that_share_a_store_never_grant_more_than_the_quota(
    steps: list[Step], quota: int, processes: int
) -> None:
    charged = asyncio.run(played(steps, quota, processes, costs=False))
    assert all(units <= quota for units in charged.values())


@settings(max_examples=80, deadline=None)
@given(STEPS, st.integers(1, 60), st.integers(1, 4))
def test_each_process_runs_into_debt_by_one_request_at_most(
    steps: list[Step], quota: int, processes: int
) -> None:
    charged = asyncio.run(played(steps, quota, processes, costs=True))
    assert all(units <= quota + processes * 29 for units in charged.values())


@settings(max_examples=80, deadline=None)
@given(STEPS, st.integers(1, 60))
def test_over_time_a_caller_gets_no_more_than_its_quota_and_one_request(
    steps: list[Step], quota: int
) -> None:
    charged = asyncio.run(played(steps, quota, 1, costs=True))
    for number in charged:
        minutes = number - min(charged) + 1
        assert sum(units for when, units in charged.items() if when <= number) <= minutes * quota + 29


@settings(max_examples=60, deadline=None)
@given(st.lists(st.integers(1, 400), min_size=1, max_size=20), st.integers(1, 60))
def test_whoever_waits_as_long_as_it_was_told_is_let_in(costs: list[int], quota: int) -> None:
    async def run() -> None:
        ticks, caller = Ticks(), replace(PARTNER, quota=quota)
        alone = rates(ticks)
        for cost in costs:
            if not await alone.enter(caller):
                before, ticks.now = ticks.now, ticks.now + wait(alone, caller)
                assert ticks.now > before
                assert await alone.enter(caller)
            alone.charge(caller, cost - 1)

    asyncio.run(run())
