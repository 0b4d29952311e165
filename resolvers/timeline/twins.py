"""Events that two parts tell: an interaction that is told as a letter or message, too, is shown once (BR-GW-8)."""

from collections.abc import Sequence
from datetime import datetime
from typing import TypeAlias

from resolvers.cards.correspondence import CHANNELS
from resolvers.timeline.entry import Entry, Place
from sources.crn import Crn
from sources.parts import CORRESPONDENCE, INTERACTION
from sources.parts.interaction import Channel

Minute: TypeAlias = tuple[Crn, int]
Mark: TypeAlias = tuple[str, str, str]


def minute(at: datetime) -> int:
    """Return the number of a moment's minute."""
    return int(at.timestamp() // 60)


def may_repeat(entry: Entry) -> bool:
    """Tell whether another part may tell the same event, and say more of it."""
    return entry.place.part == INTERACTION.name


def told_twice(listed: Sequence[Entry]) -> set[Place]:
    """Return the places of interactions that are told as correspondence as well: the letter or message says more."""
    written: dict[Minute, set[Mark]] = {}
    for entry in listed:
        if entry.place.part == CORRESPONDENCE.name:
            written.setdefault(_minute(entry), set()).update(_marks(entry))
    if not written:
        return set()
    return {
        entry.place
        for entry in listed
        if may_repeat(entry)
        and (told := written.get(_minute(entry))) is not None
        and not told.isdisjoint(_marks(entry))
    }


def _minute(entry: Entry) -> Minute:
    return entry.place.crn, minute(entry.place.at)


def _marks(entry: Entry) -> tuple[Mark, ...]:
    """Return by what the same event is known when another part tells it within the same minute.

    No interaction says to whom something was sent, so the recipient is taken to be the customer's own.
    """
    item = entry.item
    number = ("number", item.source.system, item.source.native_id)
    if may_repeat(entry):
        code, way = item.activity, item.channel
    else:
        code, way = item.template, CHANNELS.get(item.channel, Channel.OTHER)
    return (number, ("sent", way.value, code)) if code is not None else (number,)
