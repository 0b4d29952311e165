"""Single flight: what is being fetched already is waited for, not fetched again."""

import asyncio
from collections.abc import Awaitable, Callable, Iterable, Mapping, Sequence
from typing import Any, TypeAlias

from msgspec import Struct

from cache.ending import end

Fetch: TypeAlias = Callable[[Sequence[str]], Awaitable[Mapping[Any, Any]]]


class Flight(Struct, frozen=True):
    """A fetch under way, and when it began, in monotonic seconds."""

    task: asyncio.Task[Mapping[Any, Any]]
    since: float


class Landed(Struct, frozen=True):
    """A value, and when the fetch that brought it began, whoever waits for it since when."""

    value: Any
    since: float


class Flights:
    """The fetches under way, by key. A fetch goes on when whoever started it has left: others may wait for it."""

    def __init__(self, monotonic: Callable[[], float]) -> None:
        self._monotonic = monotonic
        self._flying: dict[str, Flight] = {}

    async def join(self, wanted: Mapping[str, str], fetch: Fetch) -> dict[str, Landed]:
        """Return a value for each of the CRNs in `wanted` (key to CRN); those not yet flying go out in one fetch."""
        mine = {key: crn for key, crn in wanted.items() if key not in self._flying}
        if mine:
            self._take_off(mine, fetch)
        flights = {crn: self._flying[key] for key, crn in wanted.items()}
        for task in {flight.task for flight in flights.values()}:
            await asyncio.shield(task)
        return {crn: Landed(flight.task.result()[crn], flight.since) for crn, flight in flights.items()}

    def under_way(self, wanted: Iterable[str]) -> int:
        """Return how many of the keys are flying now."""
        return sum(key in self._flying for key in wanted)

    async def close(self) -> None:
        """Call off what is under way."""
        tasks = {flight.task for flight in self._flying.values()}
        await end(tasks)
        self._flying.clear()

    def _take_off(self, mine: Mapping[str, str], fetch: Fetch) -> None:
        async def fly() -> Mapping[Any, Any]:
            try:
                return await fetch(list(mine.values()))
            finally:
                for key in mine:
                    self._flying.pop(key, None)

        flight = Flight(asyncio.create_task(fly()), self._monotonic())
        for key in mine:
            self._flying[key] = flight
