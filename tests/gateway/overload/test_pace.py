"""How many places there are, by how late the event loop is."""

import time
from collections.abc import Callable

import pytest

from gateway.overload.admission import Admission, Class, State, shares
from gateway.overload.memory import Memory
from gateway.overload.pace import LEAST, SOON, Pace
from gateway.overload.pacing import paced
from gateway.overload.places import Places
from resolvers.caller import CallerKind
from tests.running.until import until

STAFF, PARTNER, EXPORT = Class
LATE = 0.03


def test_a_late_loop_has_as_many_places_as_it_answers_soon_and_never_less_than_a_few() -> None:
    pace = Pace(200, LATE)
    assert pace.after(2 * LATE, 200, 300.0) == 300 * SOON
    assert pace.after(2 * LATE, 30, 300.0) == 30  # so many were late already
    assert pace.after(2 * LATE, 30, 500.0) == 30
    assert [pace.after(2 * LATE, 30, 1.0), pace.after(2 * LATE, 0, 0.0)] == [LEAST, LEAST]


def test_a_loop_on_time_has_all_of_its_places_again_after_a_while() -> None:
    pace = Pace(200, LATE)
    pace.after(1.0, 0, 0.0)
    grown = [pace.after(0.0, 0, 0.0) for _ in range(40)]
    assert grown == sorted(grown)
    assert (grown[0], grown[-1]) == (LEAST + 1, 200)
    assert pace.after(0.7 * LATE, 200, 0.0) == 200  # neither late nor on time


@pytest.mark.parametrize(("most", "late"), [(4, LATE), (200, 0.0)])
def test_few_places_stay_and_so_do_all_where_lateness_does_not_matter(most: int, late: float) -> None:
    assert Pace(most, late).after(5.0, 3, 0.0) == most


def test_whoever_is_in_stays_and_nobody_comes_in_until_there_is_room() -> None:
    one = Admission(shares(20, 0.25, 0.05), 10.0)
    inside = [one.ask(STAFF, 0.0) for _ in range(14)]
    assert one.resize(8, 0.0) == []
    waiting = one.ask(STAFF, 0.0)
    assert (one.inside(STAFF), waiting.state) == (14, State.WAITING)
    for ticket in inside[:8]:
        assert one.leave(ticket, 0.1) == []
    assert one.leave(inside[8], 0.1) == [waiting]  # two are kept for partners and exports
    assert one.inside(STAFF) == 6


def test_more_places_let_those_in_who_wait() -> None:
    one = Admission(shares(20, 0.25, 0.05), 10.0)
    one.resize(8, 0.0)
    tickets = [one.ask(STAFF, 0.0) for _ in range(10)]
    assert one.inside(STAFF) == 6
    assert one.resize(100, 0.0) == tickets[6:]
    assert (one.places, one.shares.places) == (20, 20)


def standing(seconds: float, times: int) -> Callable[[], bool]:
    left = iter(range(times))

    def stand() -> bool:
        time.sleep(seconds)
        return next(left, None) is None

    return stand


@pytest.mark.conformance
async def test_a_loop_that_is_late_all_the_time_lets_fewer_in_and_more_when_it_is_on_time_again() -> None:
    admission = Admission(shares(100, 0.25, 0.05), 0.05)
    places = Places(admission, Memory(0, lambda _: None), lambda _: None)
    async with paced(places, Pace(100, LATE)), places.of(CallerKind.STAFF):
        await until(standing(2 * LATE, 20))
        assert admission.places < 50
        await until(lambda: admission.places == 100)
    assert places.inside == 0
