"""Single flight: what is being fetched already is waited for, not fetched again."""

import asyncio
from collections import Counter
from collections.abc import Awaitable, Callable, Hashable, Iterable, Mapping, Sequence
from typing import Any, Final, TypeAlias

from msgspec import Struct

from cache.ending import end

Fetch: TypeAlias = Callable[[Sequence[str]], Awaitable[Mapping[Any, Any]]]
"""What brings values. One that returns a future is under way already; anything else is begun as a task."""
Task: TypeAlias = asyncio.Future[Mapping[Any, Any]]


class Flight(Struct, frozen=True):
    """A fetch under way, and when it began, in monotonic seconds."""

    task: Task
    since: float


class Landed(Struct, frozen=True):
    """A value, and when the fetch that brought it began, whoever waits for it since when."""

    value: Any
    since: float


Then: TypeAlias = Callable[[dict[str, Landed] | BaseException], None]


class Flights:
    """The fetches under way, by key.

    A fetch goes on when whoever started it has left, as long as anybody waits for it. When nobody does, it is given up,
    and whoever asks next has it fetched anew.
    """

    def __init__(self, monotonic: Callable[[], float]) -> None:
        self._monotonic = monotonic
        self._flying: dict[Hashable, Flight] = {}
        self._keys: dict[Task, tuple[Hashable, ...]] = {}
        self._unended: set[Task] = set()
        self._waiting: Counter[Task] = Counter()

    async def join(self, wanted: Mapping[Hashable, str], fetch: Fetch) -> dict[str, Landed]:
        """Return a value for each of the CRNs in `wanted` (key to CRN); those not yet flying go out in one fetch."""
        flights = self.board(wanted, fetch)
        tasks = {flight.task for flight in flights.values()}
        try:
            for task in tasks:
                await asyncio.shield(task)
        finally:
            self.leave(tasks)
        return landed(flights)

    def board(self, wanted: Mapping[Hashable, str], fetch: Fetch) -> dict[str, Flight]:
        """Return the flight of each of the CRNs in `wanted`, as `join` does, without waiting; who boards leaves."""
        mine = {key: crn for key, crn in wanted.items() if key not in self._flying}
        if mine:
            self._take_off(mine, fetch)
        flights = {crn: self._flying[key] for key, crn in wanted.items()}
        self._waiting.update({flight.task for flight in flights.values()})
        return flights

    def leave(self, tasks: Iterable[Task]) -> None:
        """Wait for them no longer. What nobody waits for is given up."""
        for task in tasks:
            self._leave(task)

    def under_way(self, wanted: Iterable[Hashable]) -> int:
        """Return how many of the keys are flying now."""
        return sum(key in self._flying for key in wanted)

    async def close(self) -> None:
        """Call off what is under way."""
        await end(self._unended)

    def _take_off(self, mine: Mapping[Hashable, str], fetch: Fetch) -> None:
        since, fetching = self._monotonic(), fetch(list(mine.values()))
        task = fetching if isinstance(fetching, asyncio.Future) else asyncio.create_task(_value(fetching))
        self._keys[task] = tuple(mine)
        self._unended.add(task)
        task.add_done_callback(self._over)
        flight = Flight(task, since)
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


class Waiting:
    """Somebody who waits for several flights at once, and is told of each party's as soon as they have landed."""

    def __init__(self, flights: Flights) -> None:
        self._flights: Final = flights
        self._tasks: list[Task] = []
        self._left = 0
        self._over: asyncio.Future[None] = asyncio.get_running_loop().create_future()

    def board(self, wanted: Mapping[Hashable, str], fetch: Fetch, then: Then) -> None:
        """Wait for what is wanted, and tell `then` of all of it, or of what was raised."""
        flights = self._flights.board(wanted, fetch)
        left = {flight.task for flight in flights.values()}
        self._tasks += left
        self._left += len(left)

        def over(task: Task) -> None:
            left.discard(task)
            self._left -= 1
            if self._over.done():  # nobody waits any more
                return
            if not self._left:
                self._over.set_result(None)
            if not left:
                then(_landed_or_raised(flights))

        for task in tuple(left):
            task.add_done_callback(over)

    async def wait(self) -> None:
        """Wait until all have landed."""
        if self._left:
            await self._over

    def leave(self) -> None:
        """Wait for none of them any longer."""
        self._over.cancel()
        self._flights.leave(self._tasks)


def landed(flights: Mapping[str, Flight]) -> dict[str, Landed]:
    """Return what flights brought that have landed, by CRN; raise what one of them raised."""
    return {crn: Landed(flight.task.result()[crn], flight.since) for crn, flight in flights.items()}


def _landed_or_raised(flights: Mapping[str, Flight]) -> dict[str, Landed] | BaseException:
    try:
        return landed(flights)
    except (Exception, asyncio.CancelledError) as error:
        return error


async def _value(fetching: Awaitable[Mapping[Any, Any]]) -> Mapping[Any, Any]:
    return await fetching
