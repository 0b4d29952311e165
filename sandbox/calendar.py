"""Days and hours of the town: everything lies so many days back from one day, of which little is over."""

from datetime import date, datetime, timedelta
from functools import cache
from typing import Final
from zoneinfo import ZoneInfo

SYDNEY: Final = ZoneInfo("Australia/Sydney")
DAY: Final = 86_400
OPENS: Final = 8 * 3600
CLOSES: Final = 17 * 3600
EVENING: Final = 20 * 3600
EARLY: Final = 8 * 3600 + 50 * 60

_CLOSED: Final = {(1, 1), (1, 26), (4, 25), (12, 25), (12, 26)}


class Calendar:
    """The days around `on`. A day is told as a number of days back; a negative one lies ahead.

    What falls on `on` itself is pressed into its hours before nine in Sydney; its order stays.
    """

    def __init__(self, on: date) -> None:
        self.on = on
        self._working: dict[int, date] = {}
        self._midnights: dict[tuple[ZoneInfo, int], datetime] = {}

    def day(self, back: int) -> date:
        """Return the day that lies so many days back."""
        return self.on - timedelta(days=back)

    def workday(self, back: int) -> date:
        """Return that day, or the next one on which offices are open, but none after `on`."""
        found = self._working.get(back)
        if found is None:
            found = self._working[back] = self._next_workday(self.day(back))
        return found

    def at(self, zone: ZoneInfo, back: int, second: int) -> datetime:
        """Return a moment of any hour: the customer alone with a machine, or a machine alone."""
        if back > 0:
            return self._midnight(zone, back) + timedelta(seconds=second)
        return (self._midnight(SYDNEY, 0) + timedelta(seconds=second * EARLY // DAY)).astimezone(zone)

    def office(self, zone: ZoneInfo, back: int, second: int) -> datetime:
        """Return a moment at which an officer works there; `second` lies between `OPENS` and `CLOSES`."""
        day = self.workday(back)
        if day == self.on and not self._keeps_sydney_time(zone):
            day = last_workday(self.on - timedelta(days=1))
        if day == self.on:
            second = OPENS + (second - OPENS) // 18
        return midnight(zone, day) + timedelta(seconds=second)

    def daytime(self, zone: ZoneInfo, back: int, second: int) -> datetime:
        """Return a moment of any day between eight and eight there, when messages are sent."""
        if back == 0 and not self._keeps_sydney_time(zone):
            back = 1
        if back == 0:
            second = OPENS + (second - OPENS) // 16
        return self._midnight(zone, back) + timedelta(seconds=second)

    def ahead(self, zone: ZoneInfo, days: int, second: int) -> datetime:
        """Return a moment of the first working day that lies at least so many days ahead."""
        day = self.day(-days)
        while not is_workday(day):
            day += timedelta(days=1)
        return midnight(zone, day) + timedelta(seconds=second)

    def _next_workday(self, day: date) -> date:
        while day <= self.on:
            if is_workday(day):
                return day
            day += timedelta(days=1)
        return last_workday(self.on)

    def _midnight(self, zone: ZoneInfo, back: int) -> datetime:
        """Return the beginning of that day, kept: a town asks for each some hundred times."""
        found = self._midnights.get((zone, back))
        if found is None:
            found = self._midnights[zone, back] = midnight(zone, self.day(back))
        return found

    def _keeps_sydney_time(self, zone: ZoneInfo) -> bool:
        opens = timedelta(seconds=OPENS)
        return self._midnight(zone, 0) + opens == self._midnight(SYDNEY, 0) + opens


def today() -> date:
    """Return the day it is in Sydney."""
    return datetime.now(SYDNEY).date()


def midnight(zone: ZoneInfo, day: date) -> datetime:
    """Return the beginning of a day in a zone."""
    return datetime(day.year, day.month, day.day, tzinfo=zone)


def is_workday(day: date) -> bool:
    """Return whether offices are open: no weekend, no holiday of the whole country."""
    return day.weekday() < 5 and (day.month, day.day) not in _CLOSED and day not in _easter(day.year)


def last_workday(day: date) -> date:
    """Return that day, or the last one before it on which offices were open."""
    while not is_workday(day):
        day -= timedelta(days=1)
    return day


@cache
def _easter(year: int) -> tuple[date, date]:
    """Return Good Friday and Easter Monday (the Gregorian computus)."""
    golden, century = year % 19, year // 100
    skipped = century - century // 4 - (8 * century + 13) // 25
    epact = (skipped + 19 * golden + 15) % 30
    moon = epact - (epact // 28) * (1 - (29 // (epact + 1)) * ((21 - golden) // 11))
    weekday = (year + year // 4 + moon + 2 - century + century // 4) % 7
    march = moon - weekday
    sunday = date(year, 3, 28) + timedelta(days=march)
    return sunday - timedelta(days=2), sunday + timedelta(days=1)
