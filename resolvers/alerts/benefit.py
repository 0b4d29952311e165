"""Benefit alerts: a payment was suspended or cancelled, why and when (BR-CO-39, BR-CO-40)."""

from collections.abc import Iterable

from resolvers.alerts.notice import AlertKind, Build, Matter, Notice, days_after
from resolvers.cards.activity import Desk, Readings
from sources.parts import ENTITLEMENT
from sources.parts.entitlement import BenefitStatus


def _stopped(status: BenefitStatus, kind: Matter) -> Build:
    def build(readings: Readings, _: Desk) -> Iterable[Notice]:
        held = readings.of(ENTITLEMENT)
        for one in held.benefits if held is not None else ():
            if one.status is status:
                pattern = kind.value if one.reason else f"{kind.value}_UNEXPLAINED"
                blanks = {"payment": one.benefit_type, "reason": one.reason or ""}
                yield Notice(one.since, pattern, blanks)

    return build


BENEFIT_ALERTS = tuple(
    AlertKind(kind, (ENTITLEMENT,), days_after, _stopped(status, kind))
    for status, kind in (
        (BenefitStatus.SUSPENDED, Matter.BENEFIT_SUSPENDED),
        (BenefitStatus.CANCELLED, Matter.BENEFIT_CANCELLED),
    )
)
