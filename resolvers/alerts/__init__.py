"""The alert kinds: one file per family, one line here per family."""

from resolvers.alerts.appointment import APPOINTMENT_ALERTS
from resolvers.alerts.benefit import BENEFIT_ALERTS
from resolvers.alerts.claim import CLAIM_ALERTS
from resolvers.alerts.debt import DEBT_ALERTS
from resolvers.alerts.issue import ISSUE_ALERTS
from resolvers.alerts.notice import AlertKind
from resolvers.alerts.reporting import REPORTING_ALERTS

__all__ = [
    "ALERT_KINDS",
    "APPOINTMENT_ALERTS",
    "BENEFIT_ALERTS",
    "CLAIM_ALERTS",
    "DEBT_ALERTS",
    "ISSUE_ALERTS",
    "REPORTING_ALERTS",
    "AlertKind",
]

ALERT_KINDS: tuple[AlertKind, ...] = (
    *REPORTING_ALERTS,
    *APPOINTMENT_ALERTS,
    *DEBT_ALERTS,
    *CLAIM_ALERTS,
    *BENEFIT_ALERTS,
    *ISSUE_ALERTS,
)
