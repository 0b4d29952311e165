"""How many files and connections the process may still open."""

import os
import resource
from collections.abc import Callable
from typing import Final

from msgspec import Struct

from sources.source import Observer

NEAR: Final = 0.9
BACK: Final = 0.8


class FilesRunningOut(Struct, frozen=True):
    """Nearly as many files and connections are open as the system lets the process have."""

    open: int
    limit: int


def opened() -> int:
    """Return how many files and connections the process has open, or its limit where not even that can be looked up."""
    try:
        return len(os.listdir("/proc/self/fd"))  # noqa: PTH208 - the names are all that is wanted
    except OSError:
        return limit()


def limit() -> int:
    """Return how many files the process may have open."""
    return resource.getrlimit(resource.RLIMIT_NOFILE)[0]


class Files:
    """Watches how many files are open."""

    def __init__(self, observe: Observer, opened: Callable[[], int] = opened) -> None:
        self._observe = observe
        self._opened = opened
        self._told = False

    def look(self) -> None:
        """See how it stands now; tell of it once until it is well again."""
        now, most = self._opened(), limit()
        if now >= NEAR * most and not self._told:
            self._told = True
            self._observe(FilesRunningOut(now, most))
        elif now < BACK * most:
            self._told = False
