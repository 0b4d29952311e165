"""When each API key was used last: noted now and then, beside the requests, and at no cost to them."""

import asyncio
from contextlib import suppress
from datetime import datetime, timedelta
from typing import Final

from sources.errors import Fault
from sources.ledger import KeyStore
from sources.ledger.keys import BETWEEN_USES
from sources.source import Clock

MOST: Final = 1_000
SECONDS: Final = 1.0


class LastUsed:
    """Notes the use of each key once a minute at most. A note that cannot be written is lost, and nothing else."""

    def __init__(self, store: KeyStore, clock: Clock) -> None:
        self._store = store
        self._clock = clock
        self._noted: dict[str, datetime] = {}
        self._waiting: dict[str, datetime] = {}
        self._writer: asyncio.Task[None] | None = None

    def note(self, id: str) -> None:
        """Take note that a key was used now."""
        now, last = self._clock(), self._noted.get(id)
        if last is not None and timedelta() <= now - last < BETWEEN_USES:
            return
        self._noted.pop(id, None)
        self._noted[id] = self._waiting[id] = now
        while len(self._noted) > MOST:
            del self._noted[next(iter(self._noted))]
        if self._writer is None or self._writer.done():
            self._writer = asyncio.create_task(self._write())

    async def close(self) -> None:
        """Wait for the notes that are being written, for a moment."""
        if self._writer is not None:
            with suppress(TimeoutError):
                await asyncio.wait_for(self._writer, SECONDS)

    async def _write(self) -> None:
        while self._waiting:
            id, at = self._waiting.popitem()
            with suppress(Fault):
                await self._store.used(id, at)
