"""What became of entitlements, as events: claims, payments, reports, appointments."""

from collections.abc import Iterator
from datetime import UTC, date, datetime, time

from msgspec import Struct

from resolvers.policy import Labels
from resolvers.timeline.entry import TimelineKind
from sources.parts import Entitlement
from sources.parts.entitlement import (
    Appointment,
    AppointmentStatus,
    Benefit,
    BenefitStatus,
    Claim,
    ClaimStatus,
)
from sources.parts.interaction import Direction, Outcome


class Event(Struct, frozen=True):
    """One event. `day` is set for one of which only the day is known."""

    id: str
    kind: TimelineKind
    at: datetime
    title: str
    direction: Direction
    outcome: Outcome = Outcome.NOT_APPLICABLE
    description: str | None = None
    day: date | None = None


CLAIM, PAYMENT, REPORT, APPOINTMENT = (
    TimelineKind[name] for name in ("CLAIM", "PAYMENT", "REPORT", "APPOINTMENT")
)
_DECIDED = {
    ClaimStatus.FINALISED: ("claim_finalised", Outcome.NOT_APPLICABLE),
    ClaimStatus.REJECTED: ("claim_rejected", Outcome.NOT_ACHIEVED),
}
_PAID = {
    BenefitStatus.CURRENT: "payment_current",
    BenefitStatus.SUSPENDED: "payment_suspended",
    BenefitStatus.CANCELLED: "payment_cancelled",
}
_MET = {
    AppointmentStatus.BOOKED: ("appointment_booked", Outcome.NOT_APPLICABLE),
    AppointmentStatus.ATTENDED: ("appointment_attended", Outcome.SUCCESS),
    AppointmentStatus.MISSED: ("appointment_missed", Outcome.NOT_ACHIEVED),
    AppointmentStatus.RESCHEDULED: ("appointment_rescheduled", Outcome.NOT_APPLICABLE),
    AppointmentStatus.CANCELLED: ("appointment_cancelled", Outcome.NOT_APPLICABLE),
}


def events(record: Entitlement, labels: Labels) -> Iterator[Event]:
    """Yield what became of the entitlements of a customer, in no order."""
    for claim in record.claims:
        yield from _of_claim(claim, labels)
    for benefit in record.benefits:
        yield _of_benefit(benefit, labels)
    for report in record.reports:
        if report.submitted_at is not None:
            title = labels.timeline["report_submitted"]
            number = f"report:{report.due_on.isoformat()}"
            yield Event(number, REPORT, report.submitted_at, title, Direction.INBOUND, Outcome.SUCCESS)
    for appointment in record.appointments:
        yield _of_appointment(appointment, labels)


def _of_claim(claim: Claim, labels: Labels) -> Iterator[Event]:
    payments = ", ".join(part.benefit_type for part in claim.parts)
    title = labels.timeline["claim_submitted"].format(payments=payments)
    yield _on(claim.submitted_on, f"claim:{claim.id}", CLAIM, title, Direction.INBOUND)
    for part in claim.parts:
        if part.finalised_on is not None and part.status in _DECIDED:
            label, outcome = _DECIDED[part.status]
            title = labels.timeline[label].format(payment=part.benefit_type)
            number = f"claim:{claim.id}:{part.benefit_type}"
            yield _on(part.finalised_on, number, CLAIM, title, Direction.OUTBOUND, outcome)


def _of_benefit(benefit: Benefit, labels: Labels) -> Event:
    label = _PAID.get(benefit.status, "payment_other")
    title = labels.timeline[label].format(payment=benefit.benefit_type)
    number = f"payment:{benefit.benefit_type}:{benefit.status.value}"
    return _on(benefit.since, number, PAYMENT, title, Direction.OUTBOUND, description=benefit.reason)


def _of_appointment(appointment: Appointment, labels: Labels) -> Event:
    label, outcome = _MET.get(appointment.status, ("appointment_other", Outcome.UNKNOWN))
    told = (
        labels.providers.get(appointment.provider.value),
        appointment.location,
        appointment.reason,
    )
    return Event(
        id=f"appointment:{appointment.id}",
        kind=APPOINTMENT,
        at=appointment.starts_at,
        title=labels.timeline[label],
        direction=Direction.INBOUND,
        outcome=outcome,
        description=", ".join(one for one in told if one) or None,
    )


def _on(
    day: date,
    number: str,
    kind: TimelineKind,
    title: str,
    direction: Direction,
    outcome: Outcome = Outcome.NOT_APPLICABLE,
    description: str | None = None,
) -> Event:
    """Return an event of a day: like a letter, it stands at a moment that is on the day nearly everywhere."""
    at = datetime.combine(day, time(10, tzinfo=UTC))
    return Event(number, kind, at, title, direction, outcome, description, day)
