"""What a telephone system sends: one state of one officer's line, or that it is alive."""

from contextlib import suppress
from datetime import UTC, datetime, timedelta
from typing import Annotated, Final, TypeAlias

import msgspec
from msgspec import Meta, Struct
from msgspec.structs import replace

from resolvers.call import CALL_NUMBER, SLACK
from resolvers.refusal import Refusal
from resolvers.switchboard import CurrentCall, IdentifiedBy
from sources.crn import CrnScheme

Text: TypeAlias = Annotated[str, Meta(min_length=1, max_length=200, pattern=r"^[^\x00]*\Z")]
Moment: TypeAlias = Annotated[datetime, Meta(tz=True)]

ANSWERED: Final = "call.answered"
IDENTIFIED: Final = "call.identified"
ENDED: Final = "call.ended"
ALIVE: Final = "alive"
ORDER: Final = (ANSWERED, IDENTIFIED, ENDED)
"""What is told of a call. Of one moment, as of a clock of whole seconds, the later in this order is the later."""


class Identity(Struct, frozen=True, forbid_unknown_fields=True):
    """The number that the person on the line gave: one of the two."""

    crn: Text | None = None
    can: Annotated[str, Meta(pattern=r"^[0-9]{1,20}\Z")] | None = None


class Message(Struct, frozen=True, rename="camel"):
    """One message. `at` is when it was so; of two about one line the later counts, however they arrive."""

    type: Text
    at: Moment
    officer: Text | None = None
    session: Text | None = None
    call_id: Annotated[str, Meta(pattern=rf"^{CALL_NUMBER.pattern}\Z")] | None = None
    answered_at: Moment | None = None
    customer: Identity | None = None


_DECODER: Final = msgspec.json.Decoder(Message)


def read(body: bytes, scheme: CrnScheme, now: datetime) -> tuple[Message, CurrentCall | None]:
    """Return a message, and the call that it tells of; refuse one of another shape. No error repeats what it holds."""
    try:
        message = _DECODER.decode(body)
    except (msgspec.MsgspecError, UnicodeDecodeError, RecursionError):
        raise Refusal("BAD_REQUEST", "The message is not what docs/telephony.md describes.") from None
    if message.type not in ORDER:
        return message, None
    if message.officer is None or message.call_id is None:
        raise Refusal("BAD_REQUEST", "A message about a call needs `officer` and `callId`.")
    at, answered_at = (_moment(one, now) for one in (message.at, message.answered_at or message.at))
    at += timedelta(microseconds=ORDER.index(message.type))
    by, number = _identity(message.customer, scheme)
    return replace(message, at=at), CurrentCall(message.call_id, answered_at, by, number)


def _moment(told: datetime, now: datetime) -> datetime:
    """Return a moment in UTC; refuse one that is to come: nothing that is told later would be news any more."""
    if told <= now + SLACK:
        with suppress(OverflowError):  # of the year 1, further east
            return told.astimezone(UTC)
    raise Refusal("BAD_REQUEST", "`at` and `answeredAt` are at most five minutes ahead.")


def _identity(told: Identity | None, scheme: CrnScheme) -> tuple[IdentifiedBy | None, str | None]:
    if told is None:
        return None, None
    if (told.crn is None) == (told.can is None):
        raise Refusal("BAD_REQUEST", "`customer` has either `crn` or `can`.")
    if told.can is not None:
        return IdentifiedBy.CAN, told.can
    try:
        return IdentifiedBy.CRN, scheme.parse(told.crn or "")
    except ValueError:
        raise Refusal("BAD_REQUEST", "`customer.crn` is not a number of this body.") from None
