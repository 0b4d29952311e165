"""A line: one connection to a system, over which one call at a time goes and its whole answer comes.

What an answer is, from its first byte to its last, is for httptools to say: the parser of uvicorn and of Node.
"""

import asyncio
from typing import Any, Final

import httptools
from msgspec import Struct

LONGEST_HEAD: Final = 64 * 1024
"""Bytes that may come before a body begins."""


class BrokenError(Exception):
    """A connection broke before the answer was whole, or what came over it is no answer."""


class OversizeError(Exception):
    """An answer is larger than it may be."""


class Came(Struct, frozen=True):
    """What came: the headers by their names in lower case, and the body as it was sent."""

    status: int
    headers: dict[str, str]
    body: bytes


class Line(asyncio.Protocol):
    """One connection. `most` is how many bytes a body may have; `free_since` when it was last used."""

    def __init__(self, most: int) -> None:
        self.free_since = 0.0
        self.reusable = True
        self._most: Final = most
        self._transport: Any = None
        self._parser: Any = httptools.HttpResponseParser(self)
        self._waiting: asyncio.Future[Came] | None = None
        self._clear()

    def _clear(self) -> None:
        self._head = 0
        self._size = 0
        self._headers: dict[str, str] = {}
        self._pieces: list[bytes] = []
        self._status: int | None = None
        self._whole = False

    async def ask(self, sent: bytes) -> Came:
        """Send a call and return what comes; raise `BrokenError` or `OversizeError`. Given up, it is closed at once."""
        if not self.reusable:
            raise BrokenError
        self._clear()
        self._waiting = asyncio.get_running_loop().create_future()
        try:
            self._transport.write(sent)
            return await self._waiting
        except BaseException:
            if self._waiting.done() and not self._waiting.cancelled():
                self._waiting.exception()  # taken note of, even when whoever asked has left
            self.abort()
            raise
        finally:
            self._waiting = None

    def abort(self) -> None:
        """Close it, whatever is under way."""
        self.reusable = False
        if self._transport is not None:
            self._transport.abort()

    def certified(self) -> Any:
        """Return what tells of the connection that lies beneath."""
        return self._transport

    def connection_made(self, transport: Any) -> None:
        """Take the connection."""
        self._transport = transport

    def connection_lost(self, exc: Exception | None) -> None:
        """Take its end: that of an answer which says no other, or one that comes too early."""
        self.reusable = False
        if self._status is not None and not self._whole and exc is None and self._ends_with_connection():
            self._arrived()
        elif self._waiting is not None and not self._waiting.done():
            self._waiting.set_exception(BrokenError())
        self._parser = None  # which holds this line

    def data_received(self, data: bytes) -> None:
        """Take what comes. What nobody asked for ends the connection: it could be taken for another answer."""
        if self._waiting is None or self._whole or self._parser is None:
            self.abort()
            return
        good = self._fed(data)
        if self._is_whole():
            self._arrived()
        elif not good or (self._status is None and self._head > LONGEST_HEAD):
            self._failed(BrokenError())
        elif self._size > self._most:
            self._failed(OversizeError())

    def _fed(self, data: bytes) -> bool:
        """Let the parser look at what came; return whether it goes on like an answer."""
        if self._status is None:
            self._head += len(data)
        try:
            self._parser.feed_data(data)
        except (httptools.HttpParserError, httptools.HttpParserUpgrade):
            self.reusable = False
            return False
        return True

    def _is_whole(self) -> bool:
        return self._whole

    def on_message_begin(self) -> None:
        """Take note of an answer's beginning: a second one was not asked for."""
        if self._whole:
            self.reusable = False

    def on_header(self, name: bytes, value: bytes) -> None:
        """Take a header."""
        if not self._whole:
            key, told = name.decode("latin-1").lower(), value.decode("latin-1")
            self._headers[key] = f"{self._headers[key]}, {told}" if key in self._headers else told

    def on_headers_complete(self) -> None:
        """Take the status; before the answer there may be a word or two that it will come."""
        status = self._parser.get_status_code()
        if not self._whole and status >= 200:
            self._status = status

    def on_body(self, body: bytes) -> None:
        """Take a piece of the body."""
        if not self._whole and self._size <= self._most:
            self._size += len(body)
            self._pieces.append(body)

    def on_message_complete(self) -> None:
        """Take the end of the answer."""
        if self._status is None:
            self._headers = {}
        elif not self._whole:
            self._whole = True
            self.reusable = self.reusable and self._parser.should_keep_alive()

    def _ends_with_connection(self) -> bool:
        return not {"content-length", "transfer-encoding"} & self._headers.keys()

    def _arrived(self) -> None:
        self._whole = True
        if self._size > self._most:
            self._failed(OversizeError())
        elif self._waiting is not None and not self._waiting.done():
            pieces = self._pieces
            body = pieces[0] if len(pieces) == 1 else b"".join(pieces)
            self._waiting.set_result(Came(self._status or 0, self._headers, body))

    def _failed(self, error: Exception) -> None:
        if self._waiting is not None and not self._waiting.done():
            self._waiting.set_exception(error)
        self.abort()
