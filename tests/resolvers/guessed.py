"""Likely reasons straight from records, weighed by a policy of round numbers."""

from collections.abc import Iterable
from datetime import date
from typing import Any, Final

from msgspec.structs import replace

from resolvers.alerts.alert import Alert
from resolvers.policy import AlertSignPolicy, KnowledgeLink, Policy, ReasonPolicy, SignPolicy
from resolvers.reasons import ContactReason, LikelyReason, Sign, likely_reasons
from tests.people import POLICY
from tests.resolvers.deck import TODAY, cards, desk
from tests.resolvers.notices import told

ARTICLE: Final = KnowledgeLink("About claims", "https://my.gov.au/claims", "1")

RULES: Final = ReasonPolicy(
    unexplained=1.0,
    signs={sign.value: SignPolicy(about=1.0, itself=0.5, half_life=4.0) for sign in Sign},
    alerts={
        "REPORTING_OVERDUE": AlertSignPolicy("REPORTING", 2.0, 7.0),
        "ACTIVE_DEBT": AlertSignPolicy("DEBT", 1.0),
        "CLAIM_SUBMITTED": AlertSignPolicy("CLAIM", 1.0, 7.0),
        "CLAIM_ON_HOLD": AlertSignPolicy("CLAIM", 2.0, 7.0),
        "ISSUES_ON_FILE": AlertSignPolicy("OTHER", 1.0, 7.0),
    },
    codes={
        "REPORTING": ("EMPINC", "Reporting help"),
        "CLAIM": ("K1", "Progress of claim"),
        "DEBT": ("Debt Recovery",),
    },
    articles={"CLAIM": ARTICLE},
)


def ruled_by(rules: ReasonPolicy = RULES, **changed: Any) -> Policy:
    return replace(POLICY, reasons=replace(rules, **changed))


def likely(
    *records: Any, alerts: Iterable[Alert] = (), policy: Policy | None = None, today: date = TODAY
) -> tuple[LikelyReason, ...]:
    """The reasons for which these records, and these alerts, say anything."""
    ruling = policy or ruled_by()
    return likely_reasons(cards(*records, policy=ruling, today=today), alerts, desk(ruling), today)


def shares(*records: Any, **told: Any) -> dict[ContactReason, float]:
    return {one.reason: one.confidence for one in likely(*records, **told)}


def alerted(*records: Any, on: date = TODAY) -> tuple[Alert, ...]:
    return told(*records, on=on)
