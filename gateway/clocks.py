"""The machine's clock: which one the settings ask for, and how far it is off by what others say.

Others are the server of the cache that processes share, and systems, which date their answers. Nothing is put right:
somebody has to set the clock. What is kept grows old by clocks that nobody sets.
"""

import time
from collections.abc import Callable, Iterator, Mapping
from datetime import UTC, datetime
from typing import Final

from msgspec import Struct

from gateway.settings import Settings
from sources.assembly import Assembly
from sources.http.upstream import Upstream
from sources.source import Clock, Observer

MOST: Final = 2.0
"""Seconds that clocks may differ: a system dates its answers by whole seconds, and they are under way for a moment."""
BACK: Final = 1.5
SHARED: Final = "cache"
ITSELF: Final = "itself"
Offset = Callable[[], float | None]


class ClockSkew(Struct, frozen=True):
    """Another clock is so many seconds ahead of the machine's, or behind it (below nought); or the same again.

    `against` is whose: of a system by its name, of the `cache` that processes share, or the machine's own a second
    before, where it leapt (`itself`).
    """

    against: str
    seconds: float


class Clocks:
    """Compares clocks. `others` say how far they are ahead of the machine's, in seconds; None while they do not say."""

    def __init__(
        self,
        others: Mapping[str, Offset],
        observe: Observer,
        wall: Callable[[], float] = time.time,
        monotonic: Callable[[], float] = time.monotonic,
    ) -> None:
        self._others = others
        self._observe = observe
        self._since: Final[Callable[[], float]] = lambda: wall() - monotonic()
        self._stood = self._since()
        self._told: set[str] = set()

    def offsets(self) -> Iterator[tuple[str, float]]:
        """Yield by how many seconds each is ahead that says so."""
        for name, other in self._others.items():
            seconds = other()
            if seconds is not None:
                yield name, seconds

    def look(self) -> None:
        """See how it stands now; tell of each clock that differs once until it no longer does, and of every leap."""
        stands = self._since()
        leap, self._stood = stands - self._stood, stands
        if abs(leap) > MOST:
            self._observe(ClockSkew(ITSELF, round(-leap, 1)))
        for name, seconds in self.offsets():
            if abs(seconds) > MOST and name not in self._told:
                self._told.add(name)
                self._observe(ClockSkew(name, round(seconds, 1)))
            elif abs(seconds) < BACK:
                self._told.discard(name)


def clocks_of(shared: Offset | None, assembly: Assembly, observe: Observer) -> Clocks:
    """Return what compares the machine's clock with its neighbours'; `shared` is the clock of what processes share."""
    others: dict[str, Offset] = {name: _of(upstream) for name, upstream in assembly.upstreams.items()}
    if shared is not None:
        others[SHARED] = shared
    return Clocks(others, observe)


def _of(upstream: Upstream) -> Offset:
    return lambda: upstream.ahead.total_seconds() if upstream.ahead is not None else None


def clock_of(settings: Settings) -> Clock:
    """Return the clock that the settings ask for: the machine's, or one that stands still."""
    standing = settings.now
    if standing is not None:
        return lambda: standing
    return lambda: datetime.now(UTC)
