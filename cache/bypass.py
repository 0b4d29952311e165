"""When to leave the shared level alone: after five failures within a second, for two seconds; then one tries it."""

from collections import deque
from collections.abc import Callable
from typing import Final

from msgspec import Struct
from redis.exceptions import ConnectionError as BrokenConnection
from redis.exceptions import TimeoutError as NoAnswer

from cache.level_events import LevelChanged, LevelFailed

FAILURES: Final = 5
WITHIN_SECONDS: Final = 1.0
SKIP_SECONDS: Final = 2.0
TIMEOUT: Final = "timeout"
CONNECTION: Final = "connection"
OTHER: Final = "other"


def failure(error: Exception) -> str:
    """Return of which kind a failure of the shared level is."""
    if isinstance(error, TimeoutError | NoAnswer):
        return TIMEOUT
    return CONNECTION if isinstance(error, OSError | BrokenConnection) else OTHER


class Bypass:
    """Counts failures of the shared level."""

    def __init__(self, monotonic: Callable[[], float], observe: Callable[[Struct], None]) -> None:
        self._monotonic = monotonic
        self._observe = observe
        self._failures: deque[float] = deque(maxlen=FAILURES)
        self._until = 0.0
        self.on = False

    def skips(self) -> bool:
        """Tell whether to do without it now; of those who ask after the two seconds, the first is to try it."""
        if not self.on:
            return False
        now = self._monotonic()
        if now < self._until:
            return True
        self._until = now + SKIP_SECONDS
        return False

    def worked(self) -> None:
        """Take note of an answer."""
        self._failures.clear()
        if self.on:
            self.on = False
            self._observe(LevelChanged(bypassed=False))

    def failed(self, reason: str) -> None:
        """Take note of a failure."""
        now = self._monotonic()
        self._observe(LevelFailed(reason))
        self._failures.append(now)
        if not self.on and len(self._failures) == FAILURES and now - self._failures[0] <= WITHIN_SECONDS:
            self.on = True
            self._until = now + SKIP_SECONDS
            self._observe(LevelChanged(bypassed=True, reason=reason))
