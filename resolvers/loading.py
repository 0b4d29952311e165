"""What one request loads of customers: what the process has at hand at once, the rest in batches, one a part."""

import asyncio
import time
from collections.abc import Awaitable, Collection, Iterable, Mapping, Sequence
from typing import Any, Final

from aiodataloader import DataLoader

from cache import Found
from resolvers.errands import Errands
from resolvers.neighbours import Neighbours, batch_of, not_ahead
from resolvers.waiting import in_what_is_left
from sources.crn import Crn
from sources.errors import Fault, SourceTimeout

Wanted = Mapping[Crn, Sequence[str]]
"""The names of the parts that are wanted of each customer."""


class Loading:
    """The dataloaders of one request, one a part. What it loads are its `errands`, and it waits `until` a moment.

    `lacked` is whether something was too late or failed.
    """

    def __init__(self, neighbours: Neighbours, errands: Errands, until: float) -> None:
        self._neighbours: Final = neighbours
        self._errands: Final = errands
        self._until: Final = until
        self._loaders: dict[str, DataLoader[Crn, Found]] = {}
        self._held: dict[str, dict[Crn, Found]] = {}
        self.lacked = False

    async def load(self, wanted: Wanted) -> dict[Crn, dict[str, Found]]:
        """Return the parts that are wanted of customers, each a value or why it could not be had.

        Whatever this request had before stays as it was. Where all is at hand, nothing is waited for.
        """
        of_part: dict[str, list[Crn]] = {}
        for crn, names in wanted.items():
            for name in names:
                of_part.setdefault(name, []).append(crn)
        missing = {name: self.take(name, crns) for name, crns in of_part.items()}
        late = await self._fetch(missing) if any(missing.values()) else {}
        return {
            crn: {name: self._held[name].get(crn) or late[name, crn] for name in names}
            for crn, names in wanted.items()
        }

    def take(self, name: str, crns: Collection[Crn]) -> list[Crn]:
        """Take what is at hand of a part, as far as this request has it not yet, and return whose is not there."""
        held = self._held.setdefault(name, {})
        new = [crn for crn in crns if crn not in held]
        if not new:
            return new
        neighbours = self._neighbours
        system, group = neighbours.sources[name].system, neighbours.group(name)
        found = neighbours.cache.at_hand(name, system, new, group)
        now = neighbours.clock()
        held |= {crn: not_ahead(found[crn], now) for crn in new if crn in found}
        return [crn for crn in new if crn not in found]

    @property
    def left(self) -> float:
        """The seconds that are left for loading."""
        return max(0.0, self._until - time.monotonic())

    @property
    def had(self) -> Mapping[str, Mapping[Crn, Found]]:
        """What this request has by now, by part."""
        return self._held

    async def found(self, part: str, load: Awaitable[Found]) -> Found:
        """Return what comes of loading a part while there is time."""
        one = await in_what_is_left(self._until, self._neighbours.sources[part].system, load)
        return Found(one, fetched=True) if isinstance(one, Fault) else one

    async def _fetch(self, missing: Mapping[str, Iterable[Crn]]) -> dict[tuple[str, Crn], Found]:
        """Load what is not at hand, and return instead what is too late or failed."""
        loads = {(name, crn): self._loader(name).load(crn) for name, crns in missing.items() for crn in crns}
        # one wait for all, which takes nothing from others who wait for the same when it is given up
        await asyncio.wait(loads.values(), timeout=max(0.0, self._until - time.monotonic()))
        late: dict[tuple[str, Crn], Found] = {}
        for (name, crn), load in loads.items():
            if not load.done():
                system = self._neighbours.sources[name].system
                late[name, crn] = Found(SourceTimeout(system, "request"), fetched=True)
                continue
            try:
                self._held[name][crn] = load.result()
            except Fault as fault:
                late[name, crn] = Found(fault, fetched=True)
        self.lacked = self.lacked or bool(late)
        return late

    def _loader(self, name: str) -> "DataLoader[Crn, Found]":
        loader = self._loaders.get(name)
        if loader is None:
            batch: Any = batch_of(self._neighbours, self._neighbours.sources[name])
            loader = self._loaders[name] = DataLoader(self._errands.batched(batch))
        return loader
