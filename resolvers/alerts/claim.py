"""Claim alerts: a claim is not decided, or was rejected; one alert for all parts of a claim (BR-CO-37, 38, 43)."""

from collections.abc import Iterable
from datetime import date

from msgspec import Struct

from resolvers.alerts.notice import AlertKind, Matter, Notice, days_after, from_the_day
from resolvers.cards.activity import Desk, Readings
from sources.parts import ENTITLEMENT
from sources.parts.entitlement import Claim, ClaimPart, ClaimStatus

UNDECIDED = frozenset({ClaimStatus.SUBMITTED, ClaimStatus.ON_HOLD})


class Combined(Struct, frozen=True):
    """Everything that was claimed under one claim id."""

    submitted_on: date
    outstanding: tuple[ClaimPart, ...]
    rejected: tuple[ClaimPart, ...]


def _submitted(readings: Readings, _: Desk) -> Iterable[Notice]:
    for claim in _claims(readings):
        if claim.outstanding:
            on_hold = any(part.status is ClaimStatus.ON_HOLD for part in claim.outstanding)
            yield Notice(
                claim.submitted_on,
                pattern="CLAIM_ON_HOLD" if on_hold else None,
                blanks=_payments(claim.outstanding),
            )


def _rejected(readings: Readings, _: Desk) -> Iterable[Notice]:
    for claim in _claims(readings):
        if claim.rejected and not claim.outstanding:
            day = max(part.finalised_on or claim.submitted_on for part in claim.rejected)
            yield Notice(day, blanks=_payments(claim.rejected), dated=claim.submitted_on)


def _claims(readings: Readings) -> list[Combined]:
    held = readings.of(ENTITLEMENT)
    by_number: dict[str, list[Claim]] = {}
    for claim in held.claims if held is not None else ():
        by_number.setdefault(claim.id, []).append(claim)
    return [_combined(claims) for claims in by_number.values()]


def _combined(claims: Iterable[Claim]) -> Combined:
    told = sorted(claims, key=lambda claim: (claim.submitted_on, [part.benefit_type for part in claim.parts]))
    parts = [part for claim in told for part in claim.parts]
    return Combined(
        told[0].submitted_on,
        tuple(part for part in parts if _is_outstanding(part)),
        tuple(part for part in parts if part.status is ClaimStatus.REJECTED),
    )


def _is_outstanding(part: ClaimPart) -> bool:
    unknown = part.status is ClaimStatus.OTHER and part.finalised_on is None
    return part.status in UNDECIDED or unknown


def _payments(parts: Iterable[ClaimPart]) -> dict[str, str]:
    return {"payments": ", ".join(dict.fromkeys(part.benefit_type for part in parts))}


CLAIM_ALERTS = (
    AlertKind(Matter.CLAIM_SUBMITTED, (ENTITLEMENT,), from_the_day, _submitted),
    AlertKind(Matter.CLAIM_REJECTED, (ENTITLEMENT,), days_after, _rejected),
)
