"""Reporting alerts: a report is due today, or was due and did not come (BR-CO-30, BR-CO-31)."""

from collections.abc import Iterable

from resolvers.alerts.notice import AlertKind, Matter, Notice, past_the_day, that_day
from resolvers.cards.activity import Desk, Readings
from sources.parts import ENTITLEMENT


def _outstanding(readings: Readings, _: Desk) -> Iterable[Notice]:
    held = readings.of(ENTITLEMENT)
    for report in held.reports if held is not None else ():
        if report.submitted_at is None:
            yield Notice(report.due_on)


REPORTING_ALERTS = (
    AlertKind(Matter.REPORTING_DUE_TODAY, (ENTITLEMENT,), that_day, _outstanding),
    AlertKind(Matter.REPORTING_OVERDUE, (ENTITLEMENT,), past_the_day, _outstanding),
)
