"""One guard around one system: what is made again, what is turned away, what counts, and who may leave."""

import asyncio
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st
from msgspec import Struct

from sources.errors import BadData, Fault, SourceTimeout, SourceUnavailable, WrongSubject
from sources.guard import (
    BreakerChanged,
    BudgetSpent,
    Guard,
    Hedged,
    Retried,
    Sign,
    State,
    TurnedAway,
    patience,
)
from tests.sources.guard.clock import Calls, Clock, guard_of

RESET = SourceUnavailable("crm", "reset")


async def fault_of(guard: Guard, calls: Any, **more: Any) -> Fault:
    with pytest.raises(Fault) as raised:
        await guard.call(calls, **more)
    assert (raised.value.__context__, raised.value.__cause__) == (None, None)
    return raised.value


def stands(guard: Guard) -> State:
    return guard.state


async def worn(guard: Guard, clock: Clock, fault: Fault, times: int = 20) -> None:
    for _ in range(times):
        await fault_of(guard, Calls(clock, fault), again=False)


@pytest.mark.parametrize(
    ("fault", "made"),
    [
        (RESET, 2),
        (SourceUnavailable("crm", "refused"), 2),
        (SourceTimeout("crm", "connect"), 2),
        (SourceTimeout("crm", "deadline"), 1),
        (SourceTimeout("crm", "silent"), 1),
        (SourceUnavailable("crm", "tls"), 1),
        (SourceUnavailable("crm", "busy"), 1),
        (BadData("crm", "oversize"), 1),
        (WrongSubject("crm"), 1),
    ],
)
async def test_only_what_never_was_an_answer_is_asked_again(fault: Fault, made: int) -> None:
    clock, events = Clock(), list[Struct]()
    calls = Calls(clock, fault)
    told = await fault_of(guard_of(clock, events), calls)
    assert (type(told), told.reason, calls.made) == (type(fault), fault.reason, made)
    assert [one for one in events if isinstance(one, Retried)] == [Retried("crm", fault.reason)] * (made - 1)


async def test_a_second_attempt_that_is_answered_is_the_answer() -> None:
    clock = Clock()
    assert await guard_of(clock, []).call(Calls(clock, RESET, "fine")) == "fine"


@pytest.mark.parametrize(("chance", "waited"), [(0.0, 0.02), (1.0, 0.15)])
async def test_a_second_attempt_waits_a_little_by_chance(chance: float, waited: float) -> None:
    clock = Clock()
    await guard_of(clock, [], lambda: chance).call(Calls(clock, RESET, "fine"))
    assert clock.now == pytest.approx(1000 + waited)


@pytest.mark.parametrize(("seconds", "made"), [(0.5, 2), (2, 1)])
async def test_a_time_to_wait_is_waited_for_when_it_ends_before_the_question_does(
    seconds: float, made: int
) -> None:
    clock = Clock()
    calls = Calls(clock, "no", "yes")
    busy = Sign(throttled=True, retry="429", wait=seconds)
    await guard_of(clock, []).call(calls, lambda told: busy if told == "no" else Sign(), until=lambda: 1001.0)
    assert calls.made == made


@pytest.mark.parametrize(("seconds", "made"), [(0.4, 2), (0.6, 1)])
async def test_a_second_attempt_has_at_least_the_time_that_the_first_one_took(
    seconds: float, made: int
) -> None:
    clock = Clock()
    calls = Calls(clock, SourceTimeout("crm", "connect"), seconds=seconds)
    await fault_of(guard_of(clock, []), calls, until=lambda: 1001.0)
    assert calls.made == made


async def test_nothing_is_asked_again_when_the_budget_is_spent() -> None:
    clock, events = Clock(), list[Struct]()
    guard = guard_of(clock, events, calls=1000)
    made = 0
    for _ in range(100):
        calls = Calls(clock, RESET)
        clock.now -= 0.02  # all of it at the same moment
        await fault_of(guard, calls)
        made += calls.made
    assert 103 <= made <= 113
    assert BudgetSpent("crm") in events


async def test_an_open_breaker_turns_away_at_once_and_says_for_how_long() -> None:
    clock, events = Clock(), list[Struct]()
    guard = guard_of(clock, events)
    await worn(guard, clock, RESET)
    assert stands(guard) is State.OPEN
    calls = Calls(clock, "fine")
    told = await fault_of(guard, calls)
    assert (type(told), told.reason, told.retry_after, calls.made) == (SourceUnavailable, "open", 5, 0)
    assert [one for one in events if isinstance(one, BreakerChanged)] == [
        BreakerChanged("crm", State.OPEN, 5.0)
    ]
    assert TurnedAway("crm", "open") in events
    clock.goes_on(5)
    for _ in range(3):
        assert await guard.call(calls) == "fine"
    assert stands(guard) is State.CLOSED


