"""What an operator did from the command line, as it stands on record."""

import os
from datetime import UTC, datetime
from getpass import getuser
from typing import Any, Final

from gateway.audit_event import Actor, AuditEvent, Recorder, new_id
from resolvers.access import Verdict
from sources.crn import Crn

KIND: Final = "OPERATOR"


def operator_event(
    recorder: Recorder, policy: str, action: str, rule: str, crn: Crn | None = None, **more: Any
) -> AuditEvent:
    """Return the event of an action of whoever is logged in here, with the edition of the policy that held.

    `rule` names the command; `more` are other fields of the event.
    """
    number = new_id()
    return AuditEvent(
        event_id=number,
        at=datetime.now(UTC),
        actor=Actor(KIND, _login(), ""),
        customer=recorder.keys.person(crn) if crn is not None else "",
        action=action,
        verdict=Verdict.OPEN.value,
        rule=rule,
        request_id=rule,
        policy=policy,
        sealed=recorder.sealed(crn, number) if crn is not None else None,
        gateway=recorder.gateway,
        **more,
    )


def _login() -> str:
    try:
        return getuser()
    except (KeyError, OSError):  # a container may run as a number that has no name
        return f"uid {os.getuid()}"
