"""Alerts of debts: one at most, of what is owed and of the arrangements that end."""

from datetime import date, timedelta
from itertools import permutations
from typing import Any

import msgspec
import pytest
from hypothesis import given
from hypothesis import strategies as st

from resolvers.alerts.notice import Matter
from sources.parts import Debt
from sources.parts.debt import Arrangement, ArrangementStatus, DebtStatus
from tests.people import NOW, POLICY
from tests.records import arranged, debt, money, sydney
from tests.resolvers.notices import TODAY, day, midnight, said, told

CUR, FIN, BKN, CAN = (ArrangementStatus[name] for name in ("CUR", "FIN", "BKN", "CAN"))
ACTIVE, ENDING, ENDED = (
    "Active debt",
    "Active debt - repayment arrangement ending soon",
    "Active debt - repayment arrangement ended",
)
LONG_AGO = sydney("2024-06-01T12:00")


def owed(*arrangements: Arrangement, total: str = "100", **more: Any) -> Debt:
    return debt(total, LONG_AGO, arrangements=arrangements, **more)


def ends(when: str | None, status: ArrangementStatus = CUR, changed: str | None = None) -> Arrangement:
    moment = sydney(f"{changed}T16:00") if changed else None
    return arranged(LONG_AGO, status, end_date=day(when) if when else None, changed_at=moment)


def test_br_co_34_a_debt_that_is_owed_is_told_once_however_many_there_are() -> None:
    """BR-CO-34."""
    assert said(owed(), owed(), owed(ends(None))) == [ACTIVE]
    (alert,) = told(owed(), debt("1", sydney("2024-05-01T12:00")))
    assert (alert.kind, alert.effective_date, alert.expires_at) == (
        Matter.ACTIVE_DEBT,
        day("2024-05-01"),
        None,
    )


@pytest.mark.parametrize("status", [one for one in DebtStatus if one is not DebtStatus.DETERMINED])
def test_br_co_34_only_determined_debts_are_active(status: DebtStatus) -> None:
    """Undetermined ones above all: they are never shown as owed (BR-DB-5)."""
    assert said(owed(status=status), owed(ends("2025-03-12"), status=status)) == []


def test_br_co_34_a_debt_of_which_nothing_is_left_is_not_active() -> None:
    """BR-CO-34."""
    assert said(owed(repaid=money("100")), owed(ends("2025-03-12"), repaid=money("100.01"))) == []
    assert said(owed(repaid=money("99.99"))) == [ACTIVE]


@pytest.mark.parametrize(
    ("on", "label"),
    [("2025-03-09", ACTIVE), ("2025-03-10", ENDING), ("2025-03-24", ENDING), ("2025-03-25", ENDED)],
)
def test_br_co_35_an_arrangement_that_ends_within_14_days_is_ending_soon(on: str, label: str) -> None:
    """BR-CO-35."""
    assert said(owed(ends("2025-03-24")), on=on) == [label]


@pytest.mark.parametrize("status", [one for one in ArrangementStatus if one is not CUR])
def test_br_co_35_only_a_current_arrangement_is_ending(status: ArrangementStatus) -> None:
    """BR-CO-35."""
    assert said(owed(ends("2025-03-15", status))) == [ACTIVE]


@pytest.mark.parametrize(
    ("arrangement", "first", "last"),
    [
        (ends("2025-02-10"), "2025-02-11", "2025-03-10"),  # ran out; on its last day it was still ending
        (ends("2025-02-10", FIN), "2025-02-10", "2025-03-10"),
        (ends("2025-02-10", FIN, changed="2025-02-12"), "2025-02-10", "2025-03-10"),
        (ends("2025-06-30", FIN, changed="2025-02-10"), "2025-02-10", "2025-03-10"),
        (ends(None, FIN, changed="2025-02-10"), "2025-02-10", "2025-03-10"),
        (ends(None, BKN, changed="2025-02-10"), "2025-02-10", "2025-03-10"),
        (ends("2026-02-10", BKN, changed="2025-02-10"), "2025-02-10", "2025-03-10"),
        (ends(None, CAN, changed="2025-02-10"), "2025-02-10", "2025-03-10"),
    ],
)
def test_br_co_36_an_arrangement_that_ended_is_told_for_28_days(
    arrangement: Arrangement, first: str, last: str
) -> None:
    """BR-CO-36."""
    shown = {
        on: said(owed(arrangement), on=on) == [ENDED]
        for on in (day(first) - timedelta(days=1), day(first), day(last), day(last) + timedelta(days=1))
    }
    assert list(shown.values()) == [False, True, True, False]


@pytest.mark.parametrize("status", ["CUR", "PND", "PVL", "FUT"])
@pytest.mark.parametrize(
    "over", [ends("2025-03-05"), ends("2025-03-05", FIN), ends(None, BKN, "2025-03-05"), ends("2025-03-12")]
)
def test_br_co_36_an_arrangement_that_was_renewed_has_not_ended(over: Arrangement, status: str) -> None:
    """BR-CO-36."""
    for renewal in (ends(None, ArrangementStatus[status]), ends("2026-03-05", ArrangementStatus[status])):
        assert said(owed(over, renewal)) == said(owed(renewal, over)) == [ACTIVE]


@pytest.mark.parametrize("status", [FIN, BKN, CAN, ArrangementStatus.OTHER])
def test_br_co_36_what_is_over_itself_renews_nothing(status: ArrangementStatus) -> None:
    """BR-CO-36."""
    assert said(owed(ends("2025-03-05", FIN), ends("2026-01-01", status))) == [ENDED]


