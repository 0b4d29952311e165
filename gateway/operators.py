"""What operators do by hand, as events for the audit journal."""

import uuid
from datetime import UTC, datetime
from getpass import getuser

from gateway.audit import Actor, AuditEvent
from resolvers.access import Verdict


def operator_event(
    action: str, rule: str, policy: str, *, customer: str = "", subject: str | None = None
) -> AuditEvent:
    """Return the event of an operator's act, now, by the user who runs this process.

    `customer` is a customer's keyed hash, empty where it is about none; `subject` what else it is about; `rule` and
    the event's `request_id` name the command; `policy` is the edition.
    """
    return AuditEvent(
        event_id=uuid.uuid4().hex,
        at=datetime.now(UTC),
        actor=Actor("OPERATOR", getuser(), ""),
        customer=customer,
        action=action,
        verdict=Verdict.OPEN.value,
        rule=rule,
        request_id=rule,
        policy=policy,
        subject=subject,
    )
