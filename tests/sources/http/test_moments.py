"""Moments as systems write them: every form is read exactly, and nonsense of any kind is refused as a time."""

from datetime import UTC, date, datetime, timedelta
from decimal import Decimal
from typing import Any
from zoneinfo import ZoneInfo

import pytest
from hypothesis import given
from hypothesis import strategies as st
from msgspec import inspect

from sources.http.moments import DAY_WRITERS, READERS, WRITERS, day, moment
from sources.http.scalars import NotThis, scalar

SYDNEY = ZoneInfo("Australia/Sydney")
NOON = datetime(2018, 2, 12, 12, 38, tzinfo=UTC)
SECOND = NOON.replace(second=42)

READ = [
    ("iso", "2018-02-12T12:38:00Z", NOON),
    ("iso", "2018-02-12T12:38Z", NOON),
    ("iso", "2018-02-12T12:38:42.000+0000", SECOND),
    ("iso", "2018-02-12T23:38:42+1100", SECOND),
    ("iso", "2018-02-12T23:38:42+11:00", SECOND),
    ("iso", "2018-02-12T23:38:42+11", SECOND),
    ("iso", "2018-02-12 23:38:42.123456+11:00", SECOND.replace(microsecond=123456)),
    ("iso", "20180212T123842Z", SECOND),
    ("iso", "2018-02-12T23:38:42", SECOND),
    ("iso", "2018-02-12", datetime(2018, 2, 11, 13, tzinfo=UTC)),
    ("epoch_s", 1518439122, SECOND),
    ("epoch_s", "1518439122", SECOND),
    ("epoch_s", Decimal("1518439122.25"), SECOND.replace(microsecond=250_000)),
    ("epoch_s", -1, datetime(1969, 12, 31, 23, 59, 59, tzinfo=UTC)),
    ("epoch_s", 0, datetime(1970, 1, 1, tzinfo=UTC)),
    ("epoch_ms", 1518439122001, SECOND.replace(microsecond=1000)),
    ("epoch_ms", "1518439122001", SECOND.replace(microsecond=1000)),
    ("ms_date", "/Date(1518439122000)/", SECOND),
    ("ms_date", "/Date(1518439122000+1100)/", SECOND),
    ("ms_date", "/Date(-1000-0330)/", datetime(1969, 12, 31, 23, 59, 59, tzinfo=UTC)),
    ("day_first", "12/02/2018T12:38Z", NOON),
    ("day_first", "12/02/2018T12:38:42.5Z", SECOND.replace(microsecond=500_000)),
    ("day_first", "12/02/2018 23:38", NOON),
    ("day_first", "12-2-2018 23:38 +11:00", NOON),
    ("day_first", "12.02.2018 08:08-0430", NOON),
    ("day_first", "12/02/2018", datetime(2018, 2, 11, 13, tzinfo=UTC)),
    ("compact", "20180212123842Z", SECOND),
    ("compact", "20180212T233842", SECOND),
    ("compact", 20180212233842, SECOND),
    ("compact", "20180212", datetime(2018, 2, 11, 13, tzinfo=UTC)),
]


@pytest.mark.parametrize(("form", "told", "meant"), READ, ids=str)
def test_a_moment_is_read_in_its_form(form: str, told: Any, meant: datetime) -> None:
    found = moment(READERS[form], told, SYDNEY)
    assert (found, found.tzinfo) == (meant, UTC)


@pytest.mark.parametrize(
    ("told", "meant"),
    [
        ("2018-04-01T01:30:00", "2018-03-31T14:30:00Z"),
        ("2018-04-01T02:30:00", "2018-03-31T15:30:00Z"),  # twice: the first of both
        ("2018-04-01T03:30:00", "2018-03-31T17:30:00Z"),
        ("2018-10-07T02:30:00", "2018-10-06T16:30:00Z"),  # never: by the offset that was
        ("2018-10-07T03:30:00", "2018-10-06T16:30:00Z"),
    ],
)
def test_a_wall_clock_that_changes_is_read_without_a_doubt_left_in_it(told: str, meant: str) -> None:
    found = moment(READERS["iso"], told, SYDNEY)
    assert found == datetime.fromisoformat(meant)  # never true of a doubtful wall clock
    assert found - timedelta(hours=1) + timedelta(hours=1) == found


@pytest.mark.parametrize("form", ["iso", "day_first", "compact"])
def test_a_time_whose_zone_nobody_says_is_refused(form: str) -> None:
    told = {"iso": "2018-02-12T12:38:00", "day_first": "12/02/2018", "compact": "20180212"}[form]
    with pytest.raises(ValueError, match="zone"):
        moment(READERS[form], told, None)
    assert day(READERS[form], told, None) == date(2018, 2, 12)


@pytest.mark.parametrize(
    ("form", "told", "zone", "meant"),
    [
        ("iso", "2018-02-12", SYDNEY, date(2018, 2, 12)),
        ("iso", "2018-02-12T13:30:00Z", SYDNEY, date(2018, 2, 13)),
        ("iso", "2018-02-12T13:30:00Z", None, date(2018, 2, 12)),
        ("iso", "9999-12-31", SYDNEY, date(9999, 12, 31)),
        ("day_first", "12/02/2018", SYDNEY, date(2018, 2, 12)),
        ("day_first", "12/02/2018 23:38", SYDNEY, date(2018, 2, 12)),
        ("compact", "20180212", None, date(2018, 2, 12)),
        ("compact", 20180212, SYDNEY, date(2018, 2, 12)),
        ("epoch_ms", 1518390000000, SYDNEY, date(2018, 2, 12)),
        ("ms_date", "/Date(1518390000000)/", None, date(2018, 2, 11)),
    ],
)
def test_a_day_is_that_of_the_zone(form: str, told: Any, zone: ZoneInfo | None, meant: date) -> None:
    assert day(READERS[form], told, zone) == meant


