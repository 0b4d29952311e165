"""The cache per CRN: what a source said of a person, for as long as it may be used.

It carries no caller and decides nothing about access. A value that was fetched is kept only when its reader asks for
it (`keep`), after access was decided, and only if the person's generation is still the one read before the fetch: so
an invalidation cannot be overtaken by a slow fill.
"""

import asyncio
import math
import time
from collections.abc import Callable, Mapping, Sequence
from enum import Enum
from typing import Any, TypeAlias

from msgspec import Struct

from cache.flight import Fetch, Flights
from cache.freshness import FRESHNESS, NEGATIVE_SECONDS, Freshness, freshness
from cache.keys import Keys
from cache.store import Entry, Store


class Keep(Enum):
    """Whether a value may be kept: for its part's time, for a few seconds ("nothing known"), or not at all."""

    USUALLY = "usually"
    BRIEFLY = "briefly"
    NEVER = "never"


Judge: TypeAlias = Callable[[Any], Keep]
PROCESS = "process"
"""The level of the cache that one process keeps to itself."""


class LookedUp(Struct, frozen=True):
    """A batch was looked up in the cache: how many values were fresh, how many stale, how many were not there.

    `seconds` is what the look took, without any fetch.
    """

    part: str
    system: str
    level: str
    hits: int
    stale: int
    misses: int
    seconds: float


class FlightShared(Struct, frozen=True):
    """So many values of a batch were being fetched already, and were waited for instead of fetched again."""

    part: str
    system: str
    level: str
    values: int


def _nobody(_: Struct) -> None:
    """Tell nobody."""


class Found(Struct, frozen=True):
    """A value, and whether it came from its source just now (`fetched`) or was kept past its fresh limit (`stale`).

    `since` is when the fetch began, in monotonic seconds; `generation` is the one read before it.
    """

    value: Any
    fetched: bool = False
    stale: bool = False
    since: float = 0.0
    generation: int = 0


class CrnCache:
    """Looks up many people's values of one part at once and fetches only what is missing.

    `judge` says of a value whether it may be kept; `monotonic` is the clock that ages are measured with, in seconds;
    `observe` is told of each look.
    """

    def __init__(
        self,
        store: Store,
        keys: Keys,
        judge: Judge,
        table: Mapping[str, Freshness] = FRESHNESS,
        monotonic: Callable[[], float] = time.monotonic,
        observe: Callable[[Struct], None] = _nobody,
    ) -> None:
        self._store = store
        self._keys = keys
        self._judge = judge
        self._table = table
        self._monotonic = monotonic
        self._observe = observe
        self._flights = Flights(monotonic)
        self._refreshing: set[asyncio.Task[None]] = set()

    def limits(self, part: str) -> Freshness:
        """Return how long values of a part may be used."""
        return freshness(part, self._table)

    async def look(
        self, part: str, system: str, crns: Sequence[str], fetch: Fetch, within: float = math.inf
    ) -> dict[str, Found]:
        """Return a value for every CRN. A stale value is served at once while one task asks the source again.

        What is older than `within` seconds is fetched, however fresh it counts as.
        """
        began = time.perf_counter()
        people = {crn: self._keys.person(crn) for crn in crns}
        keys = {crn: self._keys.entry(part, system, person) for crn, person in people.items()}
        generations = {crn: await self._store.generation(person) for crn, person in people.items()}
        entries = await self._store.read(list(keys.values()))
        found: dict[str, Found] = {}
        for crn, key in keys.items():
            usable = self._usable(part, entries.get(key), generations[crn], within)
            if usable is not None:
                found[crn] = usable
        missing = {crn: generations[crn] for crn in crns if crn not in found}
        stale = {crn: generations[crn] for crn, value in found.items() if value.stale}
        fresh, seconds = len(found) - len(stale), time.perf_counter() - began
        self._observe(LookedUp(part, system, PROCESS, fresh, len(stale), len(missing), seconds))
        if missing:
            found |= await self._fetch(part, system, missing, fetch)
        if stale:
            self._refresh(part, system, stale, fetch)
        return found

    async def keep(self, part: str, system: str, crn: str, found: Found) -> bool:
        """Keep a fetched value and say whether it was kept.

        It is not when it is of a kind that is never kept, when the person was invalidated since, and when something
        fetched later is kept already.
        """
        keep = self._judge(found.value)
        person = self._keys.person(crn)
        if (
            not found.fetched
            or keep is Keep.NEVER
            or await self._store.generation(person) != found.generation
        ):
            return False
        key = self._keys.entry(part, system, person)
        kept = (await self._store.read([key])).get(key)
        if kept is not None and kept.generation == found.generation and kept.fetched > found.since:
            return False
        await self._store.write(key, Entry(found.value, found.since, found.generation, keep is Keep.BRIEFLY))
        return True

    async def drop(self, part: str, system: str, crn: str) -> None:
        """Forget what is kept of one part of a person."""
        await self._store.drop([self._keys.entry(part, system, self._keys.person(crn))])

    async def invalidate(self, crn: str) -> None:
        """Let nothing that was kept of this person be served again."""
        await self._store.advance(self._keys.person(crn))

    async def close(self) -> None:
        """Stop refreshing, and call off the fetches under way."""
        for task in self._refreshing:
            task.cancel()
        await asyncio.gather(*self._refreshing, return_exceptions=True)
        await self._flights.close()

    def _usable(self, part: str, entry: Entry | None, generation: int, within: float) -> Found | None:
        if entry is None or entry.generation != generation:
            return None
        limits = self.limits(part)
        age = self._monotonic() - entry.fetched
        if age > within:
            return None
        if age <= (NEGATIVE_SECONDS if entry.negative else limits.fresh):
            return Found(entry.value)
        if limits.served_stale and not entry.negative and age <= limits.dead:
            return Found(entry.value, stale=True)
        return None

    async def _fetch(
        self, part: str, system: str, generations: Mapping[str, int], fetch: Fetch
    ) -> dict[str, Found]:
        flights = {
            f"{self._keys.entry(part, system, self._keys.person(crn))}@{generation}": crn
            for crn, generation in generations.items()
        }  # a flight that left under an older generation is not this one
        shared = self._flights.under_way(flights)
        if shared:
            self._observe(FlightShared(part, system, PROCESS, shared))
        landed = await self._flights.join(flights, fetch)
        return {
            crn: Found(one.value, True, False, one.since, generations[crn]) for crn, one in landed.items()
        }

    def _refresh(self, part: str, system: str, generations: Mapping[str, int], fetch: Fetch) -> None:
        task = asyncio.create_task(self._fetch_again(part, system, generations, fetch))
        self._refreshing.add(task)
        task.add_done_callback(self._refreshed)

    def _refreshed(self, task: asyncio.Task[None]) -> None:
        self._refreshing.discard(task)
        if not task.cancelled():
            task.exception()  # costs nobody: the old value stays until it is dead, then its reader meets the failure

    async def _fetch_again(
        self, part: str, system: str, generations: Mapping[str, int], fetch: Fetch
    ) -> None:
        for crn, found in (await self._fetch(part, system, generations, fetch)).items():
            key = self._keys.entry(part, system, self._keys.person(crn))
            if await self._store.read([key]):  # what was dropped meanwhile stays dropped
                await self.keep(part, system, crn, found)
