"""Answers as they leave: a status, the headers of every answer, finished bytes."""

from collections.abc import Mapping
from typing import Any, Final, TypeAlias

import msgspec
from starlette.responses import Response

from gateway.edge import reading
from gateway.engine.errors import request_error
from schema import PROBLEMS

HEADERS: Final = {
    "cache-control": "no-store",
    "vary": "Authorization, X-API-Key, Accept, Origin",
    "x-content-type-options": "nosniff",
}

Body: TypeAlias = Mapping[str, Any] | msgspec.Raw
"""What is to be written, or what was already."""

_ENCODER: Final = msgspec.json.Encoder()
_RAW: Final = tuple((name.encode(), value.encode()) for name, value in HEADERS.items())
_TYPES: Final = {
    media: (b"content-type", f"{media}; charset=utf-8".encode())
    for media in (reading.GRAPHQL_JSON, reading.PLAIN_JSON, reading.EVENT_STREAM)
}


class Finished(Response):
    """An answer whose bytes are there: what all answers say is written once for all of them."""

    def __init__(self, body: bytes, status: int, number: str, media: str) -> None:
        self.status_code = status
        self.background = None
        self.body = body
        self.raw_headers = [
            *_RAW,
            (b"x-request-id", number.encode("latin-1")),
            _TYPES[media],
            (b"content-length", b"%d" % len(body)),
        ]

    def tell(self, name: bytes, value: str) -> None:
        """Say one thing more in a header."""
        self.raw_headers.append((name, value.encode("latin-1")))


def streamed(body: Body, number: str) -> Response:
    """Return an answer as the only one of a stream."""
    return Finished(events_of(body, is_last=True), 200, number, reading.EVENT_STREAM)


def events_of(body: Body, *, is_last: bool, mark: str | None = None) -> bytes:
    """Return an answer as events of a stream, with a mark to go on from; the last one says that it is over."""
    over = b"event: complete\ndata:\n\n" if is_last else b""
    id = b"" if mark is None else b"id: " + mark.encode() + b"\n"
    return b"event: next\n" + id + b"data: " + written(body) + b"\n\n" + over


def written(body: Body) -> bytes:
    """Return a body as it is written."""
    return bytes(body) if isinstance(body, msgspec.Raw) else _ENCODER.encode(body)


def refused(
    code: str,
    number: str,
    media: str,
    detail: str | None = None,
    more: Mapping[str, str] | None = None,
    status: int | None = None,
    source: str | None = None,
) -> Response:
    """Return the answer to a request that is refused as a whole; `more` are headers of this refusal.

    `status` stands in place of the code's own, `source` is the system that failed.
    """
    if code == "UNAUTHENTICATED":
        more = {"www-authenticate": "Bearer"}
    elif code == "METHOD_NOT_ALLOWED":
        more = more or {"allow": "POST"}
    return answered(
        request_error(code, number, detail, source), status or PROBLEMS[code].status, number, media, more
    )


def answered(
    body: Body, status: int, number: str, media: str, more: Mapping[str, str] | None = None
) -> Response:
    """Return a body with the headers of every answer."""
    if media == reading.EVENT_STREAM:  # what is no answer is no event of a stream
        media = reading.PLAIN_JSON
    response = Finished(written(body), status, number, media)
    for name, value in (more or {}).items():
        response.headers[name] = value
    return response
