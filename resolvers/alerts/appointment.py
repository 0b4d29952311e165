"""Appointment alerts: one was missed and not replaced, or one is to come (BR-CO-32, BR-CO-33)."""

from collections.abc import Iterable

from resolvers.alerts.notice import AlertKind, Matter, Notice, days_after, days_before
from resolvers.cards.activity import Desk, Readings
from resolvers.cards.appointment import appointments
from resolvers.titles import normalised
from sources.parts import ENTITLEMENT
from sources.parts.entitlement import Appointment, AppointmentStatus


def _missed(readings: Readings, desk: Desk) -> Iterable[Notice]:
    booked = appointments(readings)
    for one in booked:
        if one.status is AppointmentStatus.MISSED and not any(
            _replaces(other, one, desk) for other in booked
        ):
            yield _notice(one, Matter.MISSED_APPOINTMENT, desk)


def _upcoming(readings: Readings, desk: Desk) -> Iterable[Notice]:
    for one in appointments(readings):
        if one.status is AppointmentStatus.BOOKED:
            yield _notice(one, Matter.UPCOMING_APPOINTMENT, desk)


def _replaces(other: Appointment, missed: Appointment, desk: Desk) -> bool:
    """Tell whether an appointment is the re-engagement after a missed one: it is later and not called off, and its
    reason says so; where no reason is given it is with the same provider."""
    if other.starts_at <= missed.starts_at or other.status is AppointmentStatus.CANCELLED:
        return False
    if other.reason is None:
        return other.provider is missed.provider
    return normalised(other.reason) in {normalised(word) for word in desk.policy.alerts.re_engagement}


def _notice(one: Appointment, kind: Matter, desk: Desk) -> Notice:
    provider = desk.labels.providers.get(one.provider.value)
    return Notice(
        desk.day(one.starts_at),
        pattern=kind.value if provider is not None else f"{kind.value}_ELSEWHERE",
        blanks={"provider": provider} if provider is not None else {},
        at=one.starts_at,
    )


APPOINTMENT_ALERTS = (
    AlertKind(Matter.MISSED_APPOINTMENT, (ENTITLEMENT,), days_after, _missed),
    AlertKind(Matter.UPCOMING_APPOINTMENT, (ENTITLEMENT,), days_before, _upcoming),
)
