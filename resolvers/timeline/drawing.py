"""Drawing from the parts that feed a timeline: from readings as far as they reach, then from their sources."""

from datetime import datetime
from typing import Any

from msgspec import Struct

from resolvers.histories import held_items, older_items
from resolvers.scope import Scope
from resolvers.timeline.asked import Asked, source_filter
from resolvers.timeline.entry import Place
from resolvers.timeline.merging import Drawn, before, minute
from resolvers.timeline.related import Subject
from resolvers.timeline.telling import Teller
from sources.errors import Fault
from sources.parts import CORRESPONDENCE, DEBT, INTERACTION, Part
from sources.parts.history import Keyset
from sources.source import Filter

PAGED: tuple[Part[Any], ...] = (INTERACTION, CORRESPONDENCE)
"""The parts that are drawn page by page; of the others the reading is all there is."""


class Stream(Struct, frozen=True):
    """One part of one person that answered."""

    subject: Subject
    part: Part[Any]

    @property
    def name(self) -> str:
        """What a cursor calls it."""
        return f"{self.part.name}@{self.subject.picture.number}"


class Draught(Struct, frozen=True):
    """What was drawn from a stream, and where it broke off: the fault, and the moment down to which it is complete."""

    stream: Stream
    drawn: Drawn
    fault: Fault | None = None
    complete_since: datetime | None = None
    gaps: tuple[Fault, ...] = ()


async def draw(
    scope: Scope, stream: Stream, asked: Asked, start: Place | None, first: int, *, whole: bool
) -> Draught:
    """Draw enough for a page after a place. Without `whole` only from the reading: it broke off on a page before."""
    picture, part = stream.subject.picture, stream.part
    teller = Teller(picture, part, stream.subject.person)
    if part not in PAGED:
        record = picture.record(part)
        edge = record.complete_since if part is DEBT and record is not None else None
        drawn = Drawn(part.name, picture.number, teller.record(record))
        return Draught(stream, drawn, complete_since=edge)
    wanted = source_filter(scope, asked, part)
    if wanted is None:
        return Draught(stream, Drawn(part.name, picture.number, ()))
    rules = scope.policy.timeline
    size = rules.room + (max(first, rules.scanned) if asked.scans else first)
    place = before(start, part.name, picture.number)
    return await _items(scope, stream, teller, wanted, _from(part, place), place, size, whole=whole)


async def _items(
    scope: Scope,
    stream: Stream,
    teller: Teller,
    wanted: Filter,
    begin: Keyset | None,
    place: Keyset | None,
    size: int,
    *,
    whole: bool,
) -> Draught:
    picture, part = stream.subject.picture, stream.part
    try:
        if not whole:
            return _held(stream, teller, wanted, begin)
        page = await older_items(scope, picture, part, wanted, begin, size)
        if page.more and begin != place and page.items and _not_after(page.items[-1], place):
            page = await older_items(scope, picture, part, wanted, place, size)  # a very full minute
    except Fault as fault:
        held = _held(stream, teller, wanted, begin)
        return Draught(stream, held.drawn, fault, held.complete_since)
    last = page.items[-1] if page.items else None
    end = Place(last.at, part.name, picture.number, last.id) if last is not None else None
    drawn = Drawn(part.name, picture.number, teller.items(page.items), page.more, end)
    return Draught(stream, drawn, gaps=page.gaps)


def _held(stream: Stream, teller: Teller, wanted: Filter, begin: Keyset | None) -> Draught:
    """Return what the reading is sure of: nothing else of the stream is shown any more."""
    picture, part = stream.subject.picture, stream.part
    history = picture.record(part)
    items = held_items(history, wanted, begin)
    since = history.complete_since if history is not None else None
    return Draught(stream, Drawn(part.name, picture.number, teller.items(items)), None, since)


def _from(part: Part[Any], place: Keyset | None) -> Keyset | None:
    """Return from where a part is drawn: letters and messages from the end of the minute, since one that was shown
    already may be told as an interaction, too."""
    if place is None or part is not CORRESPONDENCE:
        return place
    try:
        return Keyset(datetime.fromtimestamp((minute(place.at) + 1) * 60, place.at.tzinfo), "")
    except (OverflowError, ValueError):
        return None


def _not_after(item: Any, place: Keyset | None) -> bool:
    return place is not None and Keyset(item.at, item.id) >= place
