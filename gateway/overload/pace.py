"""How many requests a process works on at once without being late with all of them: pure, by what it is told.

A process that works on too many answers none in time: each waits for all the others, its sources run out of time, and
what was done for it is lost. So while the event loop is late there are as many places as are answered soon at the rate
of just now, and more again after.
"""

from typing import Final

LEAST: Final = 8
"""There are so many places in any case, or all where there are fewer."""
SOON: Final = 0.4
"""Seconds within which those who are in are answered, when they are as many as there are places."""
FASTER: Final = 1.1


class Pace:
    """Says how many places there are now, `most` at most. A loop that is late by `late` seconds is too late; 0 for
    never."""

    def __init__(self, most: int, late: float) -> None:
        self._most = most
        self._late = late
        self.places = most

    def after(self, lag: float, inside: int, rate: float) -> int:
        """Return how many places there are after a moment in which the loop was late by `lag` seconds, with so many
        requests `inside`, of which `rate` a second have been answered lately."""
        if not self._late:
            return self.places
        if lag > self._late:
            soon = min(inside, int(rate * SOON))
            self.places = min(self.places, max(LEAST, soon))
        elif lag < self._late / 2:
            self.places = min(self._most, int(self.places * FASTER) + 1)
        return self.places