NOT_ISO = "soon|2018-02-30|2018-13-01T00:00:00Z|2018-02-12T25:00:00Z|12/02/2018|2018-02-12T12:38:00+99:99"
NOT_DAY_FIRST = (
    "30/02/2018|12/13/2018|2018-02-12|12/02/18|12/02/2018T25:00Z|12/02/2018Tnoon|00/00/0000|12/02/0000"
)
NO_NUMBERS = "soon|1e5|1_000| 1|0x1|--1|1518439122.|٣e1"
BEYOND: dict[str, list[Any]] = {
    "iso": ["0001-01-01T00:00:00+14:00", "9999-12-31T23:59:59-14:00"],
    "day_first": ["31/12/9999 23:00-14:00", "12/02/2018T12:38+99:00"],
    "epoch_s": [10**15, -(10**15), Decimal("1E+30"), "9" * 5000],
    "epoch_ms": [10**18, Decimal("-1E+30")],
    "ms_date": ["/Date(9999999999999999)/", "/Date(99999999999999999)/"],
    "compact": [10**40, "99999999999999"],
}
SPOILT: dict[str, list[Any]] = {
    "iso": [*NOT_ISO.split("|"), 1518439122, "\ud800"],
    "day_first": [*NOT_DAY_FIRST.split("|"), 12022018],
    "epoch_s": [*NO_NUMBERS.split("|"), Decimal("NaN"), Decimal("Infinity"), 1.5],
    "epoch_ms": [*NO_NUMBERS.split("|"), Decimal("sNaN")],
    "ms_date": [*"Date(1)|/Date()/|/Date(x)/|/Date(1)/ ".split("|"), 1],
    "compact": [*"2018021|20181301|20180212126000|00000000|2018-02-12".split("|"), -20180212],
}
NOTHING: list[Any] = ["", None, True, [], {}]
NONSENSE = [(form, told) for form, many in SPOILT.items() for told in [*many, *BEYOND[form], *NOTHING]]


@pytest.mark.parametrize(("form", "told"), NONSENSE)
def test_what_is_no_time_is_refused_and_nothing_else_happens(form: str, told: Any) -> None:
    with pytest.raises(ValueError):  # noqa: PT011
        moment(READERS[form], told, UTC)


texts = st.text() | st.from_regex(
    r"\A(/Date\()?[-+]?\d{1,18}([-/.]\d{1,2}[-/.]\d{1,4})?([T ]\d\d:\d\d)?(:\d\d)?(\.\d+)?(Z|[+-]\d\d:?\d\d)?(\)/)?\Z"
)
numbers = st.integers() | st.decimals() | st.floats() | st.booleans() | st.none()
anything = st.recursive(
    texts | numbers, lambda inner: st.lists(inner, max_size=3) | st.dictionaries(st.text(), inner, max_size=3)
)
forms = st.sampled_from(sorted(READERS))
zones = st.sampled_from([None, UTC, SYDNEY, ZoneInfo("Pacific/Kiritimati"), ZoneInfo("Etc/GMT+12")])


@given(forms, anything, zones, st.sampled_from([inspect.DateTimeType(), inspect.DateType()]))
def test_whatever_stands_there_is_a_time_or_refused_as_one(
    form: str, told: Any, zone: ZoneInfo | None, kind: inspect.Type
) -> None:
    read = scalar(kind, form, zone)
    assert read is not None
    try:
        found = read(told)
    except NotThis as refused:
        found = refused.reason
    assert found == "time" or isinstance(found, date)
    assert not isinstance(found, datetime) or found.tzinfo is UTC


moments = st.integers(-30_000_000_000_000_000, 200_000_000_000_000_000).map(
    lambda microseconds: datetime(1970, 1, 1, tzinfo=UTC) + timedelta(microseconds=microseconds)
)
FINE = {
    "iso": timedelta.resolution,
    "iso_basic": timedelta(milliseconds=1),
    "epoch_ms": timedelta(milliseconds=1),
}
FINE |= {"ms_date": timedelta(milliseconds=1), "date": timedelta(days=1)}


@given(moments, st.sampled_from(sorted(WRITERS)))
def test_what_is_written_is_read_as_the_same_moment(at: datetime, form: str) -> None:
    reader = READERS[{"iso_basic": "iso", "date": "iso"}.get(form, form)]
    again = moment(reader, WRITERS[form](at), UTC)
    assert timedelta(0) <= at - again < FINE.get(form, timedelta(seconds=1)) or again == at


@given(st.dates(min_value=date(1000, 1, 1)), st.sampled_from(sorted(DAY_WRITERS)))
def test_a_day_that_is_written_is_read_as_the_same_day(at: date, form: str) -> None:
    assert day(READERS[form], DAY_WRITERS[form](at), SYDNEY) == at


def test_a_moment_is_written_as_each_form_says() -> None:
    at = datetime(2016, 10, 24, 17, 23, 42, 123456, tzinfo=UTC)
    assert {name: write(at) for name, write in WRITERS.items()} == {
        "iso": "2016-10-24T17:23:42.123456Z",
        "iso_basic": "2016-10-24T17:23:42.123+0000",
        "epoch_s": "1477329822",
        "epoch_ms": "1477329822123",
        "ms_date": "/Date(1477329822123)/",
        "day_first": "24/10/2016T17:23:42Z",
        "compact": "20161024172342",
        "date": "2016-10-24",
    }
