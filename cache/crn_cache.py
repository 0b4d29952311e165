"""The cache per CRN: what a source said of a person, for as long as it may be used.

It decides nothing about access, and of callers it knows only the `group` whose alone it is what a system told. A value
that was fetched is kept only when its reader asks for it (`keep`), after access was decided, and only if its mark is
still the one read before the fetch: so an invalidation cannot be overtaken by a slow fill.
"""

import asyncio
import math
import time
from collections.abc import Awaitable, Callable, Hashable, Iterable, Mapping, Sequence
from functools import partial
from typing import Any
from weakref import ref

from msgspec import Struct

from cache.ending import end
from cache.events import PROCESS, FlightShared, LookedUp, StaleServed, nobody
from cache.fleet import Fleet
from cache.flight import Fetch, Flights, Waiting
from cache.freshness import FRESHNESS, NEGATIVE_SECONDS, Freshness, freshness
from cache.keys import Keys
from cache.known import Known, known_of
from cache.question import Answered, Found, Group, Judge, Keep, Question, fetched, of_shared, tell
from cache.store import Entry, Looked, Mark, Place, Reach, Store


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
        told: dict[str, dict[str, Found] | BaseException] = {}
        await self.ask([Question(part, system, crns, fetch, group)], told.__setitem__, within)
        found = told[part]
        if isinstance(found, BaseException):
            raise found
        return found

    async def ask(self, questions: Sequence[Question], answered: Answered, within: float = math.inf) -> None:
        """Look up several parts in one step, as `look` does one, and tell of each as soon as it is there."""
        began = time.perf_counter()
        places = [
            {crn: self._keys.place(one.part, one.system, crn, one.group) for crn in dict.fromkeys(one.crns)}
            for one in questions
        ]
        looked = iter(await self._store.look([place for some in places for place in some.values()]))
        waiting, seconds = Waiting(self._flights), time.perf_counter() - began
        try:
            for question, some in zip(questions, places, strict=True):
                of_part = {crn: next(looked) for crn in some}
                found = self._found(question, some, of_part, within, seconds)
                missing = {crn: one.mark for crn, one in of_part.items() if crn not in found}
                if not missing:
                    answered(question.part, found)
                    continue
                fetch = self._shared(some, question.fetch, within)
                waiting.board(
                    self._flights_of(some, missing),
                    fetch,
                    partial(tell, answered, question.part, found, missing),
                )
            await waiting.wait()
        finally:
            waiting.leave()

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

    def _found(
        self,
        question: Question,
        places: Mapping[str, Place],
        looked: Mapping[str, Looked],
        within: float,
        seconds: float,
    ) -> dict[str, Found]:
        """Return what of a part is kept and may be used; what of it is stale is fetched anew beside."""
        part, system = question.part, question.system
        found: dict[str, Found] = {}
        for crn, one in looked.items():
            usable = self._usable(part, one.entry, within)
            if usable is not None:
                found[crn] = usable
        stale = {crn: looked[crn].mark for crn, value in found.items() if value.stale}
        fresh, missing = len(found) - len(stale), len(looked) - len(found)
        shared = of_shared(looked, found)
        self._observe(LookedUp(part, system, fresh, len(stale), missing, seconds, shared))
        if stale:
            oldest = min(one.entry.fetched for crn in stale if (one := looked[crn]).entry is not None)
            self._observe(StaleServed(part, system, len(stale), round(self._monotonic() - oldest, 1)))
            self._refresh(places, stale, question.fetch)
        return found

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
        """Return a fetch that all processes share, if there are others; who wants a value as it is now asks its source
        itself."""
        if within < math.inf or not self._store.waits:
            return fetch

        def usable(place: Place, entry: Entry) -> bool:
            found = self._usable(place.part, entry, within)
            return found is not None and not found.stale

        async def shared(crns: Sequence[str]) -> Mapping[Any, Any]:
            return await self._fleet.fetch({crn: places[crn] for crn in crns}, fetch, usable)

        return shared

    def _flights_of(self, places: Mapping[str, Place], marks: Mapping[str, Mark]) -> dict[Hashable, str]:
        # a flight that left under an older mark is not this one
        flights: dict[Hashable, str] = {(places[crn].key, mark): crn for crn, mark in marks.items()}
        shared = self._flights.under_way(flights)
        if shared:
            place = places[next(iter(marks))]
            self._observe(FlightShared(place.part, place.system, PROCESS, shared))
        return flights

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
        landed = await self._flights.join(self._flights_of(places, mine), fetch)
        for crn, found in fetched(landed, mine).items():
            place = places[crn]
            (looked,) = await self._store.look([place])
            if looked.entry is not None:  # what was dropped meanwhile stays dropped
                await self._keep(place, found)
