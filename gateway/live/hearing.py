"""Whether this process hears of what others are told: while it does not, what is shown to followers may be old."""

import asyncio
from collections.abc import AsyncIterator, Callable
from contextlib import asynccontextmanager, suppress
from typing import Final

from gateway.edge.sockets import HearingBack, HearingLost
from sources.source import Observer

LOOK_SECONDS: Final = 0.25
LOOKS: Final = 4
"""So many looks in a row must find nothing heard: a moment's pause is no loss."""


class Hearing:
    """Looks now and then. `hears` says whether everything is heard just now."""

    def __init__(self, hears: Callable[[], bool], observe: Observer) -> None:
        self._hears = hears
        self._observe = observe
        self._deaf = 0
        self._changed = asyncio.Event()
        self.is_stale = False

    async def changed(self) -> None:
        """Wait until it hears no more, or hears again."""
        await self._changed.wait()

    @asynccontextmanager
    async def watching(self) -> AsyncIterator[None]:
        """Look for as long as this lasts."""
        task = asyncio.create_task(self._watch())
        try:
            yield
        finally:
            task.cancel()
            with suppress(asyncio.CancelledError):
                await task

    async def _watch(self) -> None:
        while True:
            await asyncio.sleep(LOOK_SECONDS)
            self._look()

    def _look(self) -> None:
        self._deaf = 0 if self._hears() else self._deaf + 1
        is_stale = self._deaf >= LOOKS
        if is_stale is self.is_stale:
            return
        self.is_stale = is_stale
        self._observe(HearingLost() if is_stale else HearingBack())
        self._changed.set()  # whoever waits is told
        self._changed = asyncio.Event()
