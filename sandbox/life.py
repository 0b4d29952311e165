"""One person's days as they are told: who, when, by which chance, and the numbers of what happens."""

from collections.abc import Sequence
from dataclasses import dataclass, field
from datetime import date, datetime
from random import Random
from typing import TypeAlias, TypeVar

from sandbox.calendar import CLOSES, DAY, EVENING, OPENS, SYDNEY, Calendar
from sandbox.crn import record_number
from sandbox.people import Person

Record: TypeAlias = dict[str, object]
Entry: TypeAlias = tuple[str, Record]

T = TypeVar("T")


@dataclass
class Life:
    """What a chapter of somebody's history needs to tell it."""

    person: Person
    calendar: Calendar
    random: Random
    told: int = field(default=0)

    @property
    def crn(self) -> str:
        """Whose life it is."""
        return self.person.crn

    def number(self, digits: int = 11) -> str:
        """Return the next number of a record; nobody else in the town has it."""
        self.told += 1
        return record_number(self.person.number, self.told, digits)

    def chance(self, share: float) -> bool:
        """Return True that often."""
        return self.random.random() < share

    def pick(self, options: Sequence[T]) -> T:
        """Return one of the options."""
        return options[int(self.random.random() * len(options))]

    def between(self, low: int, high: int) -> int:
        """Return a number from `low` to `high`, both included."""
        return low + int(self.random.random() * (high - low + 1))

    def day(self, back: int) -> date:
        """Return the day that lies so many days back."""
        return self.calendar.day(back)

    def any_time(self, back: int, second: int | None = None) -> datetime:
        """Return a moment of that day; people are awake more often than not."""
        if second is None:
            second = int((self.random.random() + self.random.random()) * DAY / 2)
        return self.calendar.at(self.person.place.zone, back, second)

    def night(self, back: int) -> datetime:
        """Return a moment of the batch run before that day's dawn, in which letters are made."""
        return self.calendar.at(SYDNEY, back, 3600 + int(self.random.random() * 4 * 3600))

    def daytime(self, back: int, second: int | None = None) -> datetime:
        """Return a moment at which messages are sent."""
        if second is None:
            second = OPENS + int(self.random.random() * (EVENING - OPENS))
        return self.calendar.daytime(self.person.place.zone, back, second)

    def office(self, back: int, second: int | None = None) -> datetime:
        """Return a moment at which officers where the person lives are at work."""
        if second is None:
            second = OPENS + int(self.random.random() * (CLOSES - OPENS - 3600))
        return self.calendar.office(self.person.place.zone, back, second)
