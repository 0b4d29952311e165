"""Drawing from the parts that feed a timeline: from readings as far as they reach, then from their sources."""

import asyncio
from collections.abc import Callable, Sequence
from datetime import datetime
from functools import partial
from typing import Any, Final

from msgspec import Struct

from resolvers.histories import held_items, held_page, older_items
from resolvers.manner import Manner
from resolvers.scope import Scope
from resolvers.timeline.asked import Asked, source_filter
from resolvers.timeline.entry import Entry, Place
from resolvers.timeline.merging import Drawn, before
from resolvers.timeline.reading import Telling
from resolvers.timeline.related import Subject
from resolvers.timeline.twins import minute
from sources.errors import Fault
from sources.parts import CORRESPONDENCE, DEBT, INTERACTION, Part
from sources.parts.history import Keyset
from sources.source import EVERYTHING, Filter, Page

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

    @property
    def reading(self) -> Any:
        """What is at hand: a reading, or that its source knows nothing."""
        return self.subject.picture.found(self.part).value

    @property
    def record(self) -> Any:
        """The record at hand; None where its source knows nothing."""
        return self.subject.picture.record(self.part)


class Reached(Struct, frozen=True):
    """How far a stream was drawn: where it broke off the fault, and the moment down to which it is complete."""

    fault: Fault | None = None
    complete_since: datetime | None = None
    gaps: tuple[Fault, ...] = ()


WHOLE: Final = Reached()


class Draught(Struct, frozen=True):
    """What was drawn from a stream, and how far. `older` is whether its source was asked for more than is at hand."""

    drawn: Drawn
    reached: Reached = WHOLE
    older: bool = False


class Draw(Struct, frozen=True):
    """A draw from a stream of enough for a page after a place. Without `whole` it is only from the reading: it broke
    off on a page before."""

    scope: Scope
    manner: Manner
    stream: Stream
    asked: Asked
    start: Place | None
    first: int
    whole: bool

    def at_hand(self) -> Draught | None:
        """Return what is drawn where all of it is at hand; None where its source has to be asked."""
        stream, part = self.stream, self.stream.part
        if part not in PAGED:
            record = stream.record
            edge = record.complete_since if part is DEBT and record is not None else None
            return Draught(self._drawn(self._telling.record(record)), Reached(complete_since=edge))
        wanted = self._wanted
        if wanted is None:
            return Draught(self._drawn(()))
        if not self.whole:
            return self._held(wanted)
        place, begin = self._places
        page = held_page(stream.record, wanted, begin, self._size)
        if page is not None and _must_skip(page, begin, place):
            page = held_page(stream.record, wanted, place, self._size)
        return self._of_page(page, self._telling.items) if page is not None else None

    async def older(self) -> Draught:
        """Return what is drawn from the source of a history; what is at hand, and the fault, where that fails."""
        stream, wanted = self.stream, self._wanted or EVERYTHING
        place, begin = self._places
        ask = partial(older_items, self.scope, stream.subject.picture, stream.part, wanted)
        try:
            page = await ask(begin, self._size)
            if _must_skip(page, begin, place):
                page = await ask(place, self._size)
        except Fault as fault:
            held = self._held(wanted)
            return Draught(held.drawn, Reached(fault, held.reached.complete_since), older=True)
        return self._of_page(page, self._telling.others, older=True)

    @property
    def _telling(self) -> Telling:
        stream = self.stream
        subject = stream.subject
        return Telling(self.manner, stream.part, subject.picture.number, subject.person, stream.reading)

    @property
    def _wanted(self) -> Filter | None:
        return source_filter(self.scope, self.asked, self.stream.part)

    @property
    def _size(self) -> int:
        rules = self.scope.policy.timeline
        return rules.room + (max(self.first, rules.scanned) if self.asked.scans else self.first)

    @property
    def _places(self) -> tuple[Keyset | None, Keyset | None]:
        """The place after which the page goes on, and the one from which is drawn."""
        part = self.stream.part
        place = before(self.start, part.name, self.stream.subject.picture.number)
        return place, _from(part, place)

    def _drawn(self, entries: Sequence[Entry], *, more: bool = False, end: Place | None = None) -> Drawn:
        return Drawn(self.stream.part.name, self.stream.subject.picture.number, entries, more, end)

    def _of_page(
        self, page: Page[Any], tell: Callable[[Sequence[Any]], list[Entry]], *, older: bool = False
    ) -> Draught:
        part, number = self.stream.part, self.stream.subject.picture.number
        last = page.items[-1] if page.items else None
        end = Place(last.at, part.name, number, last.id) if last is not None else None
        return Draught(self._drawn(tell(page.items), more=page.more, end=end), Reached(gaps=page.gaps), older)

    def _held(self, wanted: Filter) -> Draught:
        """Return what the reading is sure of: nothing else of the stream is shown any more."""
        history = self.stream.record
        items = held_items(history, wanted, self._places[1])
        since = history.complete_since if history is not None else None
        return Draught(self._drawn(self._telling.items(items)), Reached(complete_since=since))


async def drawn(draws: Sequence[Draw]) -> list[Draught]:
    """Return what is drawn: at once where all is at hand, else from the sources, side by side."""
    found = [one.at_hand() for one in draws]
    asked = [one.older() for one, at_hand in zip(draws, found, strict=True) if at_hand is None]
    older = iter(await asyncio.gather(*asked) if asked else ())
    return [one if one is not None else next(older) for one in found]


def _from(part: Part[Any], place: Keyset | None) -> Keyset | None:
    """Return from where a part is drawn: letters and messages from the end of the minute, since one that was shown
    already may be told as an interaction, too."""
    if place is None or part is not CORRESPONDENCE:
        return place
    try:
        return Keyset(datetime.fromtimestamp((minute(place.at) + 1) * 60, place.at.tzinfo), "")
    except (OverflowError, ValueError):
        return None


def _must_skip(page: Page[Any], begin: Keyset | None, place: Keyset | None) -> bool:
    """Tell whether a page ends before it reaches the place after which it is to go on: a very full minute."""
    if not page.more or begin == place or place is None or not page.items:
        return False
    last = page.items[-1]
    return Keyset(last.at, last.id) >= place