@pytest.mark.parametrize(
    "fault", [BadData("crm", "shape"), WrongSubject("crm"), SourceUnavailable("crm", "busy")]
)
async def test_bad_data_and_our_own_trouble_open_nothing_however_much_it_is(fault: Fault) -> None:
    clock = Clock()
    guard = guard_of(clock, [])
    await worn(guard, clock, fault, 200)
    assert stands(guard) is State.CLOSED


async def test_answers_that_take_more_than_half_of_the_time_open_it() -> None:
    clock = Clock()
    guard = guard_of(clock, [])
    for _ in range(20):
        await guard.call(Calls(clock, "late", seconds=0.6))
        clock.now -= 0.6
    assert stands(guard) is State.OPEN


async def test_a_system_that_asks_for_rest_is_left_alone_by_everybody() -> None:
    clock = Clock()
    guard, calls = guard_of(clock, []), Calls(clock, "no")
    await guard.call(calls, lambda _: Sign(failed=True, retry="503", rest=7))
    told = await fault_of(guard, calls)
    assert (told.reason, told.retry_after, calls.made) == ("open", 7, 1)


class Hanging:
    """A call that never ends by itself, and whether it was called off."""

    def __init__(self) -> None:
        self.begun = asyncio.Event()
        self.called_off = False

    async def __call__(self) -> Any:
        self.begun.set()
        try:
            await asyncio.Event().wait()
        except asyncio.CancelledError:
            self.called_off = True
            raise


@pytest.mark.parametrize(("seconds", "state"), [(0.1, State.CLOSED), (0.9, State.CLOSED), (1.1, State.OPEN)])
async def test_a_caller_who_leaves_says_nothing_and_one_whose_time_was_over_does(
    seconds: float, state: State
) -> None:
    clock = Clock()
    guard = guard_of(clock, [], calls=1)
    hanging, ends = Hanging(), clock.now + 1
    calling = asyncio.create_task(guard.call(hanging, until=lambda: ends))
    await hanging.begun.wait()
    clock.goes_on(seconds)
    calling.cancel()
    await asyncio.wait([calling])
    assert hanging.called_off
    assert (stands(guard), guard.in_flight) == (state, 0)


async def test_a_question_in_a_question_has_no_more_time_than_that() -> None:
    guard = Guard("crm", 1.0)
    told: list[float] = []

    async def attempt() -> None:
        told.append(1)

    with patience(0.01), patience(10):
        await guard.call(attempt)
        with pytest.raises(Fault):  # whatever fails is not asked again when its time is over
            await guard.call(Calls(Clock(), RESET), until=lambda: 0.0)
    assert told == [1]


async def quick(guard: Guard, clock: Clock, seconds: float) -> None:
    for _ in range(20):
        await guard.call(Calls(clock, "fine", seconds=seconds))


async def test_a_second_call_runs_beside_one_that_is_late_and_the_first_good_one_counts() -> None:
    clock, events = Clock(), list[Struct]()
    guard = guard_of(clock, events, hedge=True)
    await quick(guard, clock, 0.01)
    hanging, made = Hanging(), list[int]()

    async def attempt() -> str:
        made.append(len(made))
        if len(made) == 1:
            await hanging()
        return "second"

    assert await guard.call(attempt) == "second"
    assert (len(made), hanging.called_off, guard.in_flight) == (2, True, 0)
    assert Hedged("crm", won=True) in events


async def test_nobody_is_asked_twice_side_by_side_who_does_not_say_so() -> None:
    clock = Clock()
    guard = guard_of(clock, [])
    await quick(guard, clock, 0.0)
    hanging = Hanging()
    calling = asyncio.create_task(guard.call(hanging))
    await hanging.begun.wait()
    await asyncio.sleep(0.05)
    assert guard.in_flight == 1
    calling.cancel()
    await asyncio.wait([calling])


async def test_who_leaves_two_calls_side_by_side_calls_off_both() -> None:
    clock = Clock()
    guard = guard_of(clock, [], hedge=True)
    await quick(guard, clock, 0.01)
    both = [Hanging(), Hanging()]
    left = iter(both)

    async def attempt() -> None:
        await next(left)()

    calling = asyncio.create_task(guard.call(attempt))
    await both[1].begun.wait()
    calling.cancel()
    await asyncio.wait([calling])
    assert [one.called_off for one in both] == [True, True]
    assert guard.in_flight == 0


TIMES = st.lists(st.tuples(st.floats(0, 2), st.integers(0, 20), st.booleans()), max_size=60)


@given(TIMES, st.booleans())
async def test_a_system_is_never_called_more_than_the_demand_and_its_budget(
    times: list[tuple[float, int, bool]], hedge: bool
) -> None:
    clock = Clock()
    guard, demand, made = guard_of(clock, [], hedge=hedge), 0, 0
    for seconds, count, good in times:
        clock.goes_on(seconds)
        for _ in range(count):
            calls = Calls(clock, "fine" if good else RESET)
            await asyncio.gather(guard.call(calls), return_exceptions=True)
            demand, made = demand + 1, made + calls.made
    assert made <= 1.1 * demand + 3 * (clock.now - 1000 + 1)
