"""Whether the event loop goes on: a task of it beats, and a thread beside it sees when the beat does not come."""

import asyncio
import sys
import time
from collections import deque
from collections.abc import AsyncIterator, Callable, Sequence
from contextlib import asynccontextmanager, suppress
from threading import Event, Thread, get_ident
from types import FrameType
from typing import Final

from msgspec import Struct

from sources.source import Observer

BEAT: Final = 0.25
"""Seconds between two beats."""
BEATS: Final = 60
"""The worst of so many beats is told: those of the last fifteen seconds."""
LATELY: Final = 2.0
"""For so many seconds after a beat that came late the loop counts as late."""
LOOK: Final = 1.0
"""Seconds between two looks at memory and files."""


class LoopBlocked(Struct, frozen=True):
    """The event loop stands for so many seconds: in which function of which file, at which line. No values."""

    seconds: float
    function: str
    file: str
    line: int


class Lateness(Struct, frozen=True):
    """How late the loop may be: beyond `ready` seconds the process is not ready, beyond `live` it does not live."""

    ready: float
    live: float


class Watchdog:
    """Watches the event loop, and looks at what else runs out (`looks`) now and then."""

    def __init__(
        self,
        limits: Lateness,
        observe: Observer,
        looks: Sequence[Callable[[], None]] = (),
        clock: Callable[[], float] = time.monotonic,
    ) -> None:
        self._limits = limits
        self._observe = observe
        self._looks = looks
        self._clock = clock
        self._beats: deque[tuple[float, float]] = deque(maxlen=BEATS)
        self._last: float | None = None

    @property
    def worst(self) -> float:
        """How late the loop was at worst in the last fifteen seconds, in seconds."""
        return max((lag for _, lag in self._beats), default=0.0)

    @property
    def is_ready(self) -> bool:
        """Whether the loop is on time now, and was in the last seconds."""
        since = self._clock() - LATELY
        lately = max((lag for at, lag in self._beats if at >= since), default=0.0)
        return max(lately, self._late()) <= self._limits.ready

    @property
    def is_live(self) -> bool:
        """Whether the loop did not stand for so long lately that a new process would be better."""
        return max(self.worst, self._late()) <= self._limits.live

    @asynccontextmanager
    async def watching(self) -> AsyncIterator[None]:
        """Watch the loop that this is called in."""
        self._last = self._clock()
        over, loop = Event(), get_ident()
        beating = asyncio.create_task(self._beating())
        thread = Thread(target=self._standing_by, args=(loop, over), name="watchdog", daemon=True)
        thread.start()
        try:
            yield
        finally:
            over.set()
            beating.cancel()
            with suppress(asyncio.CancelledError):
                await beating
            thread.join(BEAT)
            self._last = None

    def _late(self) -> float:
        """Return for how long the next beat is due."""
        last = self._last
        return max(0.0, self._clock() - last - BEAT) if last is not None else 0.0

    async def _beating(self) -> None:
        looked = self._clock()
        while True:
            await asyncio.sleep(BEAT)
            self._beats.append((self._clock(), self._late()))
            self._last = self._clock()
            if self._last - looked >= LOOK:
                looked = self._last
                for look in self._looks:
                    look()

    def _standing_by(self, loop: int, over: Event) -> None:
        told: float | None = None
        woke = self._clock()
        while not over.wait(BEAT):
            slept, woke = self._clock() - woke, self._clock()
            last, late = self._last, self._late()
            whole_process = slept > 2 * BEAT  # it stood as well, so nothing is known of the loop
            if whole_process or last == told or late <= self._limits.ready:
                continue
            told = last
            frame = sys._current_frames().get(loop)
            if frame is not None:
                self._observe(blocked(frame, late))


def blocked(frame: FrameType, seconds: float) -> LoopBlocked:
    """Return the event of a loop that stands in a frame; of the file, the folder that it is in and its name."""
    code = frame.f_code
    return LoopBlocked(
        round(seconds, 3), code.co_name, "/".join(code.co_filename.split("/")[-2:]), frame.f_lineno
    )
