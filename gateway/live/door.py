"""Who may begin a socket or a stream: so many a second, so many of one caller."""

import random
import time
from collections import Counter
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from typing import Final

from resolvers.caller import Caller

BURST: Final = 2
"""So many seconds' starts may come at once."""

SOONEST, LATEST = 1, 10
"""Seconds after which whoever was turned away may come again: chance keeps a crowd from coming back as one."""


class Starts:
    """Lets so many begin in a second: a bucket of tokens. `now` is in seconds and goes on evenly."""

    def __init__(self, rate: int, now: Callable[[], float] = time.monotonic) -> None:
        self._rate = rate
        self._now = now
        self._tokens = float(BURST * rate)
        self._at = now()

    def take(self) -> bool:
        """Tell whether one more may begin now."""
        now = self._now()
        self._tokens = min(float(BURST * self._rate), self._tokens + (now - self._at) * self._rate)
        self._at = now
        if self._tokens < 1:
            return False
        self._tokens -= 1
        return True


def come_again() -> int:
    """Return after how many seconds somebody who was turned away may come again."""
    return random.randint(SOONEST, LATEST)  # noqa: S311 - nobody gains from guessing it


class Seats:
    """How many each caller holds."""

    def __init__(self) -> None:
        self._held: Counter[tuple[str, str, str]] = Counter()

    @contextmanager
    def of(self, caller: Caller, most: int) -> Iterator[bool]:
        """Hold one more for as long as this lasts; say whether that is not one too many, which is not held."""
        who = (caller.kind.value, caller.organisation, caller.id)
        if self._held[who] >= most:
            yield False
            return
        self._held[who] += 1
        try:
            yield True
        finally:
            self._held[who] -= 1
            if not self._held[who]:
                del self._held[who]
