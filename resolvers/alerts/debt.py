"""Debt alerts: what is owed, and an arrangement to repay it that ends or has ended (BR-CO-34 to BR-CO-36).

Undetermined debts are not owed, and never alerted of (BR-DB-5).
"""

from collections.abc import Iterable
from datetime import date

from resolvers.alerts.notice import AlertKind, Matter, Notice, always, days_after, days_before, moved
from resolvers.cards.activity import Desk, Readings
from sources.parts import DEBT, Debt
from sources.parts.debt import Arrangement, ArrangementStatus, DebtStatus

STANDING = frozenset(
    {ArrangementStatus.CUR, ArrangementStatus.PND, ArrangementStatus.PVL, ArrangementStatus.FUT}
)
OVER = frozenset({ArrangementStatus.FIN, ArrangementStatus.BKN, ArrangementStatus.CAN})


def _active(readings: Readings, desk: Desk) -> Iterable[Notice]:
    raised = [desk.day(debt.raised_at or debt.registered_at) for debt in _owed(readings)]
    if raised:
        yield Notice(min(raised))


def _ending(readings: Readings, _: Desk) -> Iterable[Notice]:
    for debt in _owed(readings, arranged=True):
        for one in debt.arrangements:
            day = one.end_date if one.status is ArrangementStatus.CUR else None
            if day is not None and not _renewed(debt, one, day):
                yield Notice(day)


def _ended(readings: Readings, desk: Desk) -> Iterable[Notice]:
    for debt in _owed(readings, arranged=True):
        for one in debt.arrangements:
            day = _last_day(one, desk)
            if day is not None and not _renewed(debt, one, day):
                # of a current arrangement its last day is still a day of repaying
                current = one.status is ArrangementStatus.CUR
                yield Notice(day, first=moved(day, 1) if current else day)


def _owed(readings: Readings, *, arranged: bool = False) -> list[Debt]:
    """Return the debts that are owed; `arranged`: of which an arrangement was made."""
    history = readings.of(DEBT)
    items = history.items if history is not None else ()
    if arranged:
        items = tuple(debt for debt in items if debt.arrangements)
    return [debt for debt in items if debt.status is DebtStatus.DETERMINED and debt.balance.amount > 0]


def _last_day(one: Arrangement, desk: Desk) -> date | None:
    """Return the last day of an arrangement that runs out or is over: the day it was to end, or the one on which it
    was finalised, broken or cancelled before. None where it goes on, or nothing says when it ended."""
    if one.status is ArrangementStatus.CUR:
        return one.end_date
    if one.status not in OVER:
        return None
    days = [one.end_date, desk.day(one.changed_at) if one.changed_at is not None else None]
    return min((day for day in days if day is not None), default=None)


def _renewed(debt: Debt, over: Arrangement, last: date) -> bool:
    """Tell whether another arrangement of a debt, made or in the making, goes on after one's last day."""
    return any(
        other is not over and other.status in STANDING and (other.end_date is None or other.end_date > last)
        for other in debt.arrangements
    )


DEBT_ALERTS = (
    AlertKind(Matter.ACTIVE_DEBT, (DEBT,), always, _active),
    AlertKind(Matter.DEBT_ARRANGEMENT_ENDING, (DEBT,), days_before, _ending),
    AlertKind(Matter.DEBT_ARRANGEMENT_ENDED, (DEBT,), days_after, _ended),
)
