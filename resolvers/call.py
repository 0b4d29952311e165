"""The call that an officer is in: what of a customer's history belongs to it (BR-CO-16)."""

import re
from collections.abc import Iterable
from datetime import datetime, timedelta
from typing import Final

from msgspec import Struct

from resolvers.cards.activity import Activity, CallDetails, Kind
from resolvers.refusal import bad_input

CALL_NUMBER: Final = re.compile(r"[0-9A-Za-z._:-]{1,64}")
"""How a telephone system may number a call."""

STAY: Final = frozenset({Kind.PLACE_IN_QUEUE, Kind.SCHEDULED_CALLBACK})
"""What stays in sight during the call that it led to: it tells why there is a call."""

LONGEST_WAIT: Final = timedelta(hours=2)
SLACK: Final = timedelta(minutes=5)
"""How far the clock of a telephone system may be ahead of ours."""


class CallContext(Struct, frozen=True):
    """The call that the caller is in: its number at the telephone system, and when an officer answered it."""

    call_id: str
    answered_at: datetime | None = None


def checked(call: CallContext, now: datetime) -> CallContext:
    """Return a call whose number and moment can be used; refuse another."""
    if not CALL_NUMBER.fullmatch(call.call_id):
        raise bad_input("`callId` has 1 to 64 letters, digits and . _ : -")
    if call.answered_at is None:
        return call
    if call.answered_at.tzinfo is None:
        raise bad_input("`answeredAt` needs an offset, such as +11:00 or Z.")
    if call.answered_at > now + SLACK:
        raise bad_input("`answeredAt` is a moment to come.")
    return call


def without_current(activities: Iterable[Activity], call: CallContext | None) -> tuple[Activity, ...]:
    """Return a history without the call that is under way."""
    return tuple(one for one in activities if call is None or not _is_current(one, call))


def _is_current(activity: Activity, call: CallContext) -> bool:
    if activity.kind in STAY:
        return False
    return activity.call_id == call.call_id or _is_unnumbered(activity, call)


def _is_unnumbered(activity: Activity, call: CallContext) -> bool:
    """Tell whether it is a call without a number that is not over and began shortly before this one was answered."""
    if activity.kind is not Kind.INBOUND_CALL or activity.call_id is not None or call.answered_at is None:
        return False
    over = isinstance(activity.details, CallDetails) and activity.details.ended_at is not None
    return not over and -SLACK <= call.answered_at - activity.at <= LONGEST_WAIT
