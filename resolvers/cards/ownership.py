"""Ownership cards, for staff only: the customer was locked to an area; ownership moved."""

from collections.abc import Iterable
from datetime import datetime

from resolvers.cards.activity import Activity, CardGroup, CardKind, Desk, Kind, Readings
from resolvers.titles import normalised
from sources.parts import OWNERSHIP, Ownership
from sources.parts.interaction import Direction, Outcome


def _build(readings: Readings, desk: Desk) -> Iterable[Activity]:
    ownership = readings.of(OWNERSHIP)
    if ownership is None:
        return
    words = desk.labels.ownership
    for lock in (*([ownership.lock] if ownership.lock is not None else []), *ownership.past_locks):
        title = words["locked"].format(area=lock.business_area)
        officer = words["officer"].format(officer=lock.officer) if lock.officer is not None else None
        yield _activity(ownership, lock.id, lock.locked_at, title, officer, desk)
    for transfer in ownership.transfers:
        title = words["transferred"].format(area=transfer.to_area)
        origin = words["from"].format(area=transfer.from_area)
        yield _activity(ownership, transfer.id, transfer.at, title, origin, desk)


def _activity(
    ownership: Ownership, event: str, at: datetime, title: str, description: str | None, desk: Desk
) -> Activity:
    return Activity(
        id=event,
        kind=Kind.OWNERSHIP,
        key=normalised(title),
        at=at,
        day=desk.day(at),
        title=title,
        channel=None,
        direction=Direction.INTERNAL,
        outcome=Outcome.NOT_APPLICABLE,
        source=ownership.source,
        recorded_at=at,
        description=description,
    )


OWNERSHIP_CARDS = (CardKind(Kind.OWNERSHIP, CardGroup.OWNERSHIP, (OWNERSHIP,), _build),)
