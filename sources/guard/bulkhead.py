"""The bulkhead: so many calls to one system are under way, a few wait shortly, and the rest is turned away.

A slow system so costs places of its own, and nobody else's. A system that says that it is asked too much gets fewer
calls at once, and more again as it answers them.
"""

import asyncio
from collections import deque
from typing import Final

from sources.guard.terms import Terms

_BETWEEN: Final = 1.0
"""Calls that were under way together complain together: it is made narrower once in so many seconds."""


class Bulkhead:
    """The places of one system. Whoever entered leaves."""

    def __init__(self, terms: Terms) -> None:
        self._most: Final = terms.in_flight
        self._most_waiting: Final = terms.most_waiting
        self._seconds: Final = terms.longest_wait
        self._limit = float(terms.in_flight)
        self._queue: deque[asyncio.Future[None]] = deque()
        self._narrowed = -_BETWEEN
        self.in_flight = 0

    @property
    def waiting(self) -> int:
        """How many wait for a place."""
        return len(self._queue)

    @property
    def limit(self) -> int:
        """How many calls may be under way now."""
        return int(self._limit)

    @property
    def has_room(self) -> bool:
        """Whether a call could begin at once."""
        return self.in_flight < self.limit and not self._queue

    async def enter(self) -> bool:
        """Take a place, and wait for one if need be; say whether there was one in time."""
        if self.has_room:
            self.in_flight += 1
            return True
        if len(self._queue) >= self._most_waiting or self._seconds <= 0:
            return False
        place: asyncio.Future[None] = asyncio.get_running_loop().create_future()
        self._queue.append(place)
        try:
            await asyncio.wait([place], timeout=self._seconds)
        except asyncio.CancelledError:
            if place.done():
                self.leave()
            else:
                self._queue.remove(place)
            raise
        if place.done():
            return True
        self._queue.remove(place)
        return False

    def leave(self) -> None:
        """Give a place back, to whoever waits longest."""
        self.in_flight -= 1
        self._let_in()

    def narrow(self, now: float) -> None:
        """Let half as many calls be under way: the system said that they are too many."""
        if now - self._narrowed >= _BETWEEN:
            self._narrowed = now
            self._limit = max(1.0, self.limit / 2)

    def widen(self) -> None:
        """Let a little more be under way: a call was answered well. As many as there are places make it one more."""
        if self._limit < self._most:
            self._limit = min(float(self._most), self._limit + 1 / self._limit)
            self._let_in()

    def _let_in(self) -> None:
        while self._queue and self.in_flight < self.limit:
            self.in_flight += 1
            self._queue.popleft().set_result(None)
