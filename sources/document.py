"""The one contract of a source of documents: one is asked for, and its bytes are handed on as they come, each checked.

What is no PDF, is too large, takes too long or breaks off is a fault. Nothing of a document is kept here.
"""

import time
from asyncio import timeout
from collections.abc import AsyncIterator, Awaitable
from typing import Any, Final, Protocol, TypeVar

from sources.crn import Crn
from sources.errors import BadData, Fault, SourceTimeout, SourceUnavailable, WrongSubject
from sources.source import Neighbour, Observer, SourceBroke, SubjectMismatch, asked

T = TypeVar("T")

DOCUMENT: Final = "document"
PDF: Final = "application/pdf"
MARK: Final = b"%PDF-"
"""What every PDF begins with."""


class Opened(Protocol):
    """A document that its source has begun to send. Whoever opened it closes it."""

    @property
    def size(self) -> int | None:
        """How many bytes it has, where the source says so."""

    def pieces(self) -> AsyncIterator[bytes]:
        """Return its bytes as they come; the iterator may raise any `Fault`."""

    async def close(self) -> None:
        """Let go of it, whether it was read to its end or not."""


class DocumentSource(Neighbour, Protocol):
    """A system that keeps documents as customers saw them. It may raise any `Fault`; callers go through `ask_document`.

    Its `time_limit` is for a whole document; the time that whoever reads it takes does not count.
    """

    @property
    def retention_days(self) -> int | None:
        """How long it keeps a document; None for ever. Older ones are in the archive (BR-AC-7)."""

    @property
    def most_bytes(self) -> int:
        """How large a document may be."""

    async def open(self, crn: Crn, number: str) -> Opened | None:
        """Return a customer's document by its number there, None where it has none such."""


class Streamed:
    """A document that has begun as it must. `size` is in bytes, None where its source does not say."""

    def __init__(self, source: DocumentSource, opened: Opened, observe: Observer, left: float) -> None:
        self.size: Final = opened.size
        self._source = source
        self._opened = opened
        self._observe = observe
        self._left = left
        self._read = 0
        self._first = b""
        self._rest = opened.pieces()
        self._outcome: Any = DOCUMENT  # that whoever reads it leaves is no failure of the source

    async def begin(self) -> None:
        """Read its beginning; raise the `Fault` of what does not begin as a PDF, or is too large by its own word."""
        self._check(self.size or 0)
        while len(self._first) < len(MARK) and (piece := await self._next()):
            self._first += piece
        if not self._first.startswith(MARK):
            raise BadData(self._source.system, "no pdf")

    async def pieces(self) -> AsyncIterator[bytes]:
        """Yield its bytes; raise the `Fault` when it breaks off, takes too long or is larger than it may be."""
        yield self._first
        try:
            while piece := await self._next():
                yield piece
            if self.size is not None and self._read != self.size:
                raise SourceUnavailable(self._source.system, "reset")
        except Fault as fault:
            self._outcome = fault
            raise

    async def close(self) -> None:
        """Let go of it, and tell how its source did."""
        await self._opened.close()
        taken = self._source.time_limit - self._left
        self._observe(asked(DOCUMENT, self._source.system, {DOCUMENT: self._outcome}, taken))

    async def _next(self) -> bytes:
        """Return the next bytes, none after the last ones."""
        piece, self._left = await _in_time(self._source, anext(self._rest, b""), self._observe, self._left)
        if isinstance(piece, Fault):
            raise piece
        self._read += len(piece)
        self._check(self._read)
        return piece

    def _check(self, size: int) -> None:
        if size > self._source.most_bytes:
            raise BadData(self._source.system, "oversize")


async def ask_document(
    source: DocumentSource, crn: Crn, number: str, observe: Observer
) -> Streamed | Fault | None:
    """Ask for a document and return it once it has begun as a PDF does, None where there is none such."""
    limit = source.time_limit
    outcome, left = await _in_time(source, source.open(crn, number), observe, limit)
    if outcome is not None and not isinstance(outcome, Fault):
        streamed = Streamed(source, outcome, observe, left)
        try:
            await streamed.begin()
        except Fault as fault:
            await outcome.close()
            outcome = fault.with_traceback(None)
        else:
            return streamed
    if isinstance(outcome, WrongSubject):
        observe(SubjectMismatch(DOCUMENT, source.system, 1))
    observe(asked(DOCUMENT, source.system, {DOCUMENT: outcome}, limit - left))
    return outcome


async def _in_time(
    source: DocumentSource, work: Awaitable[T], observe: Observer, left: float
) -> tuple[T | Fault, float]:
    """Return what a source gives within the seconds that are left to it, or its fault; and what is left then."""
    started = time.perf_counter()
    outcome: T | Fault
    try:
        async with timeout(max(left, 0.0)):
            outcome = await work
    except TimeoutError:
        outcome = SourceTimeout(source.system, "deadline")
    except Fault as fault:
        outcome = fault.with_traceback(None)
    except Exception as error:  # a bug in an adapter costs this document, not the process
        observe(SourceBroke(DOCUMENT, source.system, type(error).__name__))
        outcome = SourceUnavailable(source.system, "broken")
    return outcome, left - (time.perf_counter() - started)
