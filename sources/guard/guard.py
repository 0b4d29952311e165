"""The guard around one system: every call to it, by whatever part, directory or finder, goes through here.

breaker, then a place in the bulkhead, then the call; and once more where its budget pays for it.
"""

import asyncio
import random
import time
from collections.abc import Awaitable, Callable
from math import ceil, inf
from typing import Any, Final, Generic, TypeAlias, TypeVar

from msgspec import Struct

from sources.errors import Fault, SourceUnavailable
from sources.guard.breaker import Breaker, Permit, State
from sources.guard.bulkhead import Bulkhead
from sources.guard.events import BreakerChanged, BudgetSpent, Hedged, Retried, TurnedAway
from sources.guard.hedging import Latencies, hedged
from sources.guard.patience import ends
from sources.guard.retry_budget import RetryBudget
from sources.guard.sign import GOOD, Sign, sign_of
from sources.guard.terms import USUAL, Terms

T = TypeVar("T")
Attempt: TypeAlias = Callable[[], Awaitable[T]]

SLOW_SHARE: Final = 0.5
"""A call that takes longer than this share of its system's time limit is slow."""
SOONEST, LATEST = 0.02, 0.15
"""How long to wait before a second attempt, in seconds."""


class _Ended(Struct, Generic[T], frozen=True):
    value: T | Fault
    sign: Sign
    took: float = 0.0


def _good(_: Any) -> Sign:
    return GOOD


def _nobody(_: Struct) -> None:
    """Tell nobody."""


