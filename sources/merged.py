"""Several sources of one part: asked side by side, and made one by a rule. Each record says where it is from."""

import asyncio
from collections.abc import Mapping, Sequence
from datetime import datetime, timedelta
from typing import Any, Final, Generic, TypeVar

from msgspec.structs import replace

from sources.crn import Crn
from sources.errors import Fault, SourceUnavailable
from sources.parts import Part, Restriction
from sources.parts.history import History, Keyset, in_order, place
from sources.source import Clock, Filter, NothingKnown, Observer, Page, Reading, Source, ask, ask_page
from sources.words import Word

R = TypeVar("R")

APART: Final = "/"
_MINUTE: Final = timedelta(minutes=1)
_ROOM: Final = 100
"""So many things of one customer may happen at one source within a minute."""


class Rule(Word):
    """How the words of several sources become one."""

    FIRST = "first", "The first source of the list that knows the customer."
    UNION = "union", "The items of all of them, the same event once."
    STRICTEST = "strictest", "Restricted when one of them says so; unknown when one of them cannot be asked."


class Merged(Generic[R]):
    """One part, from several sources in the order of their priority.

    Items of all but the first carry their system's name before their number, so that numbers of two systems never
    meet. A member that cannot be asked is a gap in the reading, never silence.
    """

    def __init__(self, sources: Sequence[Source[R]], rule: Rule, clock: Clock, observe: Observer) -> None:
        self.part: Final[Part[R]] = sources[0].part
        self.system: Final = "+".join(source.system for source in sources)
        # each member keeps its own limit; this one only has to be longer than all of theirs
        self.time_limit: Final = 2 * max(source.time_limit for source in sources)
        kept = [source.retention_days for source in sources]
        self.retention_days: Final = None if None in kept else max(days for days in kept if days is not None)
        self.most_at_once: Final = min(source.most_at_once for source in sources)
        first, *others = sources
        named = (_Member(one, one.system + APART) for one in others)
        self._members: Final = (_Member(first, ""), *named)
        self._rule: Final = rule
        self._clock: Final = clock
        self._observe: Final = observe

    async def fetch(self, crns: Sequence[Crn]) -> Mapping[Crn, Reading[R] | Fault]:
        """Return what they know of each of the customers, together."""
        told = await asyncio.gather(
            *(ask(member.source, crns, self._clock, self._observe) for member in self._members)
        )
        found: dict[Crn, Reading[R] | Fault] = {}
        for crn in crns:
            each = [member.own(one[crn]) for member, one in zip(self._members, told, strict=True)]
            merged: Any = _MERGED[self._rule](each)
            if not isinstance(merged, NothingKnown):
                found[crn] = merged
        return found

    async def page(self, crn: Crn, wanted: Filter, before: Keyset | None, size: int) -> Page[Any]:
        """Return older items of all of them; raise the `Fault` of one that cannot be asked.

        Each is asked from the end of the minute in which the page before ended: of an event that two systems tell a
        moment apart, one may already have been shown.
        """
        asked = [(member, ids) for member in self._members if (ids := member.ids(wanted)) is not None]
        start = None if before is None else _end_of_minute(before)
        pages = await asyncio.gather(
            *(
                ask_page(member.source, crn, replace(wanted, ids=ids), start, size + _ROOM, self._observe)
                for member, ids in asked
            )
        )
        lists, more, gaps = [], False, list[Fault]()
        for (member, _), page in zip(asked, pages, strict=True):
            if isinstance(page, Fault):
                raise page
            if page.more and before is not None and all(place(item) >= before for item in page.items):
                raise SourceUnavailable(self.system, "depth")  # more than so many things within a minute
            more = more or page.more
            gaps += page.gaps
            lists.append([member.named(item) for item in page.items])
        left = [item for item in _once(lists) if before is None or place(item) < before]
        return Page(tuple(left[:size]), more or len(left) > size, tuple(gaps))


