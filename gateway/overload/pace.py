"""How many requests a process works on at once without being late with all of them: pure, by what it is told.

A process that works on too many answers none in time: each waits for all the others, its sources run out of time, and
what was done for it is lost. So there are fewer places for as long as the event loop is late, and more again after.
"""

from typing import Final

LEAST: Final = 8
"""There are so many places in any case, or all where there are fewer."""
SLOWER: Final = 0.8
"""Of those who are in, so large a share is let in from then on."""
FASTER: Final = 1.1


class Pace:
    """Says how many places there are now, `most` at most. A loop that is late by `late` seconds is too late; 0 for
    never."""

    def __init__(self, most: int, late: float) -> None:
        self._most = most
        self._late = late
        self.places = most

    def after(self, lag: float, inside: int) -> int:
        """Return how many places there are after a moment in which the loop was late by `lag` seconds."""
        if not self._late:
            return self.places
        if lag > self._late:
            fewer = int(min(self.places, inside) * SLOWER)
            self.places = min(self.places, max(LEAST, fewer))
        elif lag < self._late / 2:
            self.places = min(self._most, int(self.places * FASTER) + 1)
        return self.places
