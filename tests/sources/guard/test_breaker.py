"""The breaker opens for what fails or is slow most of the time, stays open long enough, and closes with care."""

from itertools import pairwise
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from sources.guard.breaker import Breaker, State
from sources.guard.terms import Terms

T = 1000.0


class Watched:
    """A breaker, and when it changed to what."""

    def __init__(self, chance: float = 0.0, **terms: Any) -> None:
        self.now = T
        self.changes: list[tuple[float, State]] = []
        self.breaker = Breaker(Terms(**terms), lambda: chance, self._changed)

    def _changed(self, state: State, _: float) -> None:
        self.changes.append((self.now, state))

    def stands(self) -> State:
        return self.breaker.state(self.now)

    def call(self, good: bool, slow: bool = False) -> bool:
        """Make a call, and say whether it was let through."""
        permit = self.breaker.admit(self.now)
        if permit is None:
            return False
        (self.breaker.succeeded if good else self.breaker.failed)(permit, self.now, slow)
        return True

    def calls(self, good: int = 0, bad: int = 0, slow: int = 0) -> None:
        for _ in range(good):
            self.call(True)
        for _ in range(slow):
            self.call(True, slow=True)
        for _ in range(bad):
            self.call(False)


@pytest.mark.parametrize(
    ("told", "state"),
    [
        ({"bad": 19}, State.CLOSED),
        ({"bad": 20}, State.OPEN),
        ({"good": 11, "bad": 9}, State.CLOSED),
        ({"good": 10, "bad": 10}, State.OPEN),
        ({"good": 5, "slow": 15}, State.CLOSED),
        ({"good": 4, "slow": 16}, State.OPEN),
        ({"good": 500}, State.CLOSED),
    ],
)
def test_it_opens_when_half_of_twenty_failed_or_four_fifths_were_slow(
    told: dict[str, int], state: State
) -> None:
    watched = Watched()
    watched.calls(**told)
    assert watched.stands() is state


def test_what_failed_more_than_ten_seconds_ago_does_not_count() -> None:
    watched = Watched()
    watched.calls(bad=19)
    watched.now += 11
    watched.calls(bad=19)
    assert watched.stands() is State.CLOSED
    watched.calls(bad=1)
    assert watched.stands() is State.OPEN


def test_an_open_one_lets_nothing_through_and_says_for_how_long() -> None:
    watched = Watched(chance=0.5)
    watched.calls(bad=20)
    assert watched.breaker.shut(watched.now) == 6.0  # five seconds, and one of the two by chance
    watched.now += 5.9
    assert not watched.call(True)
    watched.now += 0.2
    assert watched.stands() is State.HALF_OPEN
    assert watched.call(True)


def test_three_good_probes_close_it() -> None:
    watched = Watched()
    watched.calls(bad=20)
    watched.now += 5
    assert [watched.call(True) for _ in range(3)] == [True] * 3
    assert watched.stands() is State.CLOSED
    assert [state for _, state in watched.changes] == [State.OPEN, State.HALF_OPEN, State.CLOSED]


@pytest.mark.parametrize(("good", "slow"), [(False, False), (True, True)])
def test_one_bad_or_slow_probe_opens_it_for_twice_as_long(good: bool, slow: bool) -> None:
    watched = Watched()
    watched.calls(bad=20)
    for seconds in (5, 10, 20, 40, 60, 60):
        assert watched.breaker.shut(watched.now) == seconds
        watched.now += seconds
        watched.call(good, slow)


def test_only_three_probes_are_under_way_and_one_that_is_left_makes_room() -> None:
    watched = Watched()
    watched.calls(bad=20)
    watched.now += 5
    permits = [watched.breaker.admit(watched.now) for _ in range(4)]
    assert [permit is not None for permit in permits] == [True, True, True, False]
    assert permits[0] is not None
    watched.breaker.abandoned(permits[0])
    assert watched.breaker.admit(watched.now) is not None


def test_it_opens_for_longer_when_it_had_closed_only_just_now() -> None:
    watched = Watched()
    for seconds in (5, 10):
        watched.calls(bad=20)
        assert watched.breaker.shut(watched.now) == seconds
        watched.now += seconds
        watched.calls(good=3)
    watched.now += 10  # it stood for a whole window
    watched.calls(bad=20)
    assert watched.breaker.shut(watched.now) == 5


def test_what_comes_of_a_call_that_began_before_a_change_says_nothing() -> None:
    watched = Watched(calls=5)
    early = [permit for _ in range(10) if (permit := watched.breaker.admit(watched.now)) is not None]
    watched.calls(bad=5)
    watched.now += 5
    watched.calls(good=1)
    for permit in early[:5]:
        watched.breaker.failed(permit, watched.now)
    assert watched.stands() is State.HALF_OPEN
    watched.calls(good=2)
    for permit in early[5:]:
        watched.breaker.failed(permit, watched.now)
    assert watched.stands() is State.CLOSED


def test_a_system_that_asks_for_rest_gets_it_at_once_and_no_more_than_a_minute() -> None:
    watched = Watched()
    watched.breaker.rest(watched.now, 7)
    assert watched.breaker.shut(watched.now) == 7
    watched.breaker.rest(watched.now, 3)
    assert watched.breaker.shut(watched.now) == 7
    watched.breaker.rest(watched.now, 3600)
    assert watched.breaker.shut(watched.now) == 60


STEPS = st.lists(
    st.tuples(st.floats(0, 3), st.booleans(), st.booleans(), st.integers(1, 30)), min_size=1, max_size=200
)


@given(STEPS, st.floats(0, 1))
def test_it_never_opens_twice_within_five_seconds_and_stays_open_as_long(
    steps: list[tuple[float, bool, bool, int]], chance: float
) -> None:
    watched = Watched(chance)
    for seconds, good, slow, times in steps:
        watched.now += seconds
        for _ in range(times):
            watched.call(good, slow)
    opened = [at for at, state in watched.changes if state is State.OPEN]
    assert all(later - earlier >= 5 - 1e-6 for earlier, later in pairwise(opened))
    for (at, state), (until, following) in pairwise(watched.changes):
        if state is State.OPEN:
            assert following is State.HALF_OPEN
            assert until - at >= 5 - 1e-6


@given(STEPS)
def test_it_always_comes_back_once_its_system_is_well(steps: list[tuple[float, bool, bool, int]]) -> None:
    watched = Watched(1.0)
    for seconds, good, slow, times in steps:
        watched.now += seconds
        for _ in range(times):
            watched.call(good, slow)
    watched.now += 62  # the longest that it is open
    watched.calls(good=3)
    assert watched.stands() is State.CLOSED
