"""A clock that goes on when a test says so, and a system that answers as a test wants."""

from collections.abc import Callable
from typing import Any

from msgspec import Struct

from sources.errors import Fault
from sources.guard import Guard, Terms


class Clock:
    """Monotonic seconds. Whoever pauses lets it go on."""

    def __init__(self) -> None:
        self.now = 1000.0

    def __call__(self) -> float:
        return self.now

    def goes_on(self, seconds: float) -> None:
        self.now += seconds

    async def pause(self, seconds: float) -> None:
        self.now += seconds


class Calls:
    """What is called: each call takes its time, and gives the next of some outcomes, the last one for ever."""

    def __init__(self, clock: Clock, *outcomes: Any, seconds: float = 0.0) -> None:
        self.made = 0
        self.seconds = seconds
        self._clock = clock
        self._outcomes = outcomes

    async def __call__(self) -> Any:
        outcome = self._outcomes[min(self.made, len(self._outcomes) - 1)]
        self.made += 1
        self._clock.goes_on(self.seconds)
        if isinstance(outcome, Fault):
            raise type(outcome)(outcome.source, outcome.reason, outcome.retry_after)
        return outcome


def guard_of(
    clock: Clock, events: list[Struct], chance: Callable[[], float] = lambda: 0.0, **terms: Any
) -> Guard:
    """The guard of a system that has one second for a call."""
    return Guard("crm", 1.0, Terms(**terms), events.append, clock, chance, clock.pause)
