"""Appointment cards: what became of appointments. One that is to come has no card: an alert tells of it."""

from collections.abc import Iterable, Mapping
from datetime import UTC, datetime
from typing import Final

from resolvers.cards.activity import Activity, CardGroup, CardKind, Desk, Kind, Readings
from resolvers.titles import normalised
from sources.parts import ENTITLEMENT
from sources.parts.entitlement import Appointment, AppointmentStatus
from sources.parts.interaction import Direction, Outcome, SourceRef

OUTCOMES: Final[Mapping[AppointmentStatus, Outcome]] = {
    AppointmentStatus.ATTENDED: Outcome.SUCCESS,
    AppointmentStatus.MISSED: Outcome.NOT_ACHIEVED,
    AppointmentStatus.RESCHEDULED: Outcome.NOT_APPLICABLE,
    AppointmentStatus.CANCELLED: Outcome.NOT_APPLICABLE,
}
"""What came of it; of one that is over and still booked, nobody said."""
AT_ITS_TIME: Final = frozenset(
    {AppointmentStatus.BOOKED, AppointmentStatus.ATTENDED, AppointmentStatus.MISSED}
)
"""What an appointment is not before its time; it may be called off or moved at any time."""
LONG_AGO: Final = datetime(1970, 1, 1, tzinfo=UTC)


def _build(readings: Readings, desk: Desk) -> Iterable[Activity]:
    for one in appointments(readings):
        if one.status is not AppointmentStatus.BOOKED or desk.is_over(one.starts_at):
            yield _activity(one, desk)


def _turns(readings: Readings) -> Iterable[datetime]:
    return (one.starts_at for one in appointments(readings) if one.status is AppointmentStatus.BOOKED)


def appointments(readings: Readings) -> tuple[Appointment, ...]:
    """Return the appointments that are known."""
    held = readings.of(ENTITLEMENT)
    return held.appointments if held is not None else ()


def _activity(one: Appointment, desk: Desk) -> Activity:
    words, provider = desk.labels.appointments, desk.labels.providers.get(one.provider.value)
    title = words["with"].format(provider=provider) if provider is not None else words["elsewhere"]
    told = (words[one.status.value], one.reason, one.location)
    return Activity(
        id=one.id,
        kind=Kind.APPOINTMENT,
        key=normalised(title),
        at=one.starts_at,
        day=desk.day(one.starts_at),
        title=title,
        channel=None,
        direction=Direction.INTERNAL,
        outcome=OUTCOMES.get(one.status, Outcome.UNKNOWN),
        source=SourceRef(ENTITLEMENT.name, one.id),  # its record names no system
        # later pages leave out what came due since the first; no source says when one was called off
        recorded_at=one.starts_at if one.status in AT_ITS_TIME else LONG_AGO,
        description=" - ".join(text for text in told if text),
    )


APPOINTMENT_CARDS = (CardKind(Kind.APPOINTMENT, CardGroup.APPOINTMENT, (ENTITLEMENT,), _build, _turns),)
