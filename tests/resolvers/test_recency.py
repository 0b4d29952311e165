"""Recency: how long ago, in local days, whatever the clocks do."""

from datetime import UTC, date, datetime, timedelta
from zoneinfo import ZoneInfo

import pytest
from hypothesis import given
from hypothesis import strategies as st

from resolvers.policy import RecencyLabels
from resolvers.recency import Emphasis, Recency, local_day, recency
from tests.records import SYDNEY

TODAY = date(2025, 3, 10)
START = datetime(2020, 1, 1, tzinfo=UTC)
LABELS = RecencyLabels()
SAID = {
    -1: None,
    0: "Just now",
    1: "1 day ago",
    2: "2 days ago",
    3: "3 days ago",
    4: "4 days ago",
    5: "5 days ago",
    6: "6 days ago",
    7: "7 days ago",
    8: None,
    9: None,
}


def age(at: str, now: str, zone: str = "Australia/Sydney") -> int | None:
    """The days that recency counts between two moments on the wall clock of a zone."""
    local = ZoneInfo(zone)
    then, today = (
        local_day(datetime.fromisoformat(text).replace(tzinfo=local).astimezone(UTC), local)
        for text in (at, now)
    )
    told = recency(then, today, LABELS)
    return told.days if told else None


@pytest.mark.parametrize(("days", "label"), SAID.items())
def test_an_age_is_said_as_the_rule_says(days: int, label: str | None) -> None:
    """BR-CO-26."""
    told = recency(TODAY - timedelta(days=days), TODAY, LABELS)
    assert told == (Recency(label, days, True, Emphasis.RED) if label else None)


def test_the_words_are_the_policys() -> None:
    labels = RecencyLabels("heute", "gestern", "vor {days} Tagen")
    said = [recency(TODAY - timedelta(days=days), TODAY, labels) for days in (0, 1, 5)]
    assert [one.label for one in said if one] == ["heute", "gestern", "vor 5 Tagen"]


@pytest.mark.parametrize(
    ("at", "now", "days"),
    [
        ("2025-03-10T00:00", "2025-03-10T23:59:59", 0),
        ("2025-03-09T23:59:59.999999", "2025-03-10T00:00", 1),
        ("2025-03-09T00:00", "2025-03-10T23:59:59", 1),
        ("2025-03-03T00:00", "2025-03-10T23:59:59", 7),
        ("2025-03-02T23:59:59.999999", "2025-03-10T00:00", None),
        ("2025-03-11T00:00", "2025-03-10T23:59:59", None),
        ("2024-02-29T12:00", "2024-03-01T12:00", 1),
        ("2024-02-28T12:00", "2024-03-01T12:00", 2),
        ("2025-02-28T12:00", "2025-03-01T12:00", 1),
        ("2024-12-31T23:59", "2025-01-01T00:01", 1),
    ],
)
def test_days_change_at_local_midnight(at: str, now: str, days: int | None) -> None:
    """BR-CO-27."""
    assert age(at, now) == days


@pytest.mark.parametrize(
    ("at", "now", "days"),
    [
        ("2025-10-05T00:00", "2025-10-05T23:59", 0),  # a day of 23 hours
        ("2025-10-04T23:30", "2025-10-05T03:30", 1),
        ("2025-10-05T00:30", "2025-10-06T00:00", 1),
        ("2025-09-28T00:00", "2025-10-05T23:59", 7),
        ("2025-09-29T00:00", "2025-10-06T00:00", 7),  # 167 hours
        ("2025-04-06T00:00", "2025-04-06T23:59", 0),  # a day of 25 hours
        ("2025-04-06T00:00", "2025-04-07T00:00", 1),
        ("2025-03-30T00:00", "2025-04-06T23:59", 7),  # 192 hours and 59 minutes
        ("2025-03-29T23:59", "2025-04-06T00:00", None),  # 168 hours and a minute
    ],
)
def test_a_day_of_23_or_25_hours_is_a_day(at: str, now: str, days: int | None) -> None:
    """BR-CO-27."""
    assert age(at, now) == days


def test_both_passes_of_a_repeated_hour_are_the_same_day() -> None:
    first = datetime(2025, 4, 6, 2, 30, tzinfo=SYDNEY, fold=0)
    second = first.replace(fold=1)
    assert second.astimezone(UTC) - first.astimezone(UTC) == timedelta(hours=1)
    assert local_day(first, SYDNEY) == local_day(second, SYDNEY) == date(2025, 4, 6)


@pytest.mark.parametrize(
    ("zone", "day"),
    [("Australia/Sydney", 10), ("Australia/Perth", 9), ("Europe/London", 9), ("Pacific/Auckland", 10)],
)
def test_one_moment_is_another_day_in_another_zone(zone: str, day: int) -> None:
    assert local_day(datetime(2025, 3, 9, 15, 30, tzinfo=UTC), ZoneInfo(zone)).day == day


def test_london_changes_its_clocks_on_its_own_day() -> None:
    assert age("2025-03-29T23:59", "2025-03-30T00:00", "Europe/London") == 1
    assert age("2025-03-30T00:00", "2025-03-30T23:59", "Europe/London") == 0
    assert age("2025-10-19T00:00", "2025-10-26T23:59", "Europe/London") == 7


@given(st.dates(date(1990, 1, 1), date(2080, 1, 1)), st.dates(date(1990, 1, 1), date(2080, 1, 1)))
def test_what_is_recent_is_red_and_nothing_else_has_an_age(day: date, today: date) -> None:
    """BR-CO-26."""
    told = recency(day, today, LABELS)
    assert (told is not None) == (0 <= (today - day).days <= 7)
    if told is not None:
        assert told.days == (today - day).days
        assert told.is_recent
        assert told.emphasis is Emphasis.RED
        assert told.label


@given(
    st.integers(0, 5_000_000).map(lambda minutes: START + timedelta(minutes=minutes)),
    st.sampled_from(["Australia/Sydney", "Australia/Lord_Howe", "Australia/Perth", "Europe/London"]),
)
def test_the_last_moment_before_midnight_and_the_first_after_are_a_day_apart(
    now: datetime, name: str
) -> None:
    zone = ZoneInfo(name)
    day = local_day(now, zone)
    midnight = datetime.combine(day, datetime.min.time(), zone).astimezone(UTC)
    assert local_day(midnight, zone) == day
    assert local_day(midnight - timedelta(microseconds=1), zone) == day - timedelta(days=1)