def test_br_co_36_an_arrangement_that_ends_no_later_renews_nothing() -> None:
    """BR-CO-36."""
    (ended,) = told(owed(ends("2025-03-05", FIN), ends("2025-03-01")))
    assert (ended.label, ended.effective_date) == (ENDED, day("2025-03-05"))
    assert said(owed(ends("2025-03-15"), ends("2025-03-15"))) == [ENDING]


def test_br_co_36_an_arrangement_for_another_debt_renews_nothing() -> None:
    """BR-CO-36."""
    assert said(owed(ends("2025-03-05", FIN)), owed(ends(None))) == [ENDED]


def test_an_arrangement_of_which_nobody_says_when_it_ended_leaves_an_active_debt() -> None:
    assert said(owed(ends(None, FIN))) == [ACTIVE]


def test_worked_example_5_two_debts_make_the_one_alert_that_an_arrangement_ends_soon() -> None:
    first = debt("100.00", NOW, arrangements=(arranged(NOW, CUR, end_date=TODAY + timedelta(days=10)),))
    assert said(first, debt("50.00", NOW)) == [ENDING]


@pytest.mark.parametrize(
    "order", list(permutations(("DEBT_ARRANGEMENT_ENDED", "DEBT_ARRANGEMENT_ENDING", "ACTIVE_DEBT")))
)
def test_br_co_42_of_the_three_the_first_of_the_policys_order_is_told(order: tuple[str, ...]) -> None:
    """BR-CO-42."""
    labels = {"DEBT_ARRANGEMENT_ENDED": ENDED, "DEBT_ARRANGEMENT_ENDING": ENDING, "ACTIVE_DEBT": ACTIVE}
    policy = msgspec.structs.replace(POLICY, alerts=msgspec.structs.replace(POLICY.alerts, debts=order))
    debts = [owed(ends("2025-03-05", FIN)), owed(ends("2025-03-20")), owed()]
    assert said(*debts, policy=policy) == [labels[order[0]]]


def test_br_co_42_the_order_that_ships_is_ended_ending_active() -> None:
    """BR-CO-42."""
    debts = [owed(), owed(ends("2025-03-20")), owed(ends("2025-03-05", FIN))]
    assert [said(*debts[:count]) for count in (1, 2, 3)] == [[ACTIVE], [ENDING], [ENDED]]


def test_of_several_that_end_the_soonest_is_told_and_of_several_that_ended_the_latest() -> None:
    (ending,) = told(owed(ends("2025-03-22")), owed(ends("2025-03-14")))
    assert (ending.effective_date, ending.expires_at) == (day("2025-03-14"), midnight("2025-03-15"))
    (ended,) = told(owed(ends("2025-03-01", FIN)), owed(ends("2025-03-05", FIN)))
    assert (ended.effective_date, ended.expires_at) == (day("2025-03-05"), midnight("2025-04-03"))


def test_an_active_debt_is_told_until_its_arrangement_begins_to_end() -> None:
    (alert,) = told(owed(ends("2025-04-10")))
    assert (alert.label, alert.expires_at) == (ACTIVE, midnight("2025-03-27"))
    assert said(owed(ends("2025-04-10")), on="2025-03-26") == [ACTIVE]
    assert said(owed(ends("2025-04-10")), on="2025-03-27") == [ENDING]


DAYS = st.dates(date(2025, 1, 20), date(2025, 5, 1))


@st.composite
def arrangement(draw: st.DrawFn) -> Arrangement:
    ending = draw(st.none() | DAYS)
    changed = draw(st.none() | DAYS)
    moment = sydney(f"{changed}T12:00") if changed else None
    return arranged(LONG_AGO, draw(st.sampled_from(ArrangementStatus)), end_date=ending, changed_at=moment)


@st.composite
def any_debt(draw: st.DrawFn) -> Debt:
    made = draw(st.lists(arrangement(), max_size=4))
    status = draw(st.sampled_from([DebtStatus.DETERMINED, *DebtStatus]))
    return owed(*made, total=draw(st.sampled_from(["0", "1"])), status=status)


@given(st.lists(any_debt(), max_size=5), DAYS)
def test_br_co_42_whatever_the_debts_there_is_one_alert_if_anything_is_owed_and_none_if_not(
    debts: list[Debt], on: date
) -> None:
    """BR-CO-42."""
    owing = any(one.status is DebtStatus.DETERMINED and one.balance.amount > 0 for one in debts)
    assert len(told(*debts, on=on)) == owing


@given(st.lists(any_debt(), max_size=5), DAYS, st.randoms(use_true_random=False))
def test_alerts_do_not_depend_on_the_order_of_debts_or_arrangements(
    debts: list[Debt], on: date, chance: Any
) -> None:
    shuffled = [
        msgspec.structs.replace(
            one, arrangements=tuple(chance.sample(one.arrangements, len(one.arrangements)))
        )
        for one in chance.sample(debts, len(debts))
    ]
    assert told(debts=shuffled, on=on) == told(debts=debts, on=on)


@given(st.lists(any_debt(), max_size=3), DAYS)
def test_an_alert_is_told_until_it_expires_and_not_beyond(debts: list[Debt], on: date) -> None:
    for alert in told(*debts, on=on):
        if alert.expires_at is None:
            continue
        over = alert.expires_at.date()
        assert on < over
        last = told(*debts, on=over - timedelta(days=1))
        assert [one.kind for one in last] == [alert.kind]
        assert alert not in told(*debts, on=over)
