"""Pages of older items: as many questions as one page takes, and no more than so many."""

from collections.abc import Sequence
from contextlib import suppress
from datetime import datetime, timedelta
from typing import Any, Final

from sources.crn import Crn
from sources.errors import BadData, SourceUnavailable, WrongSubject
from sources.http.endpoints import Endpoint
from sources.http.reading import Reader
from sources.http.templates import Values
from sources.parts.history import Keyset, in_order, place
from sources.source import Filter, Page

_MOST_QUESTIONS: Final = 20
_ROWS: Final = 200
_MOST_ROWS: Final = 12_800
_FEW: Final = 10
"""No system stops at so few rows of its own accord."""
_SECOND: Final = timedelta(seconds=1)


class Older:
    """Pages through a history by the time of its items. What the system does not filter is filtered here."""

    def __init__(self, endpoint: Endpoint, reader: Reader) -> None:
        self._endpoint: Final = endpoint
        self._reader: Final = reader

    async def page(self, crn: Crn, wanted: Filter, before: Keyset | None, size: int) -> Page[Any]:
        """Return at most `size` items, newest first; raise a `Fault`.

        A system may give fewer rows than it is asked for: it has no more when it gives nothing older, whatever it is
        asked. One that holds so much else that the page is not full after so many questions is unavailable for it: a
        short page would say that there is no more.
        """
        found: list[Any] = []
        gaps: tuple[BadData, ...] = ()
        rows, came = max(_ROWS, size + 1), 0
        if before is None and wanted.until is not None:
            with suppress(OverflowError):  # the end of all calendars: whatever there is comes before it
                before = Keyset(wanted.until + _SECOND, "")
        for _ in range(_MOST_QUESTIONS):
            items, told, lost = await self._some(crn, before, rows)
            gaps = gaps or lost
            found += [item for item in items if wanted.admits(item)]
            if len(found) > size or _is_enough(wanted, found, items):
                return Page(tuple(found[:size]), len(found) > size, gaps)
            if items:
                before, came = place(items[-1]), 0
            elif before is None or told < _FEW or (told <= came and await self._is_end(crn, before, rows)):
                return Page(tuple(found), False, gaps)
            else:  # all of them at one moment, which a question by time cannot get past
                rows, came = min(rows * 2, _MOST_ROWS), told
        raise SourceUnavailable(self._reader.system, "depth")

    async def _is_end(self, crn: Crn, before: Keyset, rows: int) -> bool:
        """Tell whether a system that gave nothing older, and no more when it was asked for more, has nothing older.

        Raise the `Fault` when it has: it stops within one moment, and what else is there cannot be had.
        """
        try:
            earlier = Keyset(before.at.replace(microsecond=0) - 2 * _SECOND, "")
        except OverflowError:
            return True  # the beginning of all calendars
        items, _, _ = await self._some(crn, earlier, rows)
        if items:
            raise SourceUnavailable(self._reader.system, "depth")
        return True

    async def _some(
        self, crn: Crn, before: Keyset | None, rows: int
    ) -> tuple[list[Any], int, tuple[BadData, ...]]:
        """Return the items older than a place, how many rows came in all, and the gap that lost rows leave."""
        values: Values = {"crn": crn, "rows": rows, "items": rows, "before": _after(before)}
        heard = await self._reader.read(self._endpoint, values)
        if any(row.crn != crn for row in heard.rows) or heard.in_doubt.keys() - {crn}:
            raise WrongSubject(self._reader.system)
        items = in_order(heard.rows)
        older = [item for item in items if before is None or place(item) < before]
        gaps = (BadData(self._reader.system, "record"),) if heard.lost else ()
        return older, len(heard.rows) + heard.lost, gaps


def _is_enough(wanted: Filter, found: Sequence[Any], items: Sequence[Any]) -> bool:
    """Tell whether nothing older can be wanted: everything that was asked for by number is there, or it is too old."""
    if wanted.ids and len(found) >= len(wanted.ids):
        return True
    return wanted.since is not None and bool(items) and items[-1].at < wanted.since


def _after(before: Keyset | None) -> datetime | None:
    """Return a whole second after a place: whether a system gives what is at the moment or only what is before it, and
    however finely it reads times, nothing is passed over. What is too new is left out here."""
    try:
        return None if before is None else before.at.replace(microsecond=0) + 2 * _SECOND
    except OverflowError:
        return None  # the end of all calendars: whatever there is comes before it
