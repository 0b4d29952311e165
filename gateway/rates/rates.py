"""How much each caller may ask for in a minute, in cost units.

A process takes a slice of a caller's quota at a time and charges it without asking anybody; the next slice is fetched
while there is still some of the last. Without a shared store, or while it fails, every process counts for itself.
"""

import asyncio
import time
from asyncio import Task, timeout
from collections import OrderedDict
from collections.abc import Callable, Coroutine, Mapping
from typing import Any, Final

from msgspec import Struct

from cache import Keys
from gateway.rates.leases import Lease
from gateway.rates.windows import Windows
from resolvers.access import Decision, Verdict
from resolvers.admission import parts_of
from resolvers.caller import Caller, CallerKind
from resolvers.scope import Scope
from sources.source import Observer

SHAPE: Final = "1"
"""Of the windows in Redis; a new one when they are counted in another way."""

SEARCH: Final = "search"
"""The rule of the decision that stands for a search itself."""

PATIENCE: Final = 0.1
"""Seconds that a request waits for a slice, before the store counts as failing."""

MOST_CALLERS: Final = 50_000


class RateLimited(Struct, frozen=True):
    """A request was refused for its caller's rate. `kind` is the kind of caller, or UNPROVED for an address."""

    kind: str


class Allowance(Struct, frozen=True):
    """What a caller may ask for: `quota` in a minute, of which `left` units now and more in so many `seconds`."""

    quota: int
    left: int
    seconds: int


def cost_of(scope: Scope) -> int:
    """Return what a request costs: 1, and 1 for each customer decided on and for each part shown of one.

    Whom a search came upon and did not show costs nothing, nor does a number that only leads on to another: the caller
    would learn by it that somebody is there.
    """
    decisions, shown = scope.loaders.decisions.values(), scope.loaders.seen
    searched = any(decision.rule == SEARCH for decision in decisions)
    counted = [one for one in decisions if _counts(one, one.crn in shown, searched)]
    return 1 + len(counted) + sum(len(parts_of(seen)) for seen in shown.values())


def _counts(decision: Decision, shown: bool, searched: bool) -> bool:
    if decision.rule == SEARCH:
        return True
    return shown if decision.verdict is Verdict.OPEN else not searched


class Rates:
    """Charges callers, and refuses who has nothing left."""

    def __init__(
        self,
        quotas: Mapping[CallerKind, int],
        keys: Keys,
        observe: Observer,
        windows: Windows | None = None,
        now: Callable[[], float] = time.time,
    ) -> None:
        """`now` is the machine's clock even where the gateway's stands still: a minute ends all the same."""
        self._quotas = quotas
        self._keys = keys
        self._observe = observe
        self._windows = windows
        self._now = now
        self._leases: OrderedDict[tuple[str, str, str], Lease] = OrderedDict()
        self._tasks: set[Task[None]] = set()

    def quota_of(self, caller: Caller) -> int:
        """Return the cost units a minute of a caller, its own or those of its kind; 0 is no limit."""
        return self._quotas[caller.kind] if caller.quota is None else caller.quota

    async def enter(self, caller: Caller) -> bool:
        """Charge one unit for a request that comes in, and return True; False for who has nothing left."""
        quota = self.quota_of(caller)
        if not quota:
            return True
        lease = self._lease(caller, quota)
        while lease.balance <= 0 and lease.wanted(quota):
            await self._refill(lease, quota)
            lease.turn(self._now(), quota)
        if lease.balance <= 0:
            self._observe(RateLimited(caller.kind.value))
            return False
        lease.balance -= 1
        self._look_ahead(lease, quota)
        return True

    def charge(self, caller: Caller, cost: int) -> None:
        """Charge what a request cost beyond its first unit. The caller may owe some of it."""
        quota = self.quota_of(caller)
        if quota and cost:
            lease = self._lease(caller, quota)
            lease.balance -= cost
            self._look_ahead(lease, quota)

    def allowance(self, caller: Caller) -> Allowance | None:
        """Return what a caller may ask for, None without a limit."""
        quota = self.quota_of(caller)
        if not quota:
            return None
        lease = self._lease(caller, quota)
        return Allowance(quota, lease.available(), lease.seconds(self._now(), quota))

    async def close(self) -> None:
        """Let go of what is on its way."""
        for task in self._tasks:
            task.cancel()
        await asyncio.gather(*self._tasks, return_exceptions=True)

    def _lease(self, caller: Caller, quota: int) -> Lease:
        who = (caller.kind.value, caller.organisation, caller.id)
        lease = self._leases.get(who)
        if lease is None:
            lease = self._leases[who] = Lease(self._keys.caller(*who))
            if len(self._leases) > MOST_CALLERS:
                self._leases.popitem(last=False)
        self._leases.move_to_end(who)
        lease.turn(self._now(), quota)
        return lease

    def _look_ahead(self, lease: Lease, quota: int) -> None:
        if lease.runs_low(quota):
            self._fetching(lease, quota)

    async def _refill(self, lease: Lease, quota: int) -> None:
        fetching = self._fetching(lease, quota)
        if fetching is None or self._windows is None:
            return
        try:
            async with timeout(PATIENCE):
                await asyncio.shield(fetching)  # others wait for it, too
        except TimeoutError:
            self._windows.fail("slow")
            lease.take_all(quota)

    def _fetching(self, lease: Lease, quota: int) -> Task[None] | None:
        """Return what fetches the next slice; None when the whole window is taken at once, without a store."""
        windows = self._windows
        if windows is None or windows.down:
            lease.take_all(quota)
            if windows is not None and windows.is_due():
                self._start(windows.try_again(self._keys.window(lease.tag, lease.number)))
            return None
        if lease.fetching is None or lease.fetching.done():
            lease.fetching = self._start(self._fetch(windows, lease, quota))
        return lease.fetching

    async def _fetch(self, windows: Windows, lease: Lease, quota: int) -> None:
        number, asked = lease.number, lease.wanted(quota)
        if not asked:
            return
        taken = await windows.take(self._keys.window(lease.tag, number), asked)
        if taken is not None:
            lease.take(number, asked, taken, quota)
        elif number == lease.number:
            lease.take_all(quota)

    def _start(self, work: Coroutine[Any, Any, None]) -> Task[None]:
        task = asyncio.create_task(work)
        self._tasks.add(task)
        task.add_done_callback(self._tasks.discard)
        return task
