"""Who is close to an officer: the numbers, relatives and homes that the officer's own records tell of.

An officer does not open the record of somebody close, and nobody's record tells the officer who that is: all of it is
worked out from the officer's own records, which are read beside the first customer and remembered for some minutes.
"""

import re
from collections.abc import Awaitable, Callable, Collection, Iterable
from datetime import datetime, timedelta
from typing import Any, Final, TypeAlias

from msgspec import Struct

from resolvers.numbers import canonical_of, numbers_of
from sources.crn import Crn
from sources.parts import Customer
from sources.parts.customer import Address
from sources.source import NothingKnown, Reading

REMEMBERED: Final = timedelta(minutes=10)
MOST: Final = 10_000
RELATIONSHIP, ADDRESS = "relationship", "address"
BEYOND_OWN: Final = (RELATIONSHIP, ADDRESS)
"""The signs of a conflict of interest that lie beyond an officer's own and declared numbers."""
_GAPS: Final = re.compile(r"[\W_]+")


class Kin(Struct, frozen=True):
    """What an officer's own records say. Without `whole`, one of them could not be read."""

    numbers: frozenset[str] = frozenset()
    related: frozenset[str] = frozenset()
    homes: frozenset[str] = frozenset()
    whole: bool = True


NOBODY: Final = Kin()
People: TypeAlias = Callable[[Collection[Crn]], Awaitable[list[Any]]]
"""Asks for the customer records of several numbers: an outcome for each, in their order."""


def kin_of(own: Collection[str], outcomes: Iterable[Any]) -> Kin:
    """Return what the outcomes of asking for an officer's own numbers tell."""
    told = list(outcomes)
    records: list[Customer] = [one.record for one in told if isinstance(one, Reading)]
    return Kin(
        numbers=frozenset(own).union(*(numbers_of(one) for one in told)),
        related=frozenset(one.crn for record in records for one in record.relationships),
        homes=frozenset(address_key(home) for record in records for home in record.homes),
        whole=all(isinstance(one, Reading | NothingKnown) for one in told),
    )


def close(kin: Kin, crn: str, person: Any, signs: Collection[str]) -> bool:
    """Tell whether somebody is close to an officer; `person` is what was found of their customer record."""
    numbers = numbers_of(person) | {crn}
    if not kin.numbers.isdisjoint(numbers):
        return True
    record: Customer | None = person.record if isinstance(person, Reading) else None
    if RELATIONSHIP in signs and not _related(record).isdisjoint(kin.numbers):
        return True
    if RELATIONSHIP in signs and not kin.related.isdisjoint(numbers):
        return True
    return (
        ADDRESS in signs and record is not None and not kin.homes.isdisjoint(map(address_key, record.homes))
    )


def _related(record: Customer | None) -> frozenset[str]:
    return frozenset(one.crn for one in record.relationships) if record is not None else frozenset()


def address_key(address: Address) -> str:
    """Return an address however it is written: without regard to case, spaces and punctuation."""
    words = (*address.lines, address.locality, address.state or "", address.postcode or "", address.country)
    return " ".join(_GAPS.sub(" ", word.casefold()).strip() for word in words)


class Kinship:
    """Remembers what officers' own records say, in this process and for some minutes."""

    def __init__(self) -> None:
        self._kept: dict[frozenset[str], tuple[datetime, Kin]] = {}

    def known(self, own: frozenset[str], now: datetime) -> Kin | None:
        """Return who is close to whoever has these numbers, None where their records have to be asked."""
        if not own:
            return NOBODY
        since, kin = self._kept.get(own, (now, None))
        return kin if timedelta() <= now - since < REMEMBERED else None

    async def of(self, own: frozenset[str], now: datetime, people: People) -> Kin:
        """Return who is close to whoever has these numbers; `people` asks for customer records."""
        kin = self.known(own, now)
        if kin is None:
            found = await people([Crn(crn) for crn in own])
            moved = {crn for crn in map(canonical_of, found) if crn is not None} - own
            found += await people(list(moved))
            kin = kin_of(own, found)
            if kin.whole:
                self._remember(own, kin, now)
        return kin

    def _remember(self, own: frozenset[str], kin: Kin, now: datetime) -> None:
        self._kept.pop(own, None)
        self._kept[own] = (now, kin)
        while len(self._kept) > MOST:
            del self._kept[next(iter(self._kept))]
