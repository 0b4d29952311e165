"""The reader of the stream of invalidations: each is heard once, in order, and one that was missed is noticed."""

import asyncio
from collections.abc import Callable
from typing import Any, Final

import msgspec
from msgspec import Struct

from cache.keys import Keys
from cache.level_events import InvalidationGap, InvalidationsHeard, LevelEmptied
from cache.store import Reach

BLOCK_MILLISECONDS: Final = 400
HEALTHY_SECONDS: Final = 1.0
AT_ONCE: Final = 5_000
PAUSE_SECONDS: Final = 0.25
UNKNOWN: Final = -1
"""The number of a reader that has not asked yet."""

STATE: Final = """
local last = redis.call('XREVRANGE', KEYS[1], '+', '-', 'COUNT', 1)
local time = redis.call('TIME')
return {last[1] and last[1][1] or '0-0', redis.call('GET', KEYS[2]) or '0', time[1] .. string.format('%06d', time[2])}
"""

_REACH: Final = msgspec.json.Decoder(tuple[str | None, str | None, str | None])


class Reader:
    """Reads the stream from the moment at which it starts. `ahead` is how far the server's clock is before the
    monotonic one, in seconds; None until it said."""

    def __init__(
        self,
        redis: Any,
        keys: Keys,
        heard: Callable[[Reach], None],
        lost: Callable[[], None],
        observe: Callable[[Struct], None],
        monotonic: Callable[[], float],
    ) -> None:
        self._redis = redis
        self._keys = keys
        self._heard = heard
        self._lost = lost
        self._observe = observe
        self._monotonic = monotonic
        self._read = float("-inf")
        self._last, self._number = "0-0", UNKNOWN
        self.ahead: float | None = None

    @property
    def healthy(self) -> bool:
        """Whether it has read within the last second: nothing told before then is unheard."""
        return self._monotonic() - self._read <= HEALTHY_SECONDS

    async def run(self) -> None:
        """Read until cancelled. While the server cannot be read, nothing is heard and the reader is not healthy."""
        while True:
            try:
                await self._from_here()
                while True:
                    await self._once()
            except Exception:  # whatever the library meets there, or somebody wrote there: from here on anew
                self._read = float("-inf")
                await asyncio.sleep(PAUSE_SECONDS)

    async def _from_here(self) -> None:
        last, number = await self._state()
        self._lost()  # what was told while nobody listened is not known
        self._missed(number)
        self._last, self._number = last, number
        self._read = self._monotonic()

    async def _once(self) -> None:
        told = await self._next(BLOCK_MILLISECONDS)
        if told:
            if told < AT_ONCE:  # else there is more that it has not heard yet
                self._read = self._monotonic()
            return
        began = self._monotonic()
        last, number = await self._state()
        if number > self._number:
            await self._next(None)  # told between the two questions
            number = max(number, self._number)
        if self._missed(number):
            self._lost()
            self._last, self._number = last, number
        self._read = began

    async def _next(self, block: int | None) -> int:
        stream = self._keys.stream[0]
        told = await self._redis.xread({stream: self._last}, count=AT_ONCE, block=block)
        if not told:
            return 0
        entries = next(iter(told.values()))[0] if isinstance(told, dict) else told[0][1]
        for number, fields in entries:
            self._hear(int(fields[b"n"]), fields)
            self._last = number.decode()
        lag = (self.ahead or 0.0) + self._monotonic() - int(self._last.partition("-")[0]) / 1000
        self._observe(InvalidationsHeard(len(entries), max(0.0, lag)))
        return len(entries)

    def _hear(self, number: int, fields: dict[bytes, bytes]) -> None:
        reach = Reach(*_REACH.decode(fields[b"w"]))
        if number != self._number + 1:
            self._observe(InvalidationGap(self._number + 1, number))
            self._lost()
        self._number = number
        self._heard(reach)

    def _missed(self, number: int) -> bool:
        """Say, and tell, whether invalidations were missed, when the server is at a number."""
        if self._number in {UNKNOWN, number}:
            return False
        if number < self._number:
            self._observe(LevelEmptied())
        self._observe(InvalidationGap(self._number + 1, number))
        return True

    async def _state(self) -> tuple[str, int]:
        before = self._monotonic()
        last, number, now = await self._redis.eval(STATE, 2, *self._keys.stream)
        self.ahead = int(now) / 1_000_000 - (before + self._monotonic()) / 2
        return last.decode(), int(number)
