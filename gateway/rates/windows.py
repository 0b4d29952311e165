"""The windows that processes share, in Redis. While it fails it is left alone, and every process counts for itself."""

from collections.abc import Callable
from typing import Final, Protocol

from msgspec import Struct

from gateway.rates.leases import WINDOW
from sources.source import Observer

PAUSE: Final = 5.0
"""Seconds for which a store that failed is not asked."""


class RateStoreFailed(Struct, frozen=True):
    """The store of the windows does not work: every process counts for itself. `reason` is the kind of the error."""

    reason: str


class RateStoreBack(Struct, frozen=True):
    """The store of the windows works again."""


class Storage(Protocol):
    """What counts."""

    async def incr(self, key: str, expiry: int, amount: int = 1) -> int:
        """Add to a count that ends after so many seconds, and return what it comes to."""


class Windows:
    """Counts what was taken from each window. `down` while the store fails."""

    def __init__(self, storage: Storage, observe: Observer, now: Callable[[], float]) -> None:
        self._storage = storage
        self._observe = observe
        self._now = now
        self._asked_again = 0.0
        self.down = False

    async def take(self, key: str, amount: int) -> int | None:
        """Take so much from a window and return what has been taken from it by all; None when the store fails."""
        try:
            return await self._storage.incr(key, 2 * WINDOW, amount)
        except Exception as error:  # whatever it is: a store of rates is in nobody's way
            self.fail(type(error).__name__)
            return None

    def fail(self, reason: str) -> None:
        """Say that the store fails, and leave it alone for a while."""
        if not self.down:
            self._observe(RateStoreFailed(reason))
        self.down, self._asked_again = True, self._now() + PAUSE

    def is_due(self) -> bool:
        """Whether a store that failed has been left alone for long enough."""
        return self.down and not 0 < self._asked_again - self._now() <= PAUSE  # clocks are set back, too

    async def try_again(self, key: str) -> None:
        """Ask a store that failed, by taking one unit that nobody gets."""
        self._asked_again = self._now() + PAUSE
        if await self.take(key, 1) is not None:
            self.down = False
            self._observe(RateStoreBack())
