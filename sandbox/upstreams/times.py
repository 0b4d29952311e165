"""How the upstream systems write moments and days. Each writer takes the record's text and returns the wire's."""

from collections.abc import Callable
from datetime import UTC, date, datetime, time, timedelta
from typing import Any, Final

_BEGINNING: Final = datetime(1970, 1, 1, tzinfo=UTC)
_MILLISECOND: Final = timedelta(milliseconds=1)
_SECOND: Final = timedelta(seconds=1)


def told(value: Any, writer: Callable[[Any], Any], missing: Any = None) -> Any:
    """Return what the writer makes of a value, or what stands for a missing one."""
    return missing if value is None else writer(value)


def moment(text: str) -> datetime:
    """Return a moment of a record or a request; raise `ValueError` for anything else, or one without offset."""
    read = datetime.fromisoformat(text.strip().replace(" ", "+"))
    if read.tzinfo is None:
        raise ValueError(f"{text!r} has no offset")
    return read


def from_milliseconds(text: str | int) -> datetime:
    """Return a moment told in milliseconds since 1970."""
    return _BEGINNING + int(text) * _MILLISECOND


def basic(text: str) -> str:
    """`2016-10-24T17:23:42.000+0000`; six digits of a second where three are not enough."""
    return basic_moment(moment(text))


def basic_moment(at: datetime) -> str:
    """Write a moment the same way."""
    at = at.astimezone(UTC)
    fraction = f"{at.microsecond:06d}"
    return f"{at:%Y-%m-%dT%H:%M:%S}.{fraction[:3] if fraction.endswith('000') else fraction}+0000"


def milliseconds(text: str) -> str:
    """`1477329822000`; with a fraction where there is one."""
    return milliseconds_moment(moment(text))


def milliseconds_moment(at: datetime) -> str:
    """Write a moment the same way."""
    whole, rest = divmod(at - _BEGINNING, _MILLISECOND)
    return f"{whole}.{rest.microseconds:03d}" if rest else str(whole)


def midnight_milliseconds(text: str) -> str:
    """Write a day as the milliseconds of its beginning in UTC."""
    return milliseconds_moment(datetime.combine(date.fromisoformat(text), time(tzinfo=UTC)))


def odata_moment(text: str) -> str:
    """`/Date(1477329822000+0000)/`."""
    return f"/Date({(moment(text) - _BEGINNING) // _MILLISECOND}+0000)/"


def odata_day(text: str) -> str:
    """`/Date(1477267200000)/`: the beginning of the day in UTC."""
    return f"/Date({midnight_milliseconds(text)})/"


def seconds(text: str) -> int | str:
    """`1477329822`; a text with a fraction where there is one."""
    whole, rest = divmod(moment(text) - _BEGINNING, _SECOND)
    return f"{whole}.{rest.microseconds:06d}" if rest else whole


def day_first(text: str) -> str:
    """`24/10/2016`."""
    return f"{date.fromisoformat(text):%d/%m/%Y}"


def day_first_moment(text: str) -> str:
    """`24/10/2016T17:23:42Z`; `24/10/2016T17:23Z` of a whole minute."""
    at = moment(text).astimezone(UTC)
    return f"{at:%d/%m/%YT%H:%M}{_seconds_of(at)}Z"


def day_first_minute(text: str) -> str:
    """`24/10/2016 17:23 +11:00`, on the clock of the place."""
    at = moment(text)
    return f"{at:%d/%m/%Y %H:%M}{_seconds_of(at)} {at.isoformat()[-6:]}"


def compact_day(text: str) -> str:
    """`20161024`."""
    return f"{date.fromisoformat(text):%Y%m%d}"


def from_day_first(text: str) -> date:
    """Return a day told as `24/10/2016`; raise `ValueError` for anything else."""
    day, month, year = text.split("/")
    return date(int(year), int(month), int(day))


def _seconds_of(at: datetime) -> str:
    if at.microsecond:
        return f"{at:%S}".join((":", f".{at.microsecond:06d}"))
    return f":{at:%S}" if at.second else ""
