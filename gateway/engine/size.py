"""How large an answer may be: one that is larger is not sent, and its caller is told to ask for less at once."""

from collections.abc import Mapping
from typing import Any, Final

import msgspec

from gateway.engine.errors import request_error

_ENCODER: Final = msgspec.json.Encoder()


def bounded(body: Mapping[str, Any], most: int, request_id: str) -> Mapping[str, Any]:
    """Return the body of an answer; of one that is larger than `most` bytes an error, and null for all of its data.

    Half of it would look like all there is. What was decided for it was, and goes on record as for any.
    """
    if len(_ENCODER.encode(body)) <= most:
        return body
    said = f"An answer has {most} bytes at most: ask for less at once."
    return {**request_error("RESPONSE_TOO_LARGE", request_id, said), "data": None}
