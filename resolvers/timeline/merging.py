"""One list out of several: entries newest first, each event once, as far as all that feed it are known. Pure."""

from collections.abc import Callable, Sequence
from datetime import timedelta
from itertools import islice

from msgspec import Struct

from resolvers.timeline.entry import Entry, Place
from resolvers.timeline.twins import may_repeat, minute, told_twice
from sources.crn import Crn
from sources.parts import CORRESPONDENCE
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
    known = listed
    if start is not None:
        known = [entry for entry in known if entry.place < start]
    if horizon is not None:
        known = [entry for entry in known if entry.place >= horizon]
    known, cut = _decided(known, drawn)
    twice = told_twice(listed)
    wanted = (entry for entry in known if not (twice and entry.place in twice) and admits(entry))
    found = tuple(islice(wanted, first + 1))  # one more tells whether more follows
    page = found[:first]
    if len(found) > first:
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


def _decided(known: list[Entry], drawn: Sequence[Drawn]) -> tuple[list[Entry], bool]:
    """Return the entries down to the first of which it is not known whether another part tells it, too.

    When that is the very first one it is shown as it is: more than so many messages in its minute hide its twin.
    """
    left_off = {
        one.crn: minute(one.end.at)
        for one in drawn
        if one.part == CORRESPONDENCE.name and one.more and one.end is not None
    }
    if not left_off:
        return known, False
    for index, entry in enumerate(known):
        edge = left_off.get(entry.place.crn)
        if index and edge is not None and may_repeat(entry) and minute(entry.place.at) <= edge:
            return known[:index], True
    return known, False


def _place(entry: Entry) -> Place:
    return entry.place
