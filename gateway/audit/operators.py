"""What operators do by hand, as events for the audit journal."""

import os
import time
from datetime import UTC, datetime
from getpass import getuser
from typing import Final

from gateway.audit.event import Actor, AuditEvent
from gateway.build import VERSION
from gateway.ids import new_id
from resolvers.access import Verdict

KIND: Final = "OPERATOR"


def operator_event(
    action: str, rule: str, policy: str, *, subject: str | None = None, parts: tuple[str, ...] = ()
) -> AuditEvent:
    """Return the event of an operator's act, now, by the user who runs this process.

    It is about no customer (`Recorder.about` makes it so); `subject` is what else it is about; `rule` and the event's
    `request_id` name the command; `policy` is the edition; `parts` what is shown.
    """
    return AuditEvent(
        event_id=new_id(),
        at=datetime.now(UTC),
        actor=Actor(KIND, _login(), ""),
        customer="",
        action=action,
        verdict=Verdict.OPEN.value,
        rule=rule,
        request_id=rule,
        policy=policy,
        parts=parts,
        mono=time.monotonic_ns(),
        gateway=VERSION,
        subject=subject,
    )


def _login() -> str:
    try:
        return getuser()
    except (KeyError, OSError):  # a container may run as a number that has no name
        return f"uid {os.getuid()}"
