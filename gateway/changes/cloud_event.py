"""Events as CloudEvents 1.0 has them over HTTP: one in the body, a batch in the body, or one in headers and body.

Other people's library reads them. It lets an event without an id or a version pass; this one does not. It raises what
it raises; here that is no event, and nothing of what it held is said.
"""

from collections.abc import Callable, Mapping
from typing import Any, Final

import msgspec
from cloudevents.core.base import BaseCloudEvent
from cloudevents.core.bindings.http import HTTPMessage, from_binary
from cloudevents.core.exceptions import BaseCloudEventException
from cloudevents.core.formats.json import JSONFormat
from cloudevents.core.v1.event import REQUIRED_ATTRIBUTES, CloudEvent
from msgspec import Raw, Struct

from resolvers.refusal import Refusal

ONE: Final = "application/cloudevents+json"
BATCH: Final = "application/cloudevents-batch+json"
JSON: Final = "application/json"
VERSION: Final = "ce-specversion"
"""The header that an event has whose attributes are headers."""

_FORMAT: Final = JSONFormat()
_BATCH: Final = msgspec.json.Decoder(list[Raw])
_BROKEN: Final = (
    BaseCloudEventException,
    ValueError,
    TypeError,
    LookupError,
    AttributeError,
    OverflowError,
    RecursionError,
)


class Event(Struct, frozen=True):
    """One event: its type, and the data as JSON has it."""

    type: str
    data: Any


def events_of(media: str, headers: Mapping[str, str], body: bytes) -> list[Event | None]:
    """Return the events of a message; in the place of one that is none, None. Refuse a message of another form."""
    if media == ONE:
        return [_read(lambda: _FORMAT.read(_strict, body))]
    if media == BATCH:
        try:
            raws = _BATCH.decode(body)
        except (msgspec.MsgspecError, UnicodeDecodeError, RecursionError):
            raise Refusal("BAD_REQUEST", "A batch is a list of events in JSON.") from None
        return [_read(lambda raw=bytes(raw): _FORMAT.read(_strict, raw)) for raw in raws]  # type: ignore[misc]
    if media == JSON and VERSION in headers:
        message = HTTPMessage(dict(headers), body)
        return [_read(lambda: from_binary(message, _FORMAT, _strict))]
    raise Refusal(
        "UNSUPPORTED_MEDIA_TYPE", f"An event is sent as {ONE}, {BATCH}, or {JSON} with ce- headers."
    )


def _read(read: Callable[[], BaseCloudEvent]) -> Event | None:
    try:
        event = read()
        data: Any = event.get_data()
        return Event(event.get_type(), msgspec.json.decode(data) if isinstance(data, bytes) else data)
    except _BROKEN:
        return None


def _strict(attributes: dict[str, Any], data: Any) -> CloudEvent:
    if not attributes.keys() >= set(REQUIRED_ATTRIBUTES):
        raise ValueError("a required attribute is not there")
    return CloudEvent(attributes, data)
