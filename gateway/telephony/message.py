"""What a telephone system sends: one state of one officer's line, or that it is alive."""

from datetime import datetime
from typing import Annotated, Final, TypeAlias

import msgspec
from msgspec import Meta, Struct

from resolvers.call import CALL_NUMBER
from resolvers.refusal import Refusal
from resolvers.switchboard import CurrentCall, IdentifiedBy
from sources.crn import CrnScheme

Text: TypeAlias = Annotated[str, Meta(min_length=1, max_length=200)]
Moment: TypeAlias = Annotated[datetime, Meta(tz=True)]

ANSWERED: Final = "call.answered"
IDENTIFIED: Final = "call.identified"
ENDED: Final = "call.ended"
ALIVE: Final = "alive"


class Identity(Struct, frozen=True, forbid_unknown_fields=True):
    """The number that the person on the line gave: one of the two."""

    crn: Text | None = None
    can: Annotated[str, Meta(pattern="^[0-9]{1,20}$")] | None = None


class Message(Struct, frozen=True, rename="camel"):
    """One message. `at` is when it was so; of two about one line the later counts, however they arrive."""

    type: Text
    at: Moment
    officer: Text | None = None
    session: Text | None = None
    call_id: Annotated[str, Meta(pattern=f"^{CALL_NUMBER.pattern}$")] | None = None
    answered_at: Moment | None = None
    customer: Identity | None = None


_DECODER: Final = msgspec.json.Decoder(Message)


def read(body: bytes, scheme: CrnScheme) -> tuple[Message, CurrentCall | None]:
    """Return a message, and the call that it tells of; refuse one of another shape. No error repeats what it holds."""
    try:
        message = _DECODER.decode(body)
    except (msgspec.MsgspecError, UnicodeDecodeError, RecursionError):
        raise Refusal("BAD_REQUEST", "The message is not what docs/telephony.md describes.") from None
    if message.type not in {ANSWERED, IDENTIFIED, ENDED}:
        return message, None
    if message.officer is None or message.call_id is None:
        raise Refusal("BAD_REQUEST", "A message about a call needs `officer` and `callId`.")
    by, number = _identity(message.customer, scheme)
    return message, CurrentCall(message.call_id, message.answered_at or message.at, by, number)


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
