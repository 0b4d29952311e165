"""A customer's timeline: pages over everything that happened, whoever told it, and what is missing, honestly."""

import asyncio
from collections.abc import Collection, Iterable, Sequence
from datetime import date
from functools import partial
from typing import Any

import msgspec
from msgspec import Struct

from resolvers.cards.listing import first_day
from resolvers.customer import Picture
from resolvers.paging import Edge, PageInfo
from resolvers.recency import Recency
from resolvers.refusal import Refusal
from resolvers.scope import Failure, Scope
from resolvers.sealing import Cursor, cursor_text
from resolvers.timeline.asked import Asked, checked, sieve
from resolvers.timeline.drawing import Draught, Stream, draw
from resolvers.timeline.entry import Entry, Place, TimelineKind
from resolvers.timeline.merging import Merged, merged
from resolvers.timeline.related import FEEDING, people
from resolvers.timeline.sections import PartState, TimelineSection, left_out, sections
from sources.errors import Fault
from sources.parts import CUSTOMER, Part

TIMELINE_PARTS: tuple[Part[Any], ...] = (CUSTOMER, *FEEDING)
MOST_PINNED = 100
BROKEN_OFF = "!"
"""Stands behind the name of a stream that could not be drawn to its end: nothing older of it follows."""


class TimelineDay(Struct, frozen=True):
    """The entries of a page that fall on one local day."""

    date: date
    recency: Recency | None
    entries: tuple[Entry, ...]


class Timeline(Struct, frozen=True):
    """One page of a timeline."""

    edges: tuple[Edge[Entry], ...]
    page_info: PageInfo
    days: tuple[TimelineDay, ...]
    pinned: tuple[Entry, ...]
    sections: tuple[TimelineSection, ...]


class Turn(Struct, frozen=True):
    """One page as it is asked for: after which cursor, on which day its first page was."""

    scope: Scope
    asked: Asked
    first: int
    start: Cursor[Place] | None
    bound: str
    path: tuple[str | int, ...]

    @property
    def place(self) -> Place | None:
        """Where the page before ended."""
        return self.start.place if self.start is not None else None

    @property
    def parts(self) -> tuple[str, ...]:
        """The streams that the page before was merged from; those that broke off are marked."""
        return self.start.parts if self.start is not None else ()

    @property
    def day(self) -> date:
        """The local day of the first page."""
        return (self.start.day if self.start is not None else None) or self.scope.today

    def tell(self, faults: Iterable[Fault | Refusal]) -> None:
        """Let faults stand among the errors."""
        self.scope.failures.extend(Failure(self.path, fault) for fault in faults)


async def timeline(
    picture: Picture, asked: Asked, first: int, after: str | None, path: Collection[str | int]
) -> Timeline:
    """Return a page; what could not be had of it stands in `sections`, and as a failure at the path.

    Raise the refusal or the fault when nothing at all can be read.
    """
    scope = picture.scope
    picture.found(CUSTOMER)  # whoever is not let in is told why, as by every section
    asked = checked(scope, asked)
    bound = f"timeline:{picture.number}:{asked.binding}"
    start = scope.pager(first, after, bound).start(Place)
    turn = Turn(scope, asked, first, start, bound, tuple(path))
    states = sections(scope, await people(picture, asked))
    streams = [state.stream for state in states if state.stream is not None]
    if not any(stream.subject.picture is picture for stream in streams):
        raise next((state.faults[0] for state in states if state.faults), Refusal("FORBIDDEN_FIELD"))
    turn.tell(fault for state in states for fault in state.faults)
    if start is not None and [one.removesuffix(BROKEN_OFF) for one in start.parts] != [
        stream.name for stream in streams
    ]:
        turn.tell(
            [Refusal("CONFLICT", "Other sources answered the page before: start again without `after`.")]
        )
        nothing = PageInfo(False, True, None, None)
        return Timeline((), nothing, (), (), tuple(left_out(state) for state in states))
    return await _page(turn, streams, states)


