"""How large an answer may be: one that is larger is not sent, and its caller is told to ask for less at once."""

from typing import Any, Final

import msgspec

from gateway.engine.errors import request_error

_ENCODER: Final = msgspec.json.Encoder()


def bounded(body: dict[str, Any], most: int, request_id: str) -> tuple[dict[str, Any], msgspec.Raw]:
    """Return the body of an answer, and it as it is written; an error and no data for one larger than `most` bytes.

    Half of it would look like all there is. What was decided for it was, and goes on record as for any.
    """
    written = _ENCODER.encode(body)
    if len(written) <= most:
        return body, msgspec.Raw(written)
    said = f"An answer has {most} bytes at most: ask for less at once."
    instead = {**request_error("RESPONSE_TOO_LARGE", request_id, said), "data": None}
    return instead, msgspec.Raw(_ENCODER.encode(instead))