class _Member:
    """One of the sources, and what stands before its numbers."""

    def __init__(self, source: Source[Any], prefix: str) -> None:
        self.source: Final = source
        self._prefix: Final = prefix

    def own(self, outcome: Any) -> Any:
        """Return an outcome with its numbers, and the system that tells it, named."""
        if not isinstance(outcome, Reading):
            return outcome
        record = outcome.record
        if isinstance(record, History) and self._prefix:
            items = tuple(self.named(item) for item in record.items)
            record = History(record.crn, items, record.complete_since)
        return replace(outcome, record=record, told_by=self.source.system)

    def named(self, item: Any) -> Any:
        """Return an item under the number that it has among those of all members."""
        return replace(item, id=self._prefix + item.id) if self._prefix else item

    def ids(self, wanted: Filter) -> frozenset[str] | None:
        """Return which of the wanted numbers are this member's; None when numbers are wanted, and none of its own."""
        if not wanted.ids:
            return wanted.ids
        own = {one.removeprefix(self._prefix) for one in wanted.ids if one.startswith(self._prefix)}
        return frozenset(own) or None


def _first(outcomes: Sequence[Any]) -> Any:
    faults: list[Fault] = []
    for outcome in outcomes:
        if isinstance(outcome, Fault):
            faults.append(outcome)
        elif isinstance(outcome, Reading):
            return replace(outcome, gaps=(*faults, *outcome.gaps))
    return faults[0] if faults else outcomes[0]


def _union(outcomes: Sequence[Any]) -> Any:
    readings = [outcome for outcome in outcomes if isinstance(outcome, Reading)]
    faults = [outcome for outcome in outcomes if isinstance(outcome, Fault)]
    if not readings:
        return faults[0] if faults else outcomes[0]
    if len(readings) == 1 and not faults:
        return readings[0]
    items = in_order(_once([reading.record.items for reading in readings]))
    since = [reading.record.complete_since for reading in readings]
    known = [at for at in since if at is not None]
    record = History(readings[0].record.crn, items, max(known) if known else None)
    gaps = (*faults, *(gap for reading in readings for gap in reading.gaps))
    told_by = "+".join(reading.told_by for reading in readings)
    return Reading(record, min(reading.read_at for reading in readings), gaps, told_by)


def _strictest(outcomes: Sequence[Any]) -> Any:
    """Return the restriction that all of them allow; a member that cannot be asked leaves it unknown."""
    restricted = [one for one in outcomes if isinstance(one, Reading) and one.record.restricted]
    faults = [one for one in outcomes if isinstance(one, Fault)]
    if faults:
        return faults[0]
    if not restricted:
        return _first(outcomes)
    merged = restricted[0]
    for other in restricted[1:]:
        merged = replace(merged, record=_both(merged.record, other.record))
    return merged


def _both(one: Restriction, other: Restriction) -> Restriction:
    listed = {other.manager, *other.officers}
    return Restriction(
        one.crn,
        restricted=True,
        manager=one.manager if one.manager in listed else None,
        officers=tuple(officer for officer in one.officers if officer in listed),
        temporary=one.temporary if one.temporary == other.temporary else None,
    )


_MERGED: Final = {Rule.FIRST: _first, Rule.UNION: _union, Rule.STRICTEST: _strictest}


def _once(lists: Sequence[Sequence[Any]]) -> list[Any]:
    """Return all items, newest first; of the same event told by two sources, the one of the first (BR-GW-8)."""
    seen: set[Any] = set()
    kept: list[Any] = []
    for items in lists:
        fresh = [item for item in items if seen.isdisjoint(_marks(item))]
        seen.update(mark for item in items for mark in _marks(item))
        kept += fresh
    return list(in_order(kept))


def _marks(item: Any) -> list[Any]:
    """Return by what the same event is known: its number at the system that keeps it, or what was sent, when, and to
    whom."""
    marks: list[Any] = [item.source]
    if getattr(item, "template", None) is not None:
        marks.append((item.channel, item.template, _minute(item.at), item.recipient_masked))
    return marks


def _end_of_minute(before: Keyset) -> Keyset | None:
    try:
        return Keyset(_minute(before.at) + _MINUTE, "")
    except OverflowError:
        return None  # the last minute of all calendars


def _minute(at: datetime) -> datetime:
    return at.replace(second=0, microsecond=0)
