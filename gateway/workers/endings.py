"""How a process ended, in words of the system, and how long its successor waits."""

import signal
from typing import Final

from msgspec import Struct

FIRST_PAUSE: Final = 0.5
LONGEST_PAUSE: Final = 30.0
STEADY: Final = 30.0
"""Seconds after which the death of a worker says nothing of how the next one will fare."""


class Ending(Struct, frozen=True):
    """An exit code, or the name of the signal that ended a process."""

    exit_code: int | None = None
    signal: str | None = None

    @property
    def status(self) -> int:
        """What the parent ends with on account of it, never 0."""
        return self.exit_code or 1

    @property
    def words(self) -> str:
        """The ending as a person reads it."""
        return f"by {self.signal}" if self.signal is not None else f"with exit code {self.exit_code}"


def ending(returncode: int) -> Ending:
    """Return how a process ended, from what its parent is told: below 0 it was a signal."""
    if returncode >= 0:
        return Ending(exit_code=returncode)
    try:
        return Ending(signal=signal.Signals(-returncode).name)
    except ValueError:  # one of those that have no name of their own
        return Ending(signal=f"signal {-returncode}")


def is_orderly(found: Ending) -> bool:
    """Tell whether a process ended that was told to, having done what it had to do."""
    return found.exit_code == 0 or found.signal in {"SIGTERM", "SIGINT"}


def pause(deaths: int) -> float:
    """Return after how many seconds the next is started, when so many ended soon, one after the other.

    The first time it is at once; then twice as long each time, and never longer than half a minute.
    """
    if deaths <= 1:
        return 0.0
    return min(LONGEST_PAUSE, FIRST_PAUSE * 2.0 ** min(deaths - 2, 10))
