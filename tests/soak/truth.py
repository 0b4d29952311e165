"""What the sources hold, and since when: which edition of a record a reader may still be shown.

Every record that is written bears its edition behind its person's mark, and every place that shows it repeats it.
"""

import re
from collections.abc import Iterator, Mapping
from datetime import datetime
from typing import Any, Final

import msgspec
from msgspec import Struct

from cache import FRESHNESS
from cache.freshness import freshness
from cache.two_levels import NEAR_SECONDS
from sources.crn import Crn
from tests.chaos.stage import Asked

WORDS: Final = {
    "name": "customer",
    "call": "interaction",
    "letter": "correspondence",
    "debt": "debt",
    "case": "ownership",
}
"""The word behind an edition, and the part that shows it."""
EDITION: Final = re.compile(r"Mark\d{4}v(\d+)-(name|call|letter|debt|case)")
MARGIN: Final = 2.0
"""Seconds within which a question that left before a record was written may bring it as it was."""


class Seen(Struct, frozen=True):
    """A question, at which gateway it was asked by whom, and when: monotonic seconds, and the seconds of the clock."""

    asked: Asked
    door: str
    who: str
    began: float
    at: float


class Floor(Struct, frozen=True):
    """From a moment on (monotonic seconds) nobody at a gateway is shown less than an edition."""

    since: float
    edition: int


class Untold(Struct, frozen=True):
    """An edition that a gateway was told of, and of which another one may not know."""

    told: str
    owner: Crn
    part: str
    other: str
    edition: int


class Truth:
    """Which editions were written when, and which of them are acknowledged as everybody's."""

    def __init__(self) -> None:
        self._written: dict[tuple[Crn, str], list[float]] = {}
        self._floors: dict[tuple[Crn, str, str], list[Floor]] = {}
        self._untold: list[Untold] = []

    def edition(self, owner: Crn, part: str) -> int:
        """Return the newest edition of a record, from 1."""
        return len(self._written.get((owner, part), ())) or 1

    def written(self, owner: Crn, part: str, at: float) -> int:
        """Take note that a record is written anew; return its edition."""
        self._written.setdefault((owner, part), [0.0]).append(at)
        return self.edition(owner, part)

    def acknowledged(
        self, owner: Crn, part: str, edition: int, told: str, others: Mapping[str, bool], now: float
    ) -> None:
        """Take note that the gateway `told` said that it knows, and of each of the others whether it is sure to."""
        self._floor(owner, part, told, now, edition)
        for other, sure in others.items():
            if sure:
                self._floor(owner, part, other, now + NEAR_SECONDS, edition)
            else:
                self._untold.append(Untold(told, owner, part, other, edition))

    @property
    def untold(self) -> set[tuple[str, Crn]]:
        """What has to be said again, since not everybody is sure to know: to which gateway, and of whom."""
        return {(one.told, one.owner) for one in self._untold}

    def said_again(self, told: str, owner: Crn, now: float) -> None:
        """Take note that now everybody is sure to know what a gateway was told of somebody."""
        for one in self._untold:
            if (one.told, one.owner) == (told, owner):
                self._floor(owner, one.part, one.other, now + NEAR_SECONDS, one.edition)
        self._untold = [one for one in self._untold if (one.told, one.owner) != (told, owner)]

    def outdated(self, seen: Seen) -> Iterator[str]:
        """Say which record is older than it may be: by what was acknowledged, by its age, by what is said of it."""
        for owner, told in zip(seen.asked.crns, seen.asked.shown, strict=True):
            if told is None:
                continue
            sections = {one["source"]: one for one in told["overview"]["sections"]}
            for part, edition in editions(told):
                yield from self._old(seen, owner, part, edition, sections[part])

    def _old(
        self, seen: Seen, owner: Crn, part: str, edition: int, section: Mapping[str, Any]
    ) -> Iterator[str]:
        floors = [one for one in self._floors.get((owner, part, seen.door), ()) if one.since <= seen.began]
        floor = max(floors, key=lambda one: one.edition, default=Floor(0, 1))
        written = self._written.get((owner, part), [0.0])
        read = section["asOf"] and datetime.fromisoformat(section["asOf"]).timestamp()
        if edition < floor.edition:
            older = written[floor.edition - 1] - read
            yield (
                f"I2: {seen.door} shows edition {edition} of {part} as of {older:+.3f} s before {floor.edition} "
                f"was written, to who asked {seen.began - floor.since:.3f} s after that held there"
            )
        if edition >= len(written):
            return
        replaced = written[edition]
        if seen.at - replaced > freshness(part, FRESHNESS).dead + MARGIN:
            yield f"I2: {part} was replaced {seen.at - replaced:.1f} seconds before it was shown"
        if read and read > replaced + MARGIN:
            yield f"I2: {part} is said to be from {read - replaced:.1f} seconds after it was replaced"

    def _floor(self, owner: Crn, part: str, door: str, since: float, edition: int) -> None:
        floors = self._floors.setdefault((owner, part, door), [])
        over = [one for one in floors if one.since <= since and one.edition >= edition]
        if not over:
            kept = [one for one in floors if one.since < since or one.edition > edition]
            self._floors[owner, part, door] = [*kept, Floor(since, edition)]

    def forget(self, now: float) -> None:
        """Keep of what held before a moment the newest alone: nobody who asked earlier is looked at any more."""
        for key, floors in self._floors.items():
            past = [one for one in floors if one.since <= now]
            newest = max(past, key=lambda one: one.edition, default=None)
            self._floors[key] = [one for one in floors if one.since > now or one is newest]


def editions(told: Mapping[str, Any]) -> set[tuple[str, int]]:
    """Return which edition of each part is shown anywhere of a person."""
    text = msgspec.json.encode(told).decode()
    return {(WORDS[word], int(edition)) for edition, word in EDITION.findall(text)}
