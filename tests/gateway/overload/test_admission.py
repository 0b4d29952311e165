"""Who is let in: pure, by a clock that the test moves."""

from dataclasses import dataclass, field

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from gateway.overload.admission import SPAN, STANDING, Admission, Class, State, Ticket, shares

STAFF, PARTNER, EXPORT = Class
SECONDS = 1 / 16  # as all times here, a fraction that a machine counts without an error


def admission(places: int = 20, partner: float = 0.25, export: float = 0.05) -> Admission:
    return Admission(shares(places, partner, export), SECONDS)


def fill(one: Admission, kind: Class, number: int, now: float = 0.0) -> list[Ticket]:
    return [one.ask(kind, now) for _ in range(number)]


@pytest.mark.parametrize(
    ("places", "of"),
    [(200, (140, 50, 10)), (20, (14, 5, 1)), (4, (2, 1, 1)), (7, (5, 1, 1))],
)
def test_the_shares_are_all_places(places: int, of: tuple[int, ...]) -> None:
    told = shares(places, 0.25, 0.05)
    assert tuple(told.of.values()) == of
    assert sum(of) == places


def test_a_class_borrows_what_is_not_kept_for_the_others() -> None:
    one = admission()
    tickets = fill(one, PARTNER, 20)
    assert one.inside(PARTNER) == 20 - 7 - 1  # half of the officers' 14, and the one of exports, are kept
    assert [ticket.state for ticket in tickets[12:]] == [State.WAITING] * 8


def test_what_a_class_used_lately_is_kept_for_it() -> None:
    one = admission()
    for ticket in fill(one, STAFF, 12):
        one.leave(ticket, 1.0)
    fill(one, PARTNER, 20, 2.0)
    assert one.inside(PARTNER) == 20 - 12 - 1
    assert [ticket.state for ticket in fill(one, STAFF, 12, 2.0)] == [State.IN] * 12


def test_what_a_class_used_long_ago_is_lent_again() -> None:
    one = admission()
    for ticket in fill(one, STAFF, 12):
        one.leave(ticket, 0.0)
    fill(one, PARTNER, 20, 2 * SPAN + 0.1)
    assert one.inside(PARTNER) == 12


def test_a_place_that_comes_free_goes_to_who_is_within_its_share_and_officers_first() -> None:
    one = admission()
    borrowing = fill(one, PARTNER, 12)
    officers = fill(one, STAFF, 8)
    assert [ticket.state for ticket in officers] == [State.IN] * 7 + [State.WAITING]
    more, export = one.ask(PARTNER, 0.0), one.ask(EXPORT, 0.0)
    assert export.state is State.IN
    assert one.leave(borrowing[0], 0.01) == [officers[7]]
    assert more.state is State.WAITING
    assert one.leave(borrowing[1], 0.02) == [more]  # nobody else wants it


def test_officers_who_borrow_come_after_partners_within_their_share() -> None:
    one = admission()
    officers = fill(one, STAFF, 17)
    assert one.inside(STAFF) == 16
    partners = fill(one, PARTNER, 4)
    assert (one.inside(PARTNER), one.waiting(STAFF), one.waiting(PARTNER)) == (3, 1, 1)
    assert one.leave(officers[0], 0.01) == [partners[3]]
    assert one.leave(officers[1], 0.02) == [officers[16]]


def test_whoever_waited_long_enough_is_turned_away() -> None:
    one = admission(4)
    inside, waiting = fill(one, STAFF, 2)[0], one.ask(STAFF, 0.0)
    assert one.waiting(STAFF) == 1
    assert one.leave(inside, SECONDS) == [waiting]
    assert waiting.state is State.AWAY
    assert one.inside(STAFF) == 1


def test_waiting_is_shorter_in_a_queue_that_does_not_get_empty() -> None:
    one = admission(4)
    fill(one, STAFF, 2)
    assert one.ask(STAFF, 0.0).until == SECONDS
    assert one.ask(STAFF, STANDING + 0.01).until == pytest.approx(STANDING + 0.01 + SECONDS / 10)
    one.expire(1.0)
    assert one.ask(STAFF, 1.0).until == 1.0 + SECONDS


def test_so_many_wait_and_no_more() -> None:
    one = admission(4)
    tickets = fill(one, STAFF, 2 + 4 + 1)
    assert tickets[-1].state is State.AWAY
    assert one.waiting(STAFF) == 4


def test_one_that_gives_up_frees_nothing_and_is_never_let_in() -> None:
    one = admission(4)
    inside, waiting = fill(one, STAFF, 2), one.ask(STAFF, 0.0)
    one.give_up(waiting)
    assert one.leave(waiting, 0.0) == []
    assert one.leave(inside[0], 0.0) == []
    assert one.inside(STAFF) == 1
    assert one.leave(inside[0], 0.0) == []  # twice is once
    assert one.inside(STAFF) == 1


@dataclass
class Crowd:
    """Requests that come, go and wait by a clock of their own; every step is checked."""

    one: Admission
    now: float = 0.0
    inside: list[Ticket] = field(default_factory=list)
    waiting: list[Ticket] = field(default_factory=list)

    def come(self, kind: Class) -> None:
        within = self.one.inside(kind) < self.one.kept(kind, self.now)
        ticket = self.one.ask(kind, self.now)
        assert ticket.state is State.IN or not within, "its own was taken"
        assert ticket.until - ticket.since <= SECONDS
        (self.inside if ticket.state is State.IN else self.waiting).append(ticket)

    def go(self, which: int) -> None:
        if self.inside:
            ticket = self.inside.pop(which % len(self.inside))
            self.settle(self.one.leave(ticket, self.now))

    def wait(self, seconds: float) -> None:
        self.now += seconds
        self.settle(self.one.expire(self.now))

    def settle(self, tickets: list[Ticket]) -> None:
        for ticket in tickets:
            if ticket.state is State.IN:
                assert self.now - ticket.since < SECONDS, "it waited too long"
                self.inside.append(ticket)

    def check(self) -> None:
        self.waiting = [ticket for ticket in self.waiting if ticket.state is State.WAITING]
        assert len(self.inside) == sum(self.one.inside(kind) for kind in Class) <= self.one.shares.places
        assert all(self.now < ticket.until for ticket in self.waiting)
        for kind in Class:
            assert self.one.waiting(kind) == sum(ticket.kind is kind for ticket in self.waiting)


STEPS = st.one_of(
    st.tuples(st.just("come"), st.sampled_from(Class)),
    st.tuples(st.just("go"), st.integers(0, 50)),
    st.tuples(st.just("wait"), st.sampled_from([0.0, 1 / 1024, 1 / 64, 15 / 256, 1 / 16, 1.0, 6.0])),
)


@settings(max_examples=300, deadline=None)
@given(
    places=st.integers(4, 25),
    partner=st.sampled_from([0.1, 0.25, 0.4]),
    export=st.sampled_from([0.01, 0.05, 0.4]),
    steps=st.lists(STEPS, max_size=120),
)
def test_the_limit_holds_nobody_waits_too_long_and_no_class_loses_its_own(
    places: int, partner: float, export: float, steps: list[tuple[str, object]]
) -> None:
    crowd = Crowd(admission(places, partner, export))
    for step, told in steps:
        getattr(crowd, step)(told)
        crowd.check()
    for kind in Class:
        share = crowd.one.shares.of[kind]
        assert (share + 1) // 2 <= crowd.one.kept(kind, crowd.now) <= share
