"""How large an answer may be: one that is larger is not sent, and its caller is told to ask for less at once."""

import re
from typing import Any, Final

import msgspec
from msgspec import Struct

from gateway.engine.errors import request_error

_ENCODER: Final = msgspec.json.Encoder()
_OBJECT: Final = re.compile(rb'\{"(?=[^,}\]:])')


class Written(Struct, frozen=True):
    """The body of an answer, it as it is written, and how many objects its data was to hold."""

    body: dict[str, Any]
    raw: msgspec.Raw
    objects: int


def bounded(body: dict[str, Any], most: int, request_id: str) -> Written:
    """Return the body of an answer as it is written; an error and no data for one larger than `most` bytes.

    Half of it would look like all there is. What was decided for it was, and goes on record as for any.
    """
    written = _ENCODER.encode(body)
    objects = objects_in(written) - 1
    if "errors" in body:
        objects -= objects_in(_ENCODER.encode(body["errors"]))
    if len(written) <= most:
        return Written(body, msgspec.Raw(written), objects)
    said = f"An answer has {most} bytes at most: ask for less at once."
    instead = {**request_error("RESPONSE_TOO_LARGE", request_id, said), "data": None}
    return Written(instead, msgspec.Raw(_ENCODER.encode(instead)), objects)


def objects_of(data: Any) -> int:
    """Return how many objects data holds."""
    return objects_in(_ENCODER.encode(data))


def objects_in(written: bytes) -> int:
    """Return how many objects JSON without spaces holds that are not empty: each begins with a brace and a key.

    A text may end with a brace, too: then what follows its quote, if anything does, is no key.
    """
    return len(_OBJECT.findall(written))
