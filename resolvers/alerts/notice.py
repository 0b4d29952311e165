"""What alerts are made of: notices, each with the days on which it holds, and the declaration of an alert kind."""

from collections.abc import Callable, Iterable, Mapping
from datetime import date, datetime, timedelta
from types import MappingProxyType
from typing import Any, TypeAlias

from msgspec import Struct

from resolvers.cards.activity import Desk, IconColour, Readings
from sources.parts import Part
from sources.words import Word


class Matter(Word):
    """What an alert is about. Alerts stand in this order."""

    REPORTING_DUE_TODAY = "REPORTING_DUE_TODAY", "A report is due today."
    REPORTING_OVERDUE = "REPORTING_OVERDUE", "A report was due and has not been submitted."
    MISSED_APPOINTMENT = (
        "MISSED_APPOINTMENT",
        "An appointment was missed, and none is booked in its place.",
    )
    UPCOMING_APPOINTMENT = "UPCOMING_APPOINTMENT", "An appointment is booked for one of the next days."
    ACTIVE_DEBT = "ACTIVE_DEBT", "A debt is owed. Of the three alerts about debts there is one at most."
    DEBT_ARRANGEMENT_ENDING = (
        "DEBT_ARRANGEMENT_ENDING",
        "A debt is owed, and an arrangement to repay it ends soon.",
    )
    DEBT_ARRANGEMENT_ENDED = (
        "DEBT_ARRANGEMENT_ENDED",
        "A debt is owed; an arrangement to repay it has ended and was not renewed.",
    )
    CLAIM_SUBMITTED = "CLAIM_SUBMITTED", "A claim, or what is outstanding of it, is not decided."
    CLAIM_REJECTED = "CLAIM_REJECTED", "A claim was rejected lately."
    BENEFIT_SUSPENDED = "BENEFIT_SUSPENDED", "A payment was suspended lately."
    BENEFIT_CANCELLED = "BENEFIT_CANCELLED", "A payment was cancelled lately."
    ISSUES_ON_FILE = "ISSUES_ON_FILE", "Issues are on file that an officer has to look at."


class Notice(Struct, frozen=True):
    """Something that is told on the days of its kind's window around `day`.

    `pattern` names its label where that is not its kind's own, and `blanks` fill it; `dated` is the day in the label
    where that is another, `at` the moment whose time is in it. Before `first` it does not hold, whatever the window.
    """

    day: date | None = None
    pattern: str | None = None
    blanks: Mapping[str, str] = MappingProxyType({})
    dated: date | None = None
    at: datetime | None = None
    first: date = date.min


class Span(Struct, frozen=True):
    """The days from `first` to `last`, both included. A span without an end lasts to the last day that there is."""

    first: date = date.min
    last: date = date.max

    def __contains__(self, day: date) -> bool:
        return self.first <= day <= self.last


Window: TypeAlias = Callable[[date, int], Span]
Build: TypeAlias = Callable[[Readings, Desk], Iterable[Notice]]


class AlertKind(Struct, frozen=True):
    """An alert kind: what it is about, which parts it needs, on which days its notices hold, and how they are found.

    `window` is given a notice's day and the policy's days. `build` is pure: no await, no clock, no network.
    """

    kind: Matter
    needs: tuple[Part[Any], ...]
    window: Window
    build: Build
    colour: IconColour = IconColour.BLUE

    def span(self, notice: Notice, days: int) -> Span:
        """Return the days on which a notice of this kind holds."""
        window = self.window(notice.day or date.min, days)
        return Span(max(window.first, notice.first), window.last)


def that_day(day: date, _: int) -> Span:
    """Return the day alone."""
    return Span(day, day)


def from_the_day(day: date, _: int) -> Span:
    """Return the day and all that follow."""
    return Span(day)


def past_the_day(day: date, _: int) -> Span:
    """Return all days that follow the day."""
    return Span(moved(day, 1))


def days_before(day: date, days: int) -> Span:
    """Return so many days before the day, and the day."""
    return Span(moved(day, -days), day)


def days_after(day: date, days: int) -> Span:
    """Return the day, and so many days after it."""
    return Span(day, moved(day, days))


def always(_: date, __: int) -> Span:
    """Return every day."""
    return Span()


def moved(day: date, days: int) -> date:
    """Return a day so many days later; the first or the last that there is where it would lie beyond."""
    try:
        return day + timedelta(days=days)
    except OverflowError:
        return date.min if days < 0 else date.max
