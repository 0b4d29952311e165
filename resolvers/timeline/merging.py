"""One list out of several: entries newest first, each event once, as far as all that feed it are known. Pure."""

from collections.abc import Callable, Sequence
from datetime import datetime, timedelta

from msgspec import Struct

from resolvers.timeline.entry import Entry, Place
from sources.crn import Crn
from sources.parts import CORRESPONDENCE, INTERACTION
from sources.parts.history import Keyset

_INSTANT = timedelta(microseconds=1)


class Drawn(Struct, frozen=True):
    """What came of drawing from one part of one person: entries, newest first, down to `end` when there is `more`."""

    part: str
    crn: Crn
    entries: Sequence[Entry]
    more: bool = False
    end: Place | None = None


class Merged(Struct, frozen=True):
    """A page of the list, whether more may follow, and the place after which it does."""

    entries: tuple[Entry, ...]
    more: bool
    end: Place | None


def merged(
    drawn: Sequence[Drawn], start: Place | None, first: int, admits: Callable[[Entry], bool]
) -> Merged:
    """Return the entries after a place that are wanted, `first` at most.

    Below the place at which a part was left off nothing is given: what else is there may belong in between. So a page
    may be short, or empty, and more may follow all the same.
    """
    horizon = max((one.end for one in drawn if one.more and one.end is not None), default=None)
    listed = sorted((entry for one in drawn for entry in one.entries), key=_place, reverse=True)
    known = [
        entry
        for entry in listed
        if (start is None or entry.place < start) and (horizon is None or entry.place >= horizon)
    ]
    known, cut = _decided(known, drawn)
    twice = _told_twice(listed)
    wanted = [entry for entry in known if entry.place not in twice and admits(entry)]
    page = tuple(wanted[:first])
    if len(wanted) > first:
        return Merged(page, True, page[-1].place)
    if cut and known:
        return Merged(page, True, known[-1].place)
    return Merged(page, horizon is not None, horizon)


def before(place: Place | None, part: str, crn: Crn) -> Keyset | None:
    """Return where one part of one person goes on after a place of the whole list; None for its beginning."""
    if place is None:
        return None
    own, theirs = (part, crn), (place.part, place.crn)
    if own == theirs:
        return Keyset(place.at, place.id)
    try:
        return Keyset(place.at + _INSTANT if own < theirs else place.at, "")
    except OverflowError:
        return None


def minute(at: datetime) -> int:
    """Return the number of a moment's minute."""
    return int(at.timestamp() // 60)


def _decided(known: list[Entry], drawn: Sequence[Drawn]) -> tuple[list[Entry], bool]:
    """Return the entries down to the first of which it is not known whether another part tells it, too.

    When that is the very first one it is shown as it is: more than so many messages in its minute hide its twin.
    """
    left_off = {
        one.crn: minute(one.end.at)
        for one in drawn
        if one.part == CORRESPONDENCE.name and one.more and one.end is not None
    }
    for index, entry in enumerate(known):
        edge = left_off.get(entry.place.crn)
        if index and edge is not None and _may_repeat(entry) and minute(entry.place.at) <= edge:
            return known[:index], True
    return known, False


def _told_twice(listed: Sequence[Entry]) -> set[Place]:
    """Return the places of interactions that are told as correspondence as well: the letter or message says more."""
    told = {
        (entry.place.crn, mark)
        for entry in listed
        if entry.place.part == CORRESPONDENCE.name
        for mark in entry.marks
    }
    return {
        entry.place
        for entry in listed
        if _may_repeat(entry) and any((entry.place.crn, mark) in told for mark in entry.marks)
    }


def _may_repeat(entry: Entry) -> bool:
    return entry.place.part == INTERACTION.name


def _place(entry: Entry) -> Place:
    return entry.place
