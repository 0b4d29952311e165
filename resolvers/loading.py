"""What one request loads of customers: what the process has at hand at once, the rest of all parts in one step."""

import asyncio
import time
from collections.abc import Awaitable, Collection, Mapping, Sequence
from typing import Any, Final, TypeAlias

from aiodataloader import DataLoader

from cache import Found
from resolvers.errands import Errands
from resolvers.neighbours import Neighbours, not_ahead, question_of
from resolvers.waiting import in_what_is_left
from sources.crn import Crn
from sources.errors import Fault, SourceTimeout, SourceUnavailable

Wanted = Mapping[Crn, Sequence[str]]
"""The names of the parts that are wanted of each customer."""
Load: TypeAlias = asyncio.Future[Mapping[Crn, Found]]


class Loading:
    """What one request loads. Its fields ask one by one: a dataloader gathers what they miss of all parts.

    What is loaded is loaded as its `errands`, and it waits `until` a moment. `lacked` is whether something was too late
    or failed.
    """

    def __init__(self, neighbours: Neighbours, errands: Errands, until: float) -> None:
        self._neighbours: Final = neighbours
        self._errands: Final = errands
        self._until: Final = until
        self._loader: DataLoader[tuple[str, Sequence[Crn]], Mapping[Crn, Found]] | None = None
        self._loads: dict[str, dict[Crn, Load]] = {}
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

    async def _fetch(self, missing: Mapping[str, Sequence[Crn]]) -> dict[tuple[str, Crn], Found]:
        """Load what is not at hand, and return instead what is too late or failed."""
        loads = {(name, crn): load for name, crns in missing.items() for crn, load in self._begun(name, crns)}
        # one wait for all, which takes nothing from others who wait for the same when it is given up
        await asyncio.wait(set(loads.values()), timeout=self.left)
        late: dict[tuple[str, Crn], Found] = {}
        for (name, crn), load in loads.items():
            fault = _fault(self._neighbours.sources[name].system, load)
            if fault is None:
                self._held[name][crn] = load.result()[crn]
            else:
                late[name, crn] = Found(fault, fetched=True)
        self.lacked = self.lacked or bool(late)
        return late

    def _begun(self, name: str, crns: Sequence[Crn]) -> list[tuple[Crn, Load]]:
        """Return what loads a part of customers: each is loaded once, whoever asks."""
        loads = self._loads.setdefault(name, {})
        new = tuple(crn for crn in crns if crn not in loads)
        if new:
            if self._loader is None:
                batch: Any = self._errands.batched(self._batch)
                self._loader = DataLoader(batch, cache=False)
            loads |= dict.fromkeys(new, self._loader.load((name, new)))
        return [(crn, loads[crn]) for crn in crns]

    async def _batch(self, keys: list[tuple[str, Sequence[Crn]]]) -> list[Any]:
        """Load parts of customers, and hand out each part as soon as it is there."""
        self._loader = None  # which holds this: all that a request had would stay until a collection
        asked: dict[str, list[Crn]] = {}
        for name, crns in keys:
            asked.setdefault(name, []).extend(crns)
        found: dict[str, Any] = {}

        def answered(name: str, told: dict[str, Found] | BaseException) -> None:
            found[name] = self._handed_out(name, asked[name], told)

        neighbours = self._neighbours
        await neighbours.cache.ask([question_of(neighbours, *one) for one in asked.items()], answered)
        return [found[name] for name, _ in keys]

    def _handed_out(self, name: str, crns: Sequence[Crn], told: dict[str, Found] | BaseException) -> Any:
        """Give what was told of a part to those who wait for it."""
        loads = {self._loads[name][crn] for crn in crns}
        if isinstance(told, BaseException):
            for load in loads:
                _fail(load, told)
            return told
        now = self._neighbours.clock()
        found = {crn: not_ahead(told[crn], now) for crn in crns}
        for load in loads:
            if not load.done():
                load.set_result(found)
        return found


def _fault(system: str, load: Load) -> Fault | None:
    """Return why a load brought nothing; raise what is no fault."""
    if not load.done():
        return SourceTimeout(system, "request")
    if load.cancelled():
        return SourceUnavailable(system, "closed")
    error = load.exception()
    if error is not None and not isinstance(error, Fault):
        raise error
    return error


def _fail(load: Load, error: BaseException) -> None:
    if load.done():
        return
    if isinstance(error, asyncio.CancelledError):
        load.cancel()
    else:
        load.set_exception(error)
