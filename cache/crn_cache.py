"""The cache per CRN: what a source said of a person, for as long as it may be used.

It decides nothing about access, and of callers it knows only the `group` whose alone it is what a system told. A value
that was fetched is kept only when its reader asks for it (`keep`), after access was decided, and only if its mark is
still the one read before the fetch: so an invalidation cannot be overtaken by a slow fill.
"""

import asyncio
import math
import time
from collections.abc import Awaitable, Callable, Iterable, Mapping, Sequence
from enum import Enum
from typing import Any, TypeAlias
from weakref import ref

from msgspec import Struct

from cache.ending import end
from cache.events import PROCESS, FlightShared, LookedUp, OfShared, StaleServed, nobody
from cache.fleet import Fleet, Taken
from cache.flight import Fetch, Flights
from cache.freshness import FRESHNESS, NEGATIVE_SECONDS, Freshness, freshness
from cache.keys import Keys
from cache.known import Known, known_of
from cache.store import Entry, Looked, Mark, Place, Reach, Store, Told


class Keep(Enum):
    """Whether a value may be kept: for its part's time, for a few seconds ("nothing known"), or not at all."""

    USUALLY = "usually"
    BRIEFLY = "briefly"
    NEVER = "never"


Judge: TypeAlias = Callable[[Any], Keep]
Group: TypeAlias = Sequence[str]
"""Whose alone it is what a system told; empty for everybody's."""


