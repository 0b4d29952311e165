"""Debt cards: a debt was raised; an arrangement was made, changed or broken."""

from collections.abc import Iterable
from datetime import datetime

from resolvers.cards.activity import Activity, CardGroup, CardKind, Desk, Kind, Readings
from resolvers.titles import normalised
from sources.parts import DEBT, Debt
from sources.parts.debt import Arrangement, ArrangementStatus, DebtStatus
from sources.parts.interaction import Direction, Outcome

NOT_SHOWN = frozenset({DebtStatus.UNDETERMINED, DebtStatus.PARKED, DebtStatus.DELETED})


def _build(readings: Readings, desk: Desk) -> Iterable[Activity]:
    history = readings.of(DEBT)
    for debt in history.items if history is not None else ():
        if debt.status not in NOT_SHOWN:
            yield from _of_debt(debt, desk)


def _of_debt(debt: Debt, desk: Desk) -> Iterable[Activity]:
    if debt.raised_at is not None:
        title = desk.labels.debt["raised"].format(benefit=debt.benefit_type, reason=debt.reason)
        yield _activity(debt, "raised", debt.raised_at, title, desk)
    for arrangement in debt.arrangements:
        yield from _of_arrangement(debt, arrangement, desk)


def _of_arrangement(debt: Debt, arrangement: Arrangement, desk: Desk) -> Iterable[Activity]:
    label = f"{arrangement.type.value}/{arrangement.status.value}"
    added = desk.labels.debt["arrangement_added"].format(arrangement=arrangement.type.value)
    yield _activity(debt, f"{arrangement.id}:added", arrangement.added_at, added, desk)
    if arrangement.changed_at is not None and arrangement.changed_at > arrangement.added_at:
        broken = arrangement.status is ArrangementStatus.BKN
        pattern = desk.labels.debt["arrangement_broken" if broken else "arrangement_changed"]
        outcome = Outcome.NOT_ACHIEVED if broken else Outcome.NOT_APPLICABLE
        changed = pattern.format(arrangement=label)
        yield _activity(debt, f"{arrangement.id}:changed", arrangement.changed_at, changed, desk, outcome)


def _activity(
    debt: Debt, event: str, at: datetime, title: str, desk: Desk, outcome: Outcome = Outcome.NOT_APPLICABLE
) -> Activity:
    return Activity(
        id=f"{debt.id}:{event}",
        kind=Kind.DEBT,
        key=normalised(title),
        at=at,
        day=desk.day(at),
        title=title,
        channel=None,
        direction=Direction.OUTBOUND,
        outcome=outcome,
        source=debt.source,
        recorded_at=at,
    )


DEBT_CARDS = (CardKind(Kind.DEBT, CardGroup.DEBT, (DEBT,), _build),)
