"""API keys that were read from the database a moment ago, so that one that is shown all the time costs no statement.

A key that was taken back opens nothing after half a minute at the latest, in whatever process. When the database cannot
be asked, one that was read within the last five minutes goes on.
"""

import asyncio
from contextlib import suppress
from datetime import datetime, timedelta
from typing import Final, TypeVar

from msgspec import Struct

from resolvers.refusal import Refusal
from sources.errors import Fault, SourceTimeout
from sources.ledger import ApiKey, KeyStore
from sources.ledger.keys import SYSTEM
from sources.source import Clock

T = TypeVar("T")

FRESH: Final = timedelta(seconds=30)
STALE: Final = timedelta(minutes=5)
UNKNOWN: Final = timedelta(seconds=5)
"""How long it is believed that there is no such key, and that the database cannot be asked about one that is known."""

MOST: Final = 1_000
"""Keys that are kept, and beside them as many ids that nobody has."""

SECONDS: Final = 1.0
"""How long a look-up may take, waiting for its turn included."""

AT_ONCE: Final = 4
"""Ids that are looked up at once: whoever shows invented ones does not take all connections from the others."""


class _Read(Struct, frozen=True):
    key: ApiKey
    at: datetime
    again_at: datetime


class KnownKeys:
    """Looks up keys, each id once at a time."""

    def __init__(self, store: KeyStore, clock: Clock) -> None:
        self._store = store
        self._clock = clock
        self._read: dict[str, _Read] = {}
        self._missing: dict[str, datetime] = {}
        self._asking: dict[str, asyncio.Task[ApiKey | None]] = {}
        self._turns = asyncio.Semaphore(AT_ONCE)

    async def find(self, id: str) -> ApiKey | None:
        """Return a key, live or not, None for an id that nobody has; raise the refusal `IDENTITY_UNAVAILABLE`."""
        now = self._clock()
        read, missed = self._read.get(id), self._missing.get(id)
        if read is not None and read.at <= now < read.again_at:
            _put(self._read, id, read)
            return read.key
        if missed is not None and timedelta() <= now - missed < UNKNOWN:
            return None
        try:
            return await asyncio.shield(self._ask(id))  # whoever goes away does not take it from the others
        except Fault:
            return self._last(id)

    async def close(self) -> None:
        """Call off what is under way."""
        for task in list(self._asking.values()):
            task.cancel()
            with suppress(asyncio.CancelledError, Fault):
                await task

    def _ask(self, id: str) -> asyncio.Task[ApiKey | None]:
        if id not in self._asking:
            task = asyncio.create_task(self._asked(id))
            task.add_done_callback(_noted)
            self._asking[id] = task
        return self._asking[id]

    async def _asked(self, id: str) -> ApiKey | None:
        now = self._clock()
        try:
            async with asyncio.timeout(SECONDS), self._turns:
                key = await self._store.find(id)
        except TimeoutError:
            raise SourceTimeout(SYSTEM, "database") from None
        finally:
            del self._asking[id]
        self._read.pop(id, None)
        self._missing.pop(id, None)
        if key is None:
            _put(self._missing, id, now)
        else:
            _put(self._read, id, _Read(key, now, now + FRESH))
        return key

    def _last(self, id: str) -> ApiKey:
        """Return a key as it was read last, and let the database rest; raise a refusal where that is too long ago."""
        now, read = self._clock(), self._read.get(id)
        if read is None or not timedelta() <= now - read.at < STALE:
            raise Refusal("IDENTITY_UNAVAILABLE") from None
        self._read[id] = _Read(read.key, read.at, min(now + UNKNOWN, read.at + STALE))
        return read.key


def _put(kept: dict[str, T], id: str, value: T) -> None:
    """Keep a value as the newest one; the oldest ones make room for it."""
    kept.pop(id, None)
    kept[id] = value
    while len(kept) > MOST:
        del kept[next(iter(kept))]


def _noted(task: asyncio.Task[ApiKey | None]) -> None:
    if not task.cancelled():
        task.exception()  # whoever waited has it
