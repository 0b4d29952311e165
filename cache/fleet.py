"""Single flight across processes: what another one is fetching is waited for, as long as it is worth it."""

import asyncio
from collections.abc import Callable, Mapping
from typing import Any, Final

from msgspec import Struct

from cache.events import SHARED, FlightShared
from cache.flight import Fetch
from cache.store import Entry, Place, Store

PATIENCE_SECONDS: Final = 0.9
"""So long another process is waited for. Its claim may be that of a dead one."""
PAUSE_SECONDS: Final = 0.015

Usable = Callable[[Place, Entry], bool]


class FlightTakenOver(Struct, frozen=True):
    """Another process had claimed so many values and did not bring them in time: they were fetched here."""

    part: str
    system: str
    values: int


class Taken(Struct, frozen=True):
    """A value that another process fetched and kept."""

    value: Any


class Fleet:
    """Fetches what no other process is fetching, and waits for the rest."""

    def __init__(
        self, store: Store, monotonic: Callable[[], float], observe: Callable[[Struct], None]
    ) -> None:
        self._store = store
        self._monotonic = monotonic
        self._observe = observe

    async def fetch(self, places: Mapping[str, Place], fetch: Fetch, usable: Usable) -> Mapping[Any, Any]:
        """Return a value for each CRN: one fetch brings what nobody else fetches, the rest is `Taken` from others."""
        ours = await self._store.claim(list(places.values()))
        claimed = {place.key for place in ours}
        mine = [crn for crn, place in places.items() if place.key in claimed]
        theirs = {crn: place for crn, place in places.items() if place.key not in claimed}
        try:
            if not theirs:
                return await fetch(mine)
            if not mine:
                return await self._waited(theirs, fetch, usable)
            told, waited = await asyncio.gather(fetch(mine), self._waited(theirs, fetch, usable))
        except BaseException:  # nobody here waits any more: whoever waits elsewhere need not
            await self._store.release(ours)
            raise
        return {**told, **waited}

    async def _waited(self, places: Mapping[str, Place], fetch: Fetch, usable: Usable) -> Mapping[Any, Any]:
        left, values = dict(places), dict[str, Any]()
        until = self._monotonic() + PATIENCE_SECONDS
        while left and self._monotonic() < until:
            await asyncio.sleep(PAUSE_SECONDS)
            # whoever gave up a claim without a word kept nothing: what it fetched is for nobody else
            given_up = {place.key for place in await self._store.claim(list(left.values()))}
            looked = await self._store.look(list(left.values()))
            needless: list[Place] = []
            for (crn, place), one in zip(list(left.items()), looked, strict=True):
                if one.entry is not None and usable(place, one.entry):
                    values[crn] = Taken(one.entry.value)
                    del left[crn]
                    needless += [place] if place.key in given_up else []
            if needless:  # it was kept, and its claim with it given up, just before we claimed it
                await self._store.release(needless)
            ours = [crn for crn, place in left.items() if place.key in given_up]
            if ours:
                values |= await fetch(ours)
                left = {crn: place for crn, place in left.items() if crn not in values}
        self._tell_shared(places, len(values))
        if left:
            place = next(iter(left.values()))
            self._observe(FlightTakenOver(place.part, place.system, len(left)))
            values |= await fetch(list(left))
        return values

    def _tell_shared(self, places: Mapping[str, Place], values: int) -> None:
        if values:
            place = next(iter(places.values()))
            self._observe(FlightShared(place.part, place.system, SHARED, values))
