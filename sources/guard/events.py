"""What a guard tells."""

from msgspec import Struct

from sources.guard.breaker import State


class BreakerChanged(Struct, frozen=True):
    """A system's breaker changed to another state; an open one for at least so many seconds."""

    system: str
    to: State
    seconds: float = 0.0


class TurnedAway(Struct, frozen=True):
    """A call was not made: the breaker was `open`, or there was no place in the `bulkhead`."""

    system: str
    reason: str


class Retried(Struct, frozen=True):
    """A call was made once more because the first one ended for this reason.

    `reconnected` stands for a kept connection that the system had closed meanwhile, which is no failure of it.
    """

    system: str
    reason: str


class BudgetSpent(Struct, frozen=True):
    """A call that may be made again was not: too many were lately."""

    system: str


class Hedged(Struct, frozen=True):
    """A second call ran beside one that took long, and gave the answer or did not."""

    system: str
    won: bool
