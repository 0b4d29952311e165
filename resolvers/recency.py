"""Recency: how long ago something was, in local days (BR-CO-26, BR-CO-27)."""

from datetime import date, datetime
from zoneinfo import ZoneInfo

from msgspec import Struct

from resolvers.policy import RecencyLabels
from sources.words import Word

RECENT_DAYS = 7


class Emphasis(Word):
    """How strongly an age is shown. The words always stand beside the colour."""

    RED = "RED", "Recent: shown in red."
    NONE = "NONE", "Shown like any other text."


class Recency(Struct, frozen=True):
    """The age of something of the last seven days."""

    label: str
    days: int
    is_recent: bool
    emphasis: Emphasis


def local_day(at: datetime, zone: ZoneInfo) -> date:
    """Return the day on which a moment falls in a zone."""
    try:
        return at.astimezone(zone).date()
    except OverflowError:  # within hours of the first or the last day that there is
        return at.date()


def recency(day: date, today: date, labels: RecencyLabels) -> Recency | None:
    """Return the age of a day; None for a day to come and for one more than seven days ago.

    It counts calendar days, so a day of 23 or 25 hours is a day.
    """
    days = (today - day).days
    if not 0 <= days <= RECENT_DAYS:
        return None
    if days == 0:
        label = labels.today
    elif days == 1:
        label = labels.yesterday
    else:
        label = labels.days.format(days=days)
    return Recency(label, days, True, Emphasis.RED)
