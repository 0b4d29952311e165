"""What a reading tells on a timeline: told once in each manner, as far as it was asked for, and then remembered."""

from collections.abc import Hashable, Sequence
from typing import Any, Final

from msgspec import Struct

from resolvers.manner import Manner
from resolvers.timeline.entry import Entry, Person
from resolvers.timeline.telling import Teller
from sources.crn import Crn
from sources.parts import Part

ENTRY_BYTES: Final = 640
"""What an entry takes beside its record, about."""


class Telling(Struct, frozen=True, eq=False):
    """How one part of one person is told, of which `reading` is at hand, with a record or without."""

    manner: Manner
    part: Part[Any]
    number: Crn
    person: Person | None
    reading: Any

    def items(self, items: Sequence[Any]) -> list[Entry]:
        """Return the entries of items of the reading, in their order; an item without a card has none."""
        told: dict[str, Entry | None] | None = self._told()
        entries = told if told is not None else {}
        new = [item for item in items if item.id not in entries]
        if new:
            found = self._teller.items(new)
            entries |= {item.id: found.get(item.id) for item in new}
            self._remember(entries)
        return [entry for item in items if (entry := entries[item.id]) is not None]

    def others(self, items: Sequence[Any]) -> list[Entry]:
        """Return the entries of items that the reading does not hold: nobody can say when they are out of date."""
        found = self._teller.items(items)
        return [found[item.id] for item in items if item.id in found]

    def record(self, record: Any) -> Sequence[Entry]:
        """Return the entries of the reading's record, which stands for itself, newest first."""
        if record is None:
            return ()
        told: tuple[Entry, ...] | None = self._told()
        if told is None:
            told = self._teller.record(record)
            self._remember(told)
        return told

    @property
    def _teller(self) -> Teller:
        return Teller(self.manner, self.number, self.part, self.person)

    @property
    def _how(self) -> Hashable:
        return self.part.name, self.number, self.person, self.manner.key

    def _told(self) -> Any:
        remembered = self.manner.remembered
        held = remembered.read([self.reading], self._how) if remembered is not None else None
        return held[1] if held is not None else None

    def _remember(self, told: Any) -> None:
        if self.manner.remembered is None:
            return
        weight = ENTRY_BYTES * (1 + len(told))
        self.manner.remembered.put([self.reading], self._how, (self.manner, told), weight)
