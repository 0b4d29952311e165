"""What the cache tells of itself."""

from msgspec import Struct

PROCESS = "process"
"""The level of the cache that one process keeps to itself."""
SHARED = "shared"
"""The level that all processes share."""


class OfShared(Struct, frozen=True):
    """What of a batch was not in the memory of the process: how much of it the shared level had fresh, had stale, and
    had not, and how much it was not asked for (`bypassed`), or could not say."""

    hits: int = 0
    stale: int = 0
    misses: int = 0
    bypassed: int = 0


class LookedUp(Struct, frozen=True):
    """A batch was looked up in the cache: how many values were fresh, how many stale, how many were not there.

    `seconds` is what the look took, without any fetch; `shared` is what of all that was the shared level's, None where
    it had nothing to say.
    """

    part: str
    system: str
    hits: int
    stale: int
    misses: int
    seconds: float
    shared: OfShared | None = None


class FillSuperseded(Struct, frozen=True):
    """What was fetched was not kept: it was invalidated meanwhile."""

    part: str
    system: str


class StaleServed(Struct, frozen=True):
    """So many values of a batch are served past their fresh limit while their source is asked again; the oldest was
    read `age` seconds ago. `passed_over` are the batches of which nothing was said since the last line."""

    part: str
    system: str
    values: int
    age: float
    passed_over: int = 0


class FlightShared(Struct, frozen=True):
    """So many values of a batch were being fetched already, and were waited for instead of fetched again."""

    part: str
    system: str
    level: str
    values: int


def nobody(_: Struct) -> None:
    """Tell nobody."""
