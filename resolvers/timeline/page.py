"""One page of a timeline, as it was merged: it knows no request, so that it can be shown to the next one, too."""

from collections.abc import Iterable
from datetime import date

from msgspec import Struct

from resolvers.paging import Edge, PageInfo
from resolvers.recency import Recency
from resolvers.sealing import Cursor, Sealer, cursor_text
from resolvers.timeline.entry import Entry, Place
from resolvers.timeline.sections import TimelineSection


class Seal(Struct, frozen=True):
    """What seals the cursors of a page: `day` is that of the first page, `parts` are the streams of this one, `bound`
    names the list."""

    sealer: Sealer
    day: date
    parts: tuple[str, ...]
    bound: str

    def place(self, place: Place) -> str:
        """Return the cursor of a place."""
        return cursor_text(self.sealer, Cursor(place, {}, self.day, self.parts), self.bound)

    def entry(self, entry: Entry) -> str:
        """Return the cursor of an entry."""
        return self.place(entry.place)


class TimelineDay(Struct, frozen=True):
    """The entries of a page that fall on one local day."""

    date: date
    recency: Recency | None
    entries: tuple[Entry, ...]


class Timeline(Struct, frozen=True, weakref=True):
    """One page: entries in order, and whether more follow after `end`; `pinned` stand beside them, and `previous` is
    whether it follows another one. What few ask for is worked out where it is asked for."""

    edges: tuple[Edge[Entry], ...]
    more: bool
    end: Place | None
    pinned: tuple[Entry, ...]
    sections: tuple[TimelineSection, ...]
    seal: Seal
    previous: bool

    @property
    def page_info(self) -> PageInfo:
        """Where the page begins and ends: after `end_cursor` it goes on, even where it shows nothing."""
        first, last = (self.edges[at].node.place if self.edges else None for at in (0, -1))
        end = self.end if self.more else last
        return PageInfo(
            has_next_page=self.more,
            has_previous_page=self.previous,
            start_cursor=self.seal.place(first) if first is not None else None,
            end_cursor=self.seal.place(end) if end is not None else None,
        )

    @property
    def days(self) -> tuple[TimelineDay, ...]:
        """The entries by day, the newest first."""
        return _days(edge.node for edge in self.edges)


def _days(entries: Iterable[Entry]) -> tuple[TimelineDay, ...]:
    heaps: dict[date, list[Entry]] = {}
    for entry in entries:
        heaps.setdefault(entry.day, []).append(entry)
    return tuple(
        TimelineDay(day, heaps[day][0].recency, tuple(heaps[day])) for day in sorted(heaps, reverse=True)
    )
