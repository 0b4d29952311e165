"""Single flight: what is being fetched already is waited for, not fetched again."""

import asyncio
from collections import Counter
from collections.abc import Awaitable, Callable, Iterable, Mapping, Sequence
from typing import Any, TypeAlias

from msgspec import Struct

from cache.ending import end

Fetch: TypeAlias = Callable[[Sequence[str]], Awaitable[Mapping[Any, Any]]]
Task: TypeAlias = asyncio.Task[Mapping[Any, Any]]


class Flight(Struct, frozen=True):
    """A fetch under way, and when it began, in monotonic seconds."""

    task: Task
    since: float


class Landed(Struct, frozen=True):
    """A value, and when the fetch that brought it began, whoever waits for it since when."""

    value: Any
    since: float


class Flights:
    """The fetches under way, by key.

    A fetch goes on when whoever started it has left, as long as anybody waits for it. When nobody does, it is given up,
    and whoever asks next has it fetched anew.
    """

    def __init__(self, monotonic: Callable[[], float]) -> None:
        self._monotonic = monotonic
        self._flying: dict[str, Flight] = {}
        self._keys: dict[Task, tuple[str, ...]] = {}
        self._unended: set[Task] = set()
        self._waiting: Counter[Task] = Counter()

    async def join(self, wanted: Mapping[str, str], fetch: Fetch) -> dict[str, Landed]:
        """Return a value for each of the CRNs in `wanted` (key to CRN); those not yet flying go out in one fetch."""
        mine = {key: crn for key, crn in wanted.items() if key not in self._flying}
        if mine:
            self._take_off(mine, fetch)
        flights = {crn: self._flying[key] for key, crn in wanted.items()}
        tasks = {flight.task for flight in flights.values()}
        self._waiting.update(tasks)
        try:
            for task in tasks:
                await asyncio.shield(task)
        finally:
            for task in tasks:
                self._leave(task)
        return {crn: Landed(flight.task.result()[crn], flight.since) for crn, flight in flights.items()}

    def under_way(self, wanted: Iterable[str]) -> int:
        """Return how many of the keys are flying now."""
        return sum(key in self._flying for key in wanted)

    async def close(self) -> None:
        """Call off what is under way."""
        await end(self._unended)

    def _take_off(self, mine: Mapping[str, str], fetch: Fetch) -> None:
        async def fly() -> Mapping[Any, Any]:
            try:
                return await fetch(list(mine.values()))
            finally:
                self._land(task)

        task = asyncio.create_task(fly())
        self._keys[task] = tuple(mine)
        self._unended.add(task)
        task.add_done_callback(self._over)
        flight = Flight(task, self._monotonic())
        for key in mine:
            self._flying[key] = flight

    def _leave(self, task: Task) -> None:
        self._waiting[task] -= 1
        if not self._waiting[task]:
            del self._waiting[task]
            self._land(task)
            task.cancel()

    def _over(self, task: Task) -> None:
        self._unended.discard(task)
        self._land(task)  # one that is given up before it began ends without having flown
        if not task.cancelled():
            task.exception()  # taken note of, even when everybody who waited has left

    def _land(self, task: Task) -> None:
        for key in self._keys.pop(task, ()):
            del self._flying[key]
