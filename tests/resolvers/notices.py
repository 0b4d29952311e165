"""Alerts straight from records: what the alert kinds tell of a day, without any request."""

from collections.abc import Sequence
from datetime import date, datetime
from typing import Any

from resolvers.alerts import ALERT_KINDS
from resolvers.alerts.alert import Alert, alerts
from resolvers.cards.activity import Desk, Readings
from resolvers.policy import Policy
from sources.parts import DEBT, ENTITLEMENT, Debt, Entitlement
from sources.parts.entitlement import (
    Appointment,
    AppointmentProvider,
    AppointmentStatus,
    Benefit,
    BenefitStatus,
    Claim,
    ClaimPart,
    ClaimStatus,
    Report,
)
from sources.parts.history import History
from tests.people import LABELS, POLICY
from tests.records import OWNER, sydney

TODAY = date(2025, 3, 10)


def day(text: str) -> date:
    return date.fromisoformat(text)


def entitled(*held: Any, issues: bool = False) -> Entitlement:
    """What somebody claims and receives, each thing in its place and in the order told."""

    def of(row: type[Any]) -> tuple[Any, ...]:
        return tuple(one for one in held if isinstance(one, row))

    return Entitlement(OWNER, of(Claim), of(Benefit), of(Report), of(Appointment), issues)


def appointment(at: str, status: AppointmentStatus = AppointmentStatus.BOOKED, **told: Any) -> Appointment:
    """An appointment with a provider, by the clocks of Sydney."""
    usual: dict[str, Any] = {"id": f"A{at}", "provider": AppointmentProvider.PROVIDER}
    return Appointment(starts_at=sydney(at), status=status, **(usual | told))


def missed(at: str, **told: Any) -> Appointment:
    return appointment(at, AppointmentStatus.MISSED, **told)


def claim(
    submitted: str, *parts: tuple[str, ClaimStatus] | tuple[str, ClaimStatus, str], id: str = "K1"
) -> Claim:
    """A claim; a part is its payment, its status and perhaps the day on which it was decided."""
    return Claim(id, day(submitted), tuple(ClaimPart(one[0], one[1], *map(day, one[2:])) for one in parts))


def stopped(code: str, status: BenefitStatus, since: str, reason: str | None = None) -> Benefit:
    return Benefit(code, status, day(since), reason)


def told(
    *records: Debt | Entitlement,
    on: date = TODAY,
    policy: Policy = POLICY,
    debts: Sequence[Debt] | None = None,
) -> tuple[Alert, ...]:
    """The alerts of a day; `debts` stand in the order given, whatever order a history has."""
    owed = tuple(debts or (one for one in records if isinstance(one, Debt)))
    held: dict[str, Any] = {}
    held.update((ENTITLEMENT.name, one) for one in records if isinstance(one, Entitlement))
    if owed:
        held[DEBT.name] = History(OWNER, owed)
    return alerts(ALERT_KINDS, Readings(held), Desk(policy, LABELS, policy.tz), on)


def said(*held: Any, on: str | date = TODAY, policy: Policy = POLICY) -> list[str]:
    """What the alerts of a day say of debts, claims, benefits, reports and appointments."""
    debts = [one for one in held if isinstance(one, Debt)]
    rest = entitled(*(one for one in held if not isinstance(one, Debt)))
    today = day(on) if isinstance(on, str) else on
    return [alert.label for alert in told(*debts, rest, on=today, policy=policy)]


def only(*held: Any, on: str = "2025-03-10", policy: Policy = POLICY) -> Alert:
    """The one alert of a day."""
    debts = [one for one in held if isinstance(one, Debt)]
    (alert,) = told(
        *debts, entitled(*(one for one in held if not isinstance(one, Debt))), on=day(on), policy=policy
    )
    return alert


def midnight(text: str) -> datetime:
    """The beginning of a day in Sydney."""
    return sydney(f"{text}T00:00")
