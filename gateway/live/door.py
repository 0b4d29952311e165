"""Who may begin a socket or a stream: so many a second, so many of one caller."""

import math
import random
import time
from collections import Counter
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from typing import Final

from resolvers.caller import Caller

BURST: Final = 2
"""So many seconds' starts may come at once."""

SOONEST, LATEST, VERY_LATEST = 1, 10, 60
"""Seconds after which whoever was turned away may come again: chance keeps a crowd from coming back as one."""

ROOMY: Final = 1.5
"""So much longer than it takes to let a crowd in are its members spread: few of them are turned away again."""


class Starts:
    """Lets so many begin in a second: a bucket of tokens. `now` is in seconds and goes on evenly."""

    def __init__(self, rate: int, now: Callable[[], float] = time.monotonic) -> None:
        self._rate = rate
        self._now = now
        self._tokens = float(BURST * rate)
        self._at = now()
        self._outside = 0.0

    def take(self) -> bool:
        """Tell whether one more may begin now."""
        now = self._now()
        passed = (now - self._at) * self._rate
        self._tokens = min(float(BURST * self._rate), self._tokens + passed)
        self._outside = max(0.0, self._outside - passed)
        self._at = now
        if self._tokens < 1:
            self._outside += 1
            return False
        self._tokens -= 1
        return True

    def come_again(self) -> int:
        """Return after how many seconds somebody who was turned away may come again: a larger crowd takes longer."""
        crowded = min(VERY_LATEST, math.ceil(ROOMY * self._outside / self._rate))
        return come_again(max(LATEST, crowded))


def come_again(latest: int = LATEST) -> int:
    """Return after how many seconds somebody may come again."""
    return random.randint(SOONEST, latest)  # noqa: S311 - nobody gains from guessing it


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
