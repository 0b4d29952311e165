"""What a guard goes by: the `[systems.NAME.guard]` table of a sources file, and what holds where it says nothing."""

from collections.abc import Callable, Iterator
from math import inf
from typing import Final

from msgspec import Struct
from msgspec.structs import replace

DATABASE_WAITING: Final = 1024
MOST_ATTEMPTS: Final = 3


class Terms(Struct, forbid_unknown_fields=True, frozen=True):
    """How a system is asked. Times are in seconds, shares from 0 to 1.

    `in_flight` calls are under way at once, `waiting` more wait for `wait_seconds` at most. A read is tried `attempts`
    times, as long as `retry_share` of the last ten seconds' calls and `retries_a_second` pay for it. The breaker looks
    at `window_seconds`, and at no fewer than `calls`: it opens at `failing_share` failed ones, or `slow_share` of them
    slower than half of the time limit, for `open_seconds` and up to `jitter_seconds` more, twice as long each time, up
    to `longest_open_seconds`. Then `probes` calls say whether it closes. `hedge` lets a second call run beside one that
    takes longer than nineteen of twenty did.
    """

    in_flight: int = 32
    waiting: int | None = None
    wait_seconds: float | None = None
    attempts: int = 2
    retry_share: float = 0.1
    retries_a_second: int = 3
    window_seconds: float = 10.0
    calls: int = 20
    failing_share: float = 0.5
    slow_share: float = 0.8
    open_seconds: float = 5.0
    jitter_seconds: float = 2.0
    longest_open_seconds: float = 60.0
    probes: int = 3
    hedge: bool = False

    @property
    def most_waiting(self) -> int:
        """How many may wait for a place."""
        return 64 if self.waiting is None else self.waiting

    @property
    def longest_wait(self) -> float:
        """How long each may wait, in seconds."""
        return 0.1 if self.wait_seconds is None else self.wait_seconds

    def for_database(self, seconds: float) -> "Terms":
        """Return the terms of a database of ours: whoever finds its few connections taken waits, as they always did.

        Its statements are never made again: that is for its driver to do, where a kept connection had been closed.
        """
        return replace(
            self,
            waiting=DATABASE_WAITING if self.waiting is None else self.waiting,
            wait_seconds=seconds if self.wait_seconds is None else self.wait_seconds,
            attempts=1,
            hedge=False,
        )

    def complaints(self) -> Iterator[tuple[str, str]]:
        """Yield each key with a value that cannot be, and what it must be."""
        for keys, fits, said in _NEEDED:
            yield from ((key, f"{said} is needed here") for key in keys if not fits(getattr(self, key) or 0))


USUAL: Final = Terms()
_NEEDED: Final[tuple[tuple[tuple[str, ...], Callable[[float], bool], str], ...]] = (
    (("in_flight", "calls", "probes"), lambda told: told >= 1, "1 or more"),
    (("attempts",), lambda told: 1 <= told <= MOST_ATTEMPTS, f"a number from 1 to {MOST_ATTEMPTS}"),
    (
        ("waiting", "wait_seconds", "retries_a_second", "jitter_seconds"),
        lambda told: 0 <= told < inf,
        "a number from 0 on",
    ),
    (
        ("window_seconds", "open_seconds", "longest_open_seconds"),
        lambda told: 0 < told < inf,
        "a number above nothing",
    ),
    (("failing_share", "slow_share"), lambda told: 0 < told <= 1, "a share above 0 and up to 1"),
    (("retry_share",), lambda told: 0 <= told <= 1, "a share from 0 to 1"),
)
