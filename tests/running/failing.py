"""Sources that fail for real: each stands in the place of a good one and goes wrong in one way."""

import asyncio
from collections.abc import Awaitable, Callable, Mapping, Sequence
from typing import Any

from sources.crn import Crn
from sources.errors import BadData, Fault, SourceUnavailable
from sources.parts import Part
from sources.parts.history import History, Keyset
from sources.source import Filter, Page, Reading, Source
from tests.sources.specimens import NOW, crn, record

Fetch = Callable[[Source[Any], Sequence[Crn]], Awaitable[Any]]

SOMEBODY_ELSE = crn(999_001)
PATIENCE = 0.15
"""Seconds that a hanging source is waited for."""


class Failing:
    """A source whose `fetch` goes another way; everything else is as it was."""

    def __init__(self, good: Source[Any], fetch: Fetch, only: Crn | None = None) -> None:
        self._good = good
        self._fetch = fetch
        self._only = only
        self.time_limit = PATIENCE if fetch is hangs else good.time_limit

    @property
    def part(self) -> Part[Any]:
        return self._good.part

    @property
    def system(self) -> str:
        return self._good.system

    @property
    def retention_days(self) -> int | None:
        return self._good.retention_days

    @property
    def most_at_once(self) -> int:
        return self._good.most_at_once

    async def fetch(self, crns: Sequence[Crn]) -> Mapping[Crn, Reading[Any] | Fault]:
        wrong: Mapping[Crn, Reading[Any] | Fault]
        if self._only is None:
            wrong = await self._fetch(self._good, crns)
            return wrong
        wrong = await self._fetch(self._good, [self._only])
        return {**await self._good.fetch([one for one in crns if one != self._only]), **wrong}

    async def page(self, crn: Crn, wanted: Filter, before: Keyset | None, size: int) -> Page[Any]:
        answer = await self.fetch([crn])
        if isinstance(fault := answer[crn], Fault):
            raise fault
        return await self._good.page(crn, wanted, before, size)


async def raises(good: Source[Any], crns: Sequence[Crn]) -> Any:
    raise SourceUnavailable(good.system, "refused")


async def hangs(good: Source[Any], crns: Sequence[Crn]) -> Any:
    await asyncio.sleep(60)


async def unreadable(good: Source[Any], crns: Sequence[Crn]) -> Any:
    return {each: BadData(good.system, "record") for each in crns}


async def mistaken(good: Source[Any], crns: Sequence[Crn]) -> Any:
    """Answers each customer with somebody else's record."""
    theirs = record(good.part, SOMEBODY_ELSE)
    told = History(SOMEBODY_ELSE, (theirs,)) if good.part.history else theirs
    return {each: Reading(told, NOW) for each in crns}


async def breaks(good: Source[Any], crns: Sequence[Crn]) -> Any:
    raise ZeroDivisionError(f"while reading {crns[0]}")


async def babbles(good: Source[Any], crns: Sequence[Crn]) -> Any:
    """Answers with a list, which the contract does not know."""
    return [record(good.part, each) for each in crns]


def failing(fetch: Fetch, only: Crn | None = None) -> Callable[[Source[Any]], Source[Any]]:
    def replace(good: Source[Any]) -> Source[Any]:
        return Failing(good, fetch, only)

    return replace
