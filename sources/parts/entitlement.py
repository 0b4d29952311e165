"""What the customer claims and receives: claims, benefits, reporting duties, appointments."""

from datetime import date

from msgspec import Struct

from sources.crn import Crn
from sources.parts.moment import Moment
from sources.words import Word


class ClaimStatus(Word):
    """Where a claim stands."""

    SUBMITTED = "SUBMITTED", "Lodged, being assessed."
    ON_HOLD = "ON_HOLD", "Waiting for something."
    REJECTED = "REJECTED", "Refused."
    FINALISED = "FINALISED", "Decided."
    OTHER = "OTHER", "A status that the gateway does not know."


class BenefitStatus(Word):
    """Whether a payment runs."""

    CURRENT = "CURRENT", "It is paid."
    SUSPENDED = "SUSPENDED", "It is stopped for now."
    CANCELLED = "CANCELLED", "It has ended."
    OTHER = "OTHER", "A status that the gateway does not know."


class AppointmentProvider(Word):
    """With whom an appointment is."""

    SERV_AU = "SERV_AU", "The agency itself."
    PROVIDER = "PROVIDER", "An employment services provider."
    OTHER = "OTHER", "Somebody that the gateway does not know."


class AppointmentStatus(Word):
    """What became of an appointment."""

    BOOKED = "BOOKED", "It is to come."
    ATTENDED = "ATTENDED", "The customer came."
    MISSED = "MISSED", "The customer did not come."
    RESCHEDULED = "RESCHEDULED", "It was moved; a re-engagement appointment takes its place."
    CANCELLED = "CANCELLED", "It was called off."
    OTHER = "OTHER", "A status that the gateway does not know."


class ClaimPart(Struct, frozen=True, omit_defaults=True, gc=False):
    """One payment type of a claim; combined claims have several under one claim id."""

    benefit_type: str
    status: ClaimStatus
    finalised_on: date | None = None


class Claim(Struct, frozen=True, omit_defaults=True, gc=False):
    """A claim, from its submission to the decision on each part."""

    id: str
    submitted_on: date
    parts: tuple[ClaimPart, ...]


class Benefit(Struct, frozen=True, omit_defaults=True, gc=False):
    """A payment the customer receives or received; `reason` is the code for a suspension or cancellation."""

    benefit_type: str
    status: BenefitStatus
    since: date
    reason: str | None = None


class Report(Struct, frozen=True, omit_defaults=True, gc=False):
    """A report the customer has to submit, and when it was."""

    due_on: date
    submitted_at: Moment | None = None


class Appointment(Struct, frozen=True, omit_defaults=True, gc=False):
    """An appointment, past or to come."""

    id: str
    provider: AppointmentProvider
    starts_at: Moment
    status: AppointmentStatus
    reason: str | None = None
    location: str | None = None


class Entitlement(Struct, frozen=True, omit_defaults=True, gc=False):
    """A customer's claims, benefits, reports and appointments."""

    crn: Crn
    claims: tuple[Claim, ...] = ()
    benefits: tuple[Benefit, ...] = ()
    reports: tuple[Report, ...] = ()
    appointments: tuple[Appointment, ...] = ()
    issues_on_file: bool = False
