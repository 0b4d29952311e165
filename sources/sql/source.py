"""The `sql` source: one part of many customers from a database of ours, in one statement."""

from collections.abc import Iterator, Mapping, Sequence
from datetime import datetime
from typing import Any, Final, Generic, TypeVar

from sqlalchemy import Select
from sqlalchemy.ext.asyncio import AsyncEngine

from sources.crn import Crn
from sources.errors import Fault
from sources.guard import Guard
from sources.parts import Part
from sources.parts.history import History, Keyset
from sources.source import Clock, Filter, Observer, Page, Reading, gather
from sources.sql.border import guard_of, guarded
from sources.sql.engine import for_reading, rows
from sources.sql.histories import Histories
from sources.sql.records import Records
from sources.sql.tables import BEGINNING, instant
from sources.sql.texts import array
from sources.window import WINDOW, Window

R = TypeVar("R")

CRNS_A_STATEMENT: Final = 500


class SqlSource(Generic[R]):
    """One part, from its table.

    `time_limit` is in seconds; `retention_days` is None where nothing is ever removed.
    """

    def __init__(
        self,
        part: Part[R],
        engine: AsyncEngine,
        clock: Clock,
        observe: Observer,
        system: str = "sql",
        time_limit: float = 0.8,
        window: Window = WINDOW,
        retention_days: int | None = None,
        guard: Guard | None = None,
    ) -> None:
        self.part: Final = part
        self.system: Final = system
        self.time_limit: Final = time_limit
        self.retention_days: Final = retention_days
        self._guard: Final = guard or guard_of(system, time_limit)
        self.most_at_once: Final = CRNS_A_STATEMENT
        self._engine: Final = for_reading(engine)
        self._clock: Final = clock
        self._observe: Final = observe
        self._window: Final = window
        self._rows_of: Final = Histories(part, system) if part.history else Records(part, system)

    async def fetch(self, crns: Sequence[Crn]) -> Mapping[Crn, Reading[R] | Fault]:
        """Return what is known of each of the customers: one statement for each 500 of them."""
        known: dict[Crn, Any] = {}
        for some in _portions(list(dict.fromkeys(crns))):
            known |= await self._known(some)
        return known

    async def page(self, crn: Crn, wanted: Filter, before: Keyset | None, size: int) -> Page[Any]:
        """Return at most `size` items older than `before`, newest first; raise a `Fault` for a bad one."""
        histories = self._rows_of
        if isinstance(histories, Records):
            raise TypeError(f"{self.part} is no history")
        found = await self._rows(*histories.page(crn, wanted, before, size + 1))
        items = [histories.item(*row) for row in found[:size]]
        for item in items:
            if isinstance(item, Fault):
                raise item
        return Page(tuple(items), len(found) > size)

    async def _known(self, crns: Sequence[Crn]) -> dict[Crn, Any]:
        if isinstance(self._rows_of, Histories):
            return await self._known_histories(self._rows_of, crns, self._clock())
        now = self._clock()
        return self._rows_of.filed(await self._rows(self._rows_of.statement, {"crns": array(crns)}), now)

    async def _known_histories(
        self, histories: Histories, crns: Sequence[Crn], now: datetime
    ) -> dict[Crn, Any]:
        floor = BEGINNING if self.part.standing else self._window.since(now)
        values = {"crns": array(crns), "floor": instant(floor), "items": self._window.items}
        filed = histories.filed(await self._rows(histories.newest, values), floor)
        part: Any = self
        known: dict[Crn, Any] = {
            crn: Reading(History(crn, (), since), now) for crn, since in filed.complete_since.items()
        }
        known |= gather(part, crns, filed.items, now, self._observe, filed.complete_since)
        return known | filed.faults

    async def _rows(self, statement: Select[Any], values: Mapping[str, Any]) -> Sequence[Any]:
        return await guarded(self._guard, lambda: rows(self._engine, statement, values))


def _portions(crns: Sequence[Crn]) -> Iterator[Sequence[Crn]]:
    for start in range(0, len(crns), CRNS_A_STATEMENT):
        yield crns[start : start + CRNS_A_STATEMENT]
