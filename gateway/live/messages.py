"""The messages of graphql-transport-ws: read from what a client sends, written for it."""

from typing import Any, Final

import msgspec
from msgspec import Struct

from resolvers.refusal import Refusal

MOST_BYTES: Final = 65_536
LONGEST_ID: Final = 128

BAD, UNAUTHORISED, SILENT = 4400, 4401, 4408
TAKEN, TOO_MANY = 4409, 4429
TOO_LARGE, BROKEN, RESTARTS, AGAIN_LATER = 1009, 1011, 1012, 1013


class ClosingError(Exception):
    """The socket is to be closed, with a code and a reason."""

    def __init__(self, code: int, reason: str) -> None:
        super().__init__(reason)
        self.code = code
        self.reason = reason


class Message(Struct, frozen=True):
    """A message: its type, the operation it is about, and what it holds, as JSON."""

    type: str
    id: str | None = None
    payload: msgspec.Raw = msgspec.Raw(b"")


_DECODER: Final = msgspec.json.Decoder(Message)
_ENCODER: Final = msgspec.json.Encoder()


def read(text: str | None) -> Message:
    """Return a message; raise what closes the socket over one that is none."""
    if text is None:
        raise ClosingError(BAD, "A message is text.")
    body = text.encode("utf-8", "surrogatepass")
    if len(body) > MOST_BYTES:
        raise ClosingError(TOO_LARGE, f"A message has {MOST_BYTES} bytes at most.")
    try:
        message = _DECODER.decode(body)
    except (msgspec.MsgspecError, UnicodeDecodeError, RecursionError):
        raise ClosingError(BAD, "A message is an object in JSON, with a type.") from None
    if message.id is not None and not 0 < len(message.id) <= LONGEST_ID:
        raise ClosingError(BAD, f"An id has 1 to {LONGEST_ID} signs.")
    return message


def pairs(payload: msgspec.Raw) -> dict[str, str]:
    """Return what stands in the payload of the first message, in small letters; only text counts."""
    body = bytes(payload)
    if not body or body == b"null":
        return {}
    try:
        told = msgspec.json.decode(body, type=dict[str, Any])
    except (msgspec.MsgspecError, UnicodeDecodeError, RecursionError):
        raise ClosingError(BAD, "The payload of connection_init is an object.") from None
    return {name.lower(): value for name, value in told.items() if isinstance(value, str)}


def written(type: str, id: str | None = None, payload: Any = None) -> str:
    """Return a message for a client."""
    told: dict[str, Any] = {"type": type}
    if id is not None:
        told = {"id": id} | told
    if payload is not None:
        told["payload"] = payload
    return _ENCODER.encode(told).decode()


def closing(refusal: Refusal) -> ClosingError:
    """Return how a socket is closed over a refusal of who it is."""
    if refusal.code == "RATE_LIMITED":
        return ClosingError(TOO_MANY, "Too many attempts: try again in a minute.")
    if refusal.code == "IDENTITY_UNAVAILABLE":
        return ClosingError(AGAIN_LATER, "Try again later.")
    return ClosingError(BAD, refusal.detail or "That cannot be used.")
