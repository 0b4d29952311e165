"""What one process may still charge to one caller in the present minute, without asking anybody.

The minutes of a caller are windows, counted from 1970 and moved by some seconds of its own, so that not everybody's
window begins at once. A process is given a slice of a window; what it charged beyond, it owes, and pays from the next.
"""

import math
from asyncio import Task
from typing import Any, Final

from msgspec import Struct

WINDOW: Final = 60
"""Seconds of a window."""

SLICES: Final = 20


def slice_of(quota: int) -> int:
    """Return how much is taken at once from a window of so many cost units."""
    return max(1, quota // SLICES)


class Lease(Struct):
    """The balance of one caller in one process, in cost units; below zero it is what the caller owes.

    `granted` is what this process was given of the present window, `left` what nobody had been given when it was last
    looked at.
    """

    tag: str
    number: int = -1
    granted: int = 0
    balance: int = 0
    left: int = 0
    fetching: Task[Any] | None = None

    @property
    def shift(self) -> int:
        """Seconds by which this caller's windows begin earlier."""
        return int(self.tag[:8], 16) % WINDOW

    def turn(self, now: float, quota: int) -> None:
        """Begin another window if the last one is over. What was not charged is gone, what is owed stays owed.

        Whole windows in which nothing was asked for pay for what is owed: waiting helps as much as asking in vain.
        """
        number = int((now + self.shift) // WINDOW)
        if number != self.number:
            passed = max(0, number - self.number - 1)
            self.number, self.granted, self.left = number, 0, quota
            self.balance = min(0, self.balance + passed * quota)

    def wanted(self, quota: int) -> int:
        """Return how much to ask for: a slice and what is owed, and nothing when there is nothing left."""
        owed = max(0, -self.balance)
        return max(0, min(slice_of(quota) + owed, quota - self.granted, self.left))

    def runs_low(self, quota: int) -> bool:
        """Whether less than a quarter of a slice is there, and more can be had."""
        return 4 * self.balance < slice_of(quota) and self.wanted(quota) > 0

    def take(self, number: int, asked: int, taken: int, quota: int) -> None:
        """Take what was asked for in window `number`, of which `taken` were then taken by all, these included."""
        if number != self.number:
            return  # it came too late: that window is over
        given = max(0, min(asked - max(0, taken - quota), quota - self.granted))
        self.granted += given
        self.balance += given
        self.left = max(0, quota - taken) if self.granted < quota else 0

    def take_all(self, quota: int) -> None:
        """Take the whole window, as if nobody else were there."""
        given = max(0, quota - self.granted)
        self.granted += given
        self.balance += given
        self.left = 0

    def available(self) -> int:
        """Return what the caller may still ask for in this window, as far as this process knows."""
        return max(0, self.balance + self.left)

    def seconds(self, now: float, quota: int) -> int:
        """Return in how many whole seconds, one at least, there will be more; of who owes much, in several windows."""
        ends = (self.number + 1) * WINDOW - self.shift
        owed = max(0, -(self.balance + self.left))
        return max(1, math.ceil(ends - now)) + WINDOW * (owed // quota)