class Found(Struct, frozen=True):
    """A value, and whether it came from its source just now (`fetched`) or was kept past its fresh limit (`stale`).

    `since` is when the fetch began, in monotonic seconds; `mark` is the one read before it.
    """

    value: Any
    fetched: bool = False
    stale: bool = False
    since: float = 0.0
    mark: Mark = ()


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
        observe: Callable[[Struct], None] = nobody,
    ) -> None:
        self._store = store
        self._keys = keys
        self._judge = judge
        self._table = table
        self._monotonic = monotonic
        self._observe = observe
        self._flights = Flights(monotonic)
        self._fleet = Fleet(store, monotonic, observe)
        self._refreshing: set[asyncio.Task[None]] = set()

    def limits(self, part: str) -> Freshness:
        """Return how long values of a part may be used."""
        return freshness(part, self._table)

    def at_hand(self, part: str, system: str, crns: Sequence[str], group: Group = ()) -> dict[str, Found]:
        """Return a value for every CRN of which the memory of this process has a fresh one: nothing is waited for."""
        began = time.perf_counter()
        found: dict[str, Found] = {}
        for crn in crns:
            entry = self._store.at_hand(self._keys.place(part, system, crn, group))
            usable = self._usable(part, entry, math.inf)
            if usable is not None and not usable.stale:
                found[crn] = usable
        if found:
            self._observe(LookedUp(part, system, len(found), 0, 0, time.perf_counter() - began))
        return found

    def known(self, told: Iterable[tuple[str, str, Group, Mapping[Any, "ref[Any]"]]]) -> Known | None:
        """Return what tells later whether values would be given again: of parts, as systems told them, by CRN.

        None where one of them would not be given now.
        """
        placed = (
            (self._keys.place(part, system, crn, group), value, self.limits(part).fresh)
            for part, system, group, by_crn in told
            for crn, value in by_crn.items()
        )
        return known_of(self._store, placed)

    def gives(self, known: Known) -> bool:
        """Tell whether the memory of this process has all of these very values, fresh. Then they count as looked up."""
        began = time.perf_counter()
        stamp = self._store.same(known.values, known.stamp) if self._monotonic() <= known.until else None
        if stamp is None:
            return False
        known.stamp = stamp
        seconds = (time.perf_counter() - began) / max(1, len(known.parts))
        for part, system, count in known.parts:
            self._observe(LookedUp(part, system, count, 0, 0, seconds))
        return True

    async def look(
        self,
        part: str,
        system: str,
        crns: Sequence[str],
        fetch: Fetch,
        within: float = math.inf,
        group: Group = (),
    ) -> dict[str, Found]:
        """Return a value for every CRN. A stale value is served at once while one task asks the source again.

        What is older than `within` seconds is fetched, however fresh it counts as. What was fetched for one `group` no
        other gets.
        """
        began = time.perf_counter()
        places = {crn: self._keys.place(part, system, crn, group) for crn in dict.fromkeys(crns)}
        looked = dict(zip(places, await self._store.look(list(places.values())), strict=True))
        found: dict[str, Found] = {}
        for crn, one in looked.items():
            usable = self._usable(part, one.entry, within)
            if usable is not None:
                found[crn] = usable
        missing = {crn: one.mark for crn, one in looked.items() if crn not in found}
        stale = {crn: looked[crn].mark for crn, value in found.items() if value.stale}
        fresh, seconds = len(found) - len(stale), time.perf_counter() - began
        shared = _of_shared(looked, found)
        self._observe(LookedUp(part, system, fresh, len(stale), len(missing), seconds, shared))
        if missing:
            found |= await self._fetch(places, missing, self._shared(places, fetch, within))
        if stale:
            oldest = min(one.entry.fetched for crn in stale if (one := looked[crn]).entry is not None)
            self._observe(StaleServed(part, system, len(stale), round(self._monotonic() - oldest, 1)))
            self._refresh(places, stale, fetch)
        return found

    async def keep(self, part: str, system: str, crn: str, found: Found, group: Group = ()) -> bool:
        """Keep a fetched value and say whether it was kept.

        It is not when it is of a kind that is never kept, when the person was invalidated since, and when something
        fetched later is kept already.
        """
        return await self._keep(self._keys.place(part, system, crn, group), found)

    async def _keep(self, place: Place, found: Found) -> bool:
        if not found.fetched:
            return False
        keep = self._judge(found.value)
        if keep is Keep.NEVER:
            await self._store.release([place])
            return False
        entry = Entry(found.value, found.since, found.mark, keep is Keep.BRIEFLY)
        seconds = NEGATIVE_SECONDS if entry.negative else self.limits(place.part).dead
        return await self._store.keep(place, entry, seconds)

    async def pass_by(self, part: str, system: str, crn: str, found: Found, group: Group = ()) -> None:
        """Do not keep a fetched value: whoever else waits for it may fetch it."""
        if found.fetched:
            await self._store.release([self._keys.place(part, system, crn, group)])

    async def beside(self, work: Iterable[Awaitable[object]]) -> None:
        """Wait for several things that are done to the cache: side by side, where another process has to be asked."""
        if self._store.waits:
            await asyncio.gather(*work)
            return
        for one in work:
            await one

    async def drop(self, parts: Mapping[str, str], crn: str, group: Group = ()) -> None:
        """Forget what is kept of some parts of a person, each as a system told it."""
        await self._store.drop([self._keys.place(part, system, crn, group) for part, system in parts.items()])

    async def invalidate(
        self, crn: str | None = None, part: str | None = None, system: str | None = None, cause: str = ""
    ) -> bool:
        """Let nothing that was kept of a person, of a part of that person or of a system be served again.

        With nothing named it is everything. Say whether every process is sure to know: if not, this one goes on
        telling.
        """
        person = self._keys.person(crn) if crn is not None else None
        return await self._store.advance(Reach(person, part, system), cause)

    def listen(self, heard: Callable[[str | None], None]) -> None:
        """Have somebody told, from now on, whose values are out of date: the tag of a person, None for everybody's."""
        self._store.listen(lambda reach: heard(reach.person))

    @property
    def hears(self) -> bool:
        """Whether everything that other processes are told to be out of date is heard here."""
        return self._store.healthy

    def tag(self, crn: str) -> str:
        """Return the tag that stands for a person."""
        return self._keys.person(crn)

    async def close(self) -> None:
        """Stop refreshing, and call off the fetches under way."""
        await end(self._refreshing)
        await self._flights.close()
        await self._store.close()

    def _usable(self, part: str, entry: Entry | None, within: float) -> Found | None:
        if entry is None:
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

    def _shared(self, places: Mapping[str, Place], fetch: Fetch, within: float) -> Fetch:
        """Return a fetch that all processes share: who wants a value as it is now asks its source itself."""
        if within < math.inf:
            return fetch

        def usable(place: Place, entry: Entry) -> bool:
            found = self._usable(place.part, entry, within)
            return found is not None and not found.stale

        async def shared(crns: Sequence[str]) -> Mapping[Any, Any]:
            return await self._fleet.fetch({crn: places[crn] for crn in crns}, fetch, usable)

        return shared

    async def _fetch(
        self, places: Mapping[str, Place], marks: Mapping[str, Mark], fetch: Fetch
    ) -> dict[str, Found]:
        # a flight that left under an older mark is not this one
        flights = {f"{places[crn].key}@{mark}": crn for crn, mark in marks.items()}
        shared = self._flights.under_way(flights)
        if shared:
            place = places[next(iter(marks))]
            self._observe(FlightShared(place.part, place.system, PROCESS, shared))
        landed = await self._flights.join(flights, fetch)
        return {
            crn: Found(one.value.value)
            if isinstance(one.value, Taken)
            else Found(one.value, True, False, one.since, marks[crn])
            for crn, one in landed.items()
        }

    def _refresh(self, places: Mapping[str, Place], marks: Mapping[str, Mark], fetch: Fetch) -> None:
        task = asyncio.create_task(self._fetch_again(places, marks, fetch))
        self._refreshing.add(task)
        task.add_done_callback(self._refreshed)

    def _refreshed(self, task: asyncio.Task[None]) -> None:
        self._refreshing.discard(task)
        if not task.cancelled():
            task.exception()  # costs nobody: the old value stays until it is dead, then its reader meets the failure

    async def _fetch_again(
        self, places: Mapping[str, Place], marks: Mapping[str, Mark], fetch: Fetch
    ) -> None:
        claimed = {place.key for place in await self._store.claim([places[crn] for crn in marks])}
        mine = {crn: mark for crn, mark in marks.items() if places[crn].key in claimed}
        if not mine:  # another process is at it
            return
        for crn, found in (await self._fetch(places, mine, fetch)).items():
            place = places[crn]
            (looked,) = await self._store.look([place])
            if looked.entry is not None:  # what was dropped meanwhile stays dropped
                await self._keep(place, found)


def _of_shared(looked: Mapping[str, Looked], found: Mapping[str, Found]) -> OfShared | None:
    """Return what of a look was the shared level's; of what it did not say, the rest is the process's own."""
    far = [crn for crn, one in looked.items() if one.told is Told.FAR]
    alone = sum(one.told is Told.ALONE for one in looked.values())
    if not far and not alone:
        return None
    good = [found[crn] for crn in far if crn in found]
    stale = sum(one.stale for one in good)
    return OfShared(len(good) - stale, stale, len(far) - len(good), alone)
