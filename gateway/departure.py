"""How a process leaves: not ready first, then nothing new, then gone when it has answered what it had."""

import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from math import ceil
from typing import Final

from msgspec import Struct

from gateway.settings import Settings
from sources.source import Observer

SPARE: Final = 2
"""Seconds beyond the longest that an answer may take."""


class ShutdownBegun(Struct, frozen=True):
    """A process is to end, and is not ready any more. `inflight` requests are worked on."""

    inflight: int


class ShutdownDrained(Struct, frozen=True):
    """It takes nothing new since so many seconds, and has answered what it had but for `inflight` requests."""

    seconds: float
    inflight: int


class Departure:
    """The leaving of one process. `inside` says how many requests are worked on."""

    def __init__(self, observe: Observer, inside: Callable[[], int]) -> None:
        self._observe: Final = observe
        self._inside: Final = inside
        self.begun = False

    def announce(self) -> None:
        """Say from now on that the process is not ready."""
        if not self.begun:
            self.begun = True
            self._observe(ShutdownBegun(self._inside()))

    @contextmanager
    def draining(self) -> Iterator[None]:
        """Take nothing new while this lasts; tell of it when it is over."""
        self.announce()
        since = time.monotonic()
        yield
        self._observe(ShutdownDrained(round(time.monotonic() - since, 3), self._inside()))


def patience(settings: Settings) -> int:
    """Return how many seconds what a process is at may still take when it is to end."""
    longest = max(settings.deadline_staff, settings.deadline_partner, settings.deadline_service)
    return ceil(max(longest, settings.pdf_seconds)) + SPARE
