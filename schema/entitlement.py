"""What the customer claims and receives."""

from datetime import date, datetime

import strawberry

from schema.shown import shows, told, words
from sources.parts import entitlement
from sources.parts.entitlement import AppointmentProvider, AppointmentStatus, BenefitStatus, ClaimStatus

for word in (ClaimStatus, BenefitStatus, AppointmentProvider, AppointmentStatus):
    words(word)


@shows(entitlement.ClaimPart)
class ClaimPart:
    """One payment type of a claim."""

    benefit_type: str = told("The three-letter code of the payment.")
    status: ClaimStatus = told("Where this part stands.")
    finalised_on: date | None = told("The day on which it was decided.")


@shows(entitlement.Claim)
class Claim:
    """A claim; a combined one has several parts under one id."""

    id: strawberry.ID = told("The claim id.")
    submitted_on: date = told("The day on which it was lodged.")
    parts: list[ClaimPart] = told("Its parts, one per payment type.", size=3)


@shows(entitlement.Benefit)
class Benefit:
    """A payment that the customer receives or received."""

    benefit_type: str = told("The three-letter code of the payment.")
    status: BenefitStatus = told("Whether it runs.")
    since: date = told("The day from which the status holds.")
    reason: str | None = told("The reason code of a suspension or cancellation.")


@shows(entitlement.Report)
class Report:
    """A report that the customer has to submit."""

    due_on: date = told("The day on which it is due.")
    submitted_at: datetime | None = told("When it was submitted; null while it is not.")


@shows(entitlement.Appointment)
class Appointment:
    """An appointment, past or to come."""

    id: strawberry.ID = told("Its number at its source.")
    provider: AppointmentProvider = told("With whom it is.")
    starts_at: datetime = told("When it begins.")
    status: AppointmentStatus = told("What became of it.")
    reason: str | None = told("What it is for.")
    location: str | None = told("Where it is.")


@shows(entitlement.Entitlement)
class Entitlements:
    """Claims, benefits, reporting duties and appointments."""

    claims: list[Claim] = told("The claims.", size=5)
    benefits: list[Benefit] = told("The payments.", size=5)
    reports: list[Report] = told("The reporting duties.", size=5)
    appointments: list[Appointment] = told("The appointments.", size=5)
    issues_on_file: bool = told("Whether issues are on file that an officer has to look at.")
