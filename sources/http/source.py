"""The `http` source: one part of many customers from a JSON service that a mapping file describes."""

import asyncio
from collections.abc import Iterator, Mapping, Sequence
from datetime import datetime
from typing import Any, Final, Generic, TypeVar

from sources.asker import Asker
from sources.crn import Crn
from sources.errors import BadData, Fault, SourceUnavailable
from sources.http.endpoints import Endpoint, is_plain
from sources.http.filing import filed_histories, filed_records, unanswered
from sources.http.mapping import PartMapping
from sources.http.older import Older
from sources.http.reading import BatchFailed, Heard, Reader
from sources.http.templates import Values
from sources.http.upstream import Upstream, is_refusal
from sources.parts import Part
from sources.parts.history import Keyset, place
from sources.source import Clock, Filter, Observer, Page, Reading
from sources.window import WINDOW, Window

R = TypeVar("R")

MOST_SINGLES: Final = 5
"""So many customers are asked for one by one when the question about them together is refused."""
SIDE_BY_SIDE: Final = 8
"""So many calls of one question are under way at once: a question about many leaves places to others."""


class HttpSource(Generic[R]):
    """One part, from one system. `retention_days` is None where the system says of no end to what it keeps.

    `asker` is in whose name it is asked, None where that does not matter to the system.
    """

    def __init__(
        self,
        described: PartMapping,
        upstream: Upstream,
        clock: Clock,
        observe: Observer,
        window: Window = WINDOW,
        retention_days: int | None = None,
        asker: Asker | None = None,
    ) -> None:
        self.part: Final[Part[R]] = described.part
        self.system: Final = upstream.system
        self.time_limit: Final = upstream.seconds
        self.retention_days: Final = retention_days
        self.most_at_once: Final = described.batch.size if described.batch is not None else 1
        self._described: Final = described
        self._reader: Final = Reader(described, upstream, observe, asker)
        self._guard: Final = upstream.guard
        self._clock: Final = clock
        self._observe: Final = observe
        self._window: Final = window

    async def fetch(self, crns: Sequence[Crn]) -> Mapping[Crn, Reading[R] | Fault]:
        """Return what is known of each: one call for as many as the system takes at once, or one each.

        A call that fails costs the customers that it was about.
        """
        now = self._clock()
        plain = [crn for crn in dict.fromkeys(crns) if is_plain(crn)]
        known: dict[Crn, Any] = {crn: BadData(self.system, "number") for crn in crns if not is_plain(crn)}
        calls = list(self._calls(plain))
        if len(calls) == 1:
            return known | await self._asked(*calls[0], now)
        places = asyncio.Semaphore(SIDE_BY_SIDE)

        async def asked(how: Endpoint, some: Sequence[Crn]) -> dict[Crn, Any]:
            async with places:
                return await self._asked(how, some, now)

        for some in await asyncio.gather(*(asked(how, some) for how, some in calls)):
            known |= some
        return known

    async def page(self, crn: Crn, wanted: Filter, before: Keyset | None, size: int) -> Page[Any]:
        """Return at most `size` items older than `before`, newest first.

        Of a system that pages no further than its window, what the window holds, and the gap behind it.
        """
        if not is_plain(crn):
            raise BadData(self.system, "number")
        if self._described.older is not None:
            return await Older(self._described.older, self._reader).page(crn, wanted, before, size)
        outcome: Any = (await self.fetch([crn])).get(crn)
        if isinstance(outcome, Fault):
            raise outcome
        items = outcome.record.items if outcome is not None else ()
        left = [one for one in items if wanted.admits(one) and (before is None or place(one) < before)]
        since = outcome.record.complete_since if outcome is not None else None
        ended = len(left) <= size and since is not None and (wanted.since is None or wanted.since < since)
        gaps = (SourceUnavailable(self.system, "depth"),) if ended else ()
        return Page(tuple(left[:size]), len(left) > size, gaps)

    def _calls(self, crns: Sequence[Crn]) -> Iterator[tuple[Endpoint, Sequence[Crn]]]:
        one, many = self._described.get, self._described.batch
        if one is not None and (many is None or len(crns) == 1):
            for crn in crns:
                yield one, [crn]
        elif many is not None:
            for start in range(0, len(crns), many.size):
                yield many, crns[start : start + many.size]

    async def _asked(
        self, endpoint: Endpoint, crns: Sequence[Crn], now: datetime
    ) -> dict[Crn, Reading[Any] | Fault]:
        values: Values = {
            "crns": crns,
            "crn": crns[0],
            "since": self._window.since(now),
            "items": self._window.items,
        }
        try:
            heard = await self._reader.read(endpoint, values)
        except Fault as fault:
            return await self._one_by_one(endpoint, crns, now, fault.with_traceback(None))
        unknown = (heard.unknown or set()) - {row.crn for row in heard.rows} - heard.in_doubt.keys()
        asked = [crn for crn in crns if crn not in unknown and not heard.silent]
        known = self._filed(asked, heard, now)
        return known | unanswered(self, asked, heard, known)

    async def _one_by_one(
        self, endpoint: Endpoint, crns: Sequence[Crn], now: datetime, fault: Fault
    ) -> dict[Crn, Reading[Any] | Fault]:
        """Return what is known of each of a few customers about whom a question together was refused."""
        single = self._described.get
        if single is None or endpoint is single or len(crns) > MOST_SINGLES or not is_refusal(fault):
            return dict.fromkeys(crns, fault)
        if not self._guard.may_repeat():
            return dict.fromkeys(crns, fault)
        self._observe(BatchFailed(self.part.name, self.system, len(crns)))
        known: dict[Crn, Reading[Any] | Fault] = {}
        for some in await asyncio.gather(*(self._asked(single, [crn], now) for crn in crns)):
            known |= some
        return known

    def _filed(self, crns: Sequence[Crn], heard: Heard, now: datetime) -> dict[Crn, Reading[Any] | Fault]:
        if not self.part.history:
            return filed_records(self, crns, heard, now, self._observe)
        says_complete = self._described.answers.coverage is not None
        floor = self._window.since(now) if self._described.asks_since and not says_complete else None
        return filed_histories(self, crns, heard, now, self._observe, floor, self._window.items)