class Guard:
    """What stands around one system. `seconds` is its time limit for a call; `monotonic`, `chance` (a number from 0 to
    1) and `pause` stand in for the machine's in tests."""

    def __init__(
        self,
        system: str,
        seconds: float,
        terms: Terms = USUAL,
        observe: Callable[[Struct], None] = _nobody,
        monotonic: Callable[[], float] = time.monotonic,
        chance: Callable[[], float] = random.random,
        pause: Callable[[float], Awaitable[None]] = asyncio.sleep,
    ) -> None:
        self.system: Final = system
        self._seconds = seconds
        self._terms = terms
        self._observe = observe
        self._monotonic = monotonic
        self._chance = chance
        self._pause = pause
        self._breaker = Breaker(terms, chance, self._changed)
        self._bulkhead = Bulkhead(terms)
        self._budget = RetryBudget(terms)
        self._latencies = Latencies()

    @property
    def in_flight(self) -> int:
        """How many calls are under way."""
        return self._bulkhead.in_flight

    @property
    def waiting(self) -> int:
        """How many calls wait for a place."""
        return self._bulkhead.waiting

    @property
    def limit(self) -> int:
        """How many calls may be under way now: fewer than usual for a system that said that they are too many."""
        return self._bulkhead.limit

    @property
    def state(self) -> State:
        """How its breaker stands."""
        return self._breaker.state(self._monotonic())

    def may_repeat(self) -> bool:
        """Say whether something may be asked in another way after it failed, and take it from the budget."""
        if self._budget.spend(self._monotonic()):
            return True
        self._observe(BudgetSpent(self.system))
        return False

    async def call(
        self,
        attempt: Attempt[T],
        sign: Callable[[T], Sign] = _good,
        until: Callable[[], float] = ends,
        seconds: float | None = None,
        again: bool = True,
    ) -> T:
        """Return what an attempt gives; raise the `Fault` of the last one, or of a call that was not made.

        `sign` says what a value says of the system. `until` is the monotonic moment after which nobody waits;
        `seconds` stand in for the usual time limit; what is not to be made `again` is tried once.
        """
        self._budget.asked(self._monotonic())
        limit = seconds or self._seconds
        tries = self._terms.attempts if again else 1
        while True:
            tries -= 1
            ended = await self._side_by_side(attempt, sign, until, limit, hedge=again and self._terms.hedge)
            wait = self._before_next(ended, until()) if tries else None
            if wait is None:
                break
            await self._pause(wait)
        if isinstance(ended.value, Fault):
            raise ended.value
        return ended.value

    def _before_next(self, ended: _Ended[Any], until: float) -> float | None:
        """Return how many seconds to wait before the next attempt, None where there is to be none.

        One that might end unheard, since it has less time than the last one took, is none.
        """
        sign, now = ended.sign, self._monotonic()
        if sign.retry is None or self._breaker.shut(now) is not None:
            return None
        wait = max(SOONEST + self._chance() * (LATEST - SOONEST), sign.wait)
        if now + wait + ended.took >= until or not self.may_repeat():
            return None
        self._observe(Retried(self.system, sign.retry))
        return wait

    async def _side_by_side(
        self,
        attempt: Attempt[T],
        sign: Callable[[T], Sign],
        until: Callable[[], float],
        limit: float,
        hedge: bool,
    ) -> _Ended[T]:
        usual = self._latencies.usual if hedge else None

        async def once() -> _Ended[T]:
            return await self._once(attempt, sign, until, limit)

        if usual is None:
            return await once()
        return await hedged(
            once,
            usual,
            lambda: self._bulkhead.has_room and self.state is State.CLOSED and self.may_repeat(),
            lambda ended: not isinstance(ended.value, Fault) and not ended.sign.failed,
            lambda won: self._observe(Hedged(self.system, won)),
        )

    async def _once(
        self, attempt: Attempt[T], sign: Callable[[T], Sign], until: Callable[[], float], limit: float
    ) -> _Ended[T]:
        refused = self._refused()
        if refused is not None:
            return refused
        if not await self._bulkhead.enter():
            return self._turned_away("bulkhead")
        try:
            permit = self._breaker.admit(self._monotonic())
            if permit is None:  # it opened while a place was waited for
                return self._refused() or self._turned_away("open")
            return await self._made(attempt, sign, until, limit, permit)
        finally:
            self._bulkhead.leave()

    async def _made(
        self,
        attempt: Attempt[T],
        sign: Callable[[T], Sign],
        until: Callable[[], float],
        limit: float,
        permit: Permit,
    ) -> _Ended[T]:
        began = self._monotonic()
        try:
            value: T | Fault = await attempt()
        except Fault as fault:
            value = fault.with_traceback(None)
        except BaseException as error:  # nobody waits any more, or there is a bug of ours
            self._left(permit, began, limit, isinstance(error, asyncio.CancelledError), until())
            raise
        told = sign_of(value) if isinstance(value, Fault) else sign(value)
        took = self._monotonic() - began
        self._ended(permit, told, took, limit)
        return _Ended(value, told, took)

    def _ended(self, permit: Permit, sign: Sign, took: float, limit: float) -> None:
        now, slow = self._monotonic(), took > SLOW_SHARE * limit
        if not sign.counts:
            self._breaker.abandoned(permit)
            return
        if sign.failed:
            self._breaker.failed(permit, now, slow)
        else:
            self._breaker.succeeded(permit, now, slow)
        if sign.rest:
            self._breaker.rest(now, sign.rest)
        if sign.throttled:
            self._bulkhead.narrow(now)
        elif not sign.failed:
            self._bulkhead.widen()
            self._latencies.add(took)

    def _left(self, permit: Permit, began: float, limit: float, given_up: bool, until: float) -> None:
        """Take note of a call without an end. That whoever asked left says nothing of the system; that the time of
        everybody who waited was over does, where the call had a fair part of it."""
        now = self._monotonic()
        if given_up and now >= until and now - began > SLOW_SHARE * limit:
            self._breaker.failed(permit, now, slow=True)
        else:
            self._breaker.abandoned(permit)

    def _refused(self) -> _Ended[Any] | None:
        shut = self._breaker.shut(self._monotonic())
        return self._turned_away("open", shut) if shut is not None else None

    def _turned_away(self, reason: str, seconds: float | None = None) -> _Ended[Any]:
        self._observe(TurnedAway(self.system, reason))
        after = ceil(seconds) if seconds is not None and seconds < inf else None
        return _Ended(SourceUnavailable(self.system, reason, after), Sign(counts=False))

    def _changed(self, state: State, seconds: float) -> None:
        self._observe(BreakerChanged(self.system, state, round(seconds, 3)))
