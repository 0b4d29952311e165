"""How systems write moments and days: readers by name, and the same names for writing."""

import re
from collections.abc import Callable, Mapping
from datetime import UTC, date, datetime, timedelta, timezone, tzinfo
from decimal import Decimal
from typing import Any, Final, TypeVar

T = TypeVar("T")

_DAY_FIRST: Final = re.compile(
    r"(\d{1,2})[/.-](\d{1,2})[/.-](\d{4})(?:[T ](\d{1,2}):(\d{2})(?::(\d{2})(?:\.(\d{1,6}))?)?)? ?(Z|[+-]\d{2}:?\d{2})?"
)
_MS_DATE: Final = re.compile(r"/Date\((-?\d{1,16})(?:[+-]\d{4})?\)/")
_COMPACT: Final = re.compile(r"(\d{4})(\d{2})(\d{2})(?:T?(\d{2})(\d{2})(\d{2}))?(Z)?")
_NUMBER: Final = re.compile(r"-?\d{1,16}(?:\.\d+)?")
_DIGITS: Final = 16
_BEGINNING: Final = datetime(1970, 1, 1, tzinfo=UTC)


def _iso(told: Any) -> datetime:
    if not isinstance(told, str):
        raise ValueError("not a text")
    return datetime.fromisoformat(told)


def _day_first(told: Any) -> datetime:
    found = _matched(_DAY_FIRST, told)
    day, month, year, hour, minute, second, fraction, zone = found.groups()
    read = datetime(int(year), int(month), int(day), int(hour or 0), int(minute or 0), int(second or 0))  # noqa: DTZ001
    return read.replace(microsecond=int((fraction or "0").ljust(6, "0")), tzinfo=_offset(zone))


def _compact(told: Any) -> datetime:
    found = _matched(_COMPACT, str(told) if isinstance(told, int) else told)
    *numbers, zone = found.groups()
    year, month, day, hour, minute, second = (int(number or 0) for number in numbers)
    return datetime(year, month, day, hour, minute, second, tzinfo=_offset(zone))


def _epoch_s(told: Any) -> datetime:
    return _BEGINNING + timedelta(microseconds=int(_number(told) * 1_000_000))


def _epoch_ms(told: Any) -> datetime:
    if isinstance(told, str) and len(told) <= _DIGITS and told.isascii() and told.isdigit():
        return _BEGINNING + timedelta(milliseconds=int(told))  # as most are written: no decimal is needed
    return _BEGINNING + timedelta(microseconds=int(_number(told) * 1_000))


def _ms_date(told: Any) -> datetime:
    return _epoch_ms(_matched(_MS_DATE, told)[1])


READERS: Final[Mapping[str, Callable[[Any], datetime]]] = {
    "iso": _iso,
    "epoch_s": _epoch_s,
    "epoch_ms": _epoch_ms,
    "ms_date": _ms_date,
    "day_first": _day_first,
    "compact": _compact,
}
"""By name: ISO 8601 with or without colons, seconds or milliseconds since 1970 (numbers or texts), `/Date(…)/`, days
before months with or without a time, and digits alone."""

WRITERS: Final[Mapping[str, Callable[[datetime], str]]] = {
    "iso": lambda at: at.isoformat().replace("+00:00", "Z"),
    "iso_basic": lambda at: f"{at:%Y-%m-%dT%H:%M:%S}.{at.microsecond // 1000:03d}+0000",
    "epoch_s": lambda at: str((at - _BEGINNING) // timedelta(seconds=1)),
    "epoch_ms": lambda at: str((at - _BEGINNING) // timedelta(milliseconds=1)),
    "ms_date": lambda at: f"/Date({(at - _BEGINNING) // timedelta(milliseconds=1)})/",
    "day_first": lambda at: f"{at:%d/%m/%YT%H:%M:%SZ}",
    "compact": lambda at: f"{at:%Y%m%d%H%M%S}",
    "date": lambda at: f"{at:%Y-%m-%d}",
}
"""By name: how a moment, in UTC, stands in a request."""

DAY_WRITERS: Final[Mapping[str, Callable[[date], str]]] = {
    "iso": date.isoformat,
    "day_first": lambda day: f"{day:%d/%m/%Y}",
    "compact": lambda day: f"{day:%Y%m%d}",
}
"""By name: how a day stands in a request."""


def moment(reader: Callable[[Any], datetime], told: Any, zone: tzinfo | None) -> datetime:
    """Return the moment that a system wrote, in UTC; raise `ValueError` for none, or one whose zone nobody says.

    In UTC because times of one zone are compared and counted on by their wall clock, which goes twice through an hour.
    """

    def read() -> datetime:
        found = reader(told)
        if found.tzinfo is None and zone is None:
            raise ValueError("a time without a zone")
        return (found if found.tzinfo is not None else found.replace(tzinfo=zone)).astimezone(UTC)

    return _within_calendars(read)


def day(reader: Callable[[Any], datetime], told: Any, zone: tzinfo | None) -> date:
    """Return the day that a system wrote; of a moment its day in the zone, where one is given. Raise `ValueError`."""

    def read() -> date:
        found = reader(told)
        return (found.astimezone(zone) if zone is not None and found.tzinfo is not None else found).date()

    return _within_calendars(read)


def _within_calendars(read: Callable[[], T]) -> T:
    try:
        return read()
    except OverflowError:
        raise ValueError("a time beyond all calendars") from None


def _matched(form: re.Pattern[str], told: Any) -> re.Match[str]:
    found = form.fullmatch(told) if isinstance(told, str) else None
    if found is None:
        raise ValueError("another form of time")
    return found


def _number(told: Any) -> Decimal:
    if isinstance(told, bool) or not isinstance(told, int | str | Decimal):
        raise ValueError("not a number")
    if not _NUMBER.fullmatch(str(told)):
        raise ValueError("not a number")
    return Decimal(told)


def _offset(zone: str | None) -> tzinfo | None:
    if zone is None:
        return None
    if zone == "Z":
        return UTC
    hours, minutes = int(zone[1:3]), int(zone[-2:])
    return timezone((1 if zone[0] == "+" else -1) * timedelta(hours=hours, minutes=minutes))
