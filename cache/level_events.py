"""What the level that processes share tells of itself. Who only listens does not load what talks to it."""

from msgspec import Struct


class LevelChanged(Struct, frozen=True):
    """The shared level is bypassed from now on, or used again. `reason` says by what kind of failure."""

    bypassed: bool
    reason: str = ""


class LevelFailed(Struct, frozen=True):
    """The shared level did not answer once: `timeout`, `connection`, or `other`."""

    reason: str


class EntryRejected(Struct, frozen=True):
    """What stood under a key was not used: a MAC that is wrong is a security event."""

    part: str
    system: str
    reason: str


class WriteRefused(Struct, frozen=True):
    """The shared level did not take a write: its memory is used up (`oom`), it may not be written to now
    (`read_only`), or it `refused` for another reason. `passed_over` were refused before and not told of."""

    reason: str
    passed_over: int = 0


class InvalidationGap(Struct, frozen=True):
    """Invalidations were lost between two that were heard: what the process had kept was emptied."""

    expected: int
    seen: int


class LevelEmptied(Struct, frozen=True):
    """The shared level lost what it held: it was emptied, or another server stands in its place."""


class InvalidationsHeard(Struct, frozen=True):
    """So many invalidations were heard, the newest so many seconds after it was told."""

    count: int
    lag: float


class InvalidationsUntold(Struct, frozen=True):
    """So many invalidations could not be told to the other processes yet; they are told again until it works."""

    count: int