async def _page(turn: Turn, streams: Sequence[Stream], states: Sequence[PartState]) -> Timeline:
    pinned, drawn = await asyncio.gather(
        _pinned(turn, streams), asyncio.gather(*(_draw(turn, one) for one in streams))
    )
    turn.tell(fault for one in drawn for fault in _faults(one))
    wanted, up = sieve(turn.asked), {entry.place for entry in pinned}
    page = merged(
        [one.drawn for one in drawn],
        turn.place,
        turn.first,
        lambda entry: entry.place not in up and wanted(entry),
    )
    parts = tuple(one.stream.name + BROKEN_OFF * _broke(turn, one) for one in drawn)
    seal = partial(_sealed, turn, parts)
    return Timeline(
        edges=tuple(Edge(entry, lambda one: seal(one.place)) for entry in page.entries),
        page_info=_info(page, seal, previous=turn.start is not None),
        days=_days(page.entries),
        pinned=pinned,
        sections=tuple(state.told(_of(state.stream, drawn)) for state in states),
    )


async def _draw(turn: Turn, stream: Stream) -> Draught:
    whole = stream.name + BROKEN_OFF not in turn.parts
    return await draw(turn.scope, stream, turn.asked, turn.place, turn.first, whole=whole)


async def _pinned(turn: Turn, streams: Sequence[Stream]) -> tuple[Entry, ...]:
    """Return the business imperatives within the filter, by the windows of their cards, the newest so many."""
    scope, asked = turn.scope, turn.asked
    reasons = scope.policy.cards.pinned
    kinds = frozenset(kind for kind in TimelineKind if kind.value in reasons)
    kinds = kinds & asked.kinds if asked.kinds else kinds
    if not kinds:
        return ()
    firsts = {kind: first_day(scope, kind, turn.day, None) for kind in kinds}  # type: ignore[arg-type]
    since = max(min(firsts.values()), asked.since or date.min)
    if asked.until is not None and asked.until < since:
        return ()
    narrow = msgspec.structs.replace(asked, kinds=kinds, since=since)
    drawn = await asyncio.gather(
        *(draw(scope, stream, narrow, None, MOST_PINNED, whole=True) for stream in streams)
    )
    wanted = sieve(narrow)
    found = merged(
        [one.drawn for one in drawn],
        None,
        MOST_PINNED,
        lambda entry: wanted(entry) and entry.day >= firsts[entry.kind],
    )
    return tuple(
        msgspec.structs.replace(entry, pinned=True, pin_reason=reasons[entry.kind.value])
        for entry in found.entries
    )


def _sealed(turn: Turn, parts: tuple[str, ...], place: Place) -> str:
    return cursor_text(turn.scope.sealer, Cursor(place, {}, turn.day, parts), turn.bound)


def _info(page: Merged, seal: Any, *, previous: bool) -> PageInfo:
    """Return where the page begins and ends: after `end_cursor` it goes on, even where it shows nothing."""
    first = page.entries[0].place if page.entries else None
    last = page.end if page.more else (page.entries[-1].place if page.entries else None)
    return PageInfo(
        has_next_page=page.more,
        has_previous_page=previous,
        start_cursor=seal(first) if first is not None else None,
        end_cursor=seal(last) if last is not None else None,
    )


def _days(entries: Iterable[Entry]) -> tuple[TimelineDay, ...]:
    heaps: dict[date, list[Entry]] = {}
    for entry in entries:
        heaps.setdefault(entry.day, []).append(entry)
    return tuple(
        TimelineDay(day, heaps[day][0].recency, tuple(heaps[day])) for day in sorted(heaps, reverse=True)
    )


def _faults(one: Draught) -> tuple[Fault, ...]:
    return (*((one.fault,) if one.fault is not None else ()), *one.gaps)


def _broke(turn: Turn, one: Draught) -> bool:
    return one.fault is not None or one.stream.name + BROKEN_OFF in turn.parts


def _of(stream: Stream | None, drawn: Iterable[Draught]) -> Draught | None:
    return next((one for one in drawn if one.stream is stream), None)
