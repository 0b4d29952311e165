"""What is usual of a value, and what becomes of it where it is not: what quick reading (`quick.py`) is written with."""

from collections.abc import Callable
from datetime import UTC, datetime, tzinfo
from decimal import Decimal
from typing import Any

from msgspec import NODEFAULT, inspect

from sources.http.readers import Kept, Reader, Single, is_nothing


class OddError(Exception):
    """A row is not as usual."""


def what_tells(reader: Single, default: Any) -> tuple[Any, ...] | None:
    """Return what tells a value from others of the same row; None where codes are translated."""
    if reader.table is not None:
        return None
    return reader.expression, reader.kind, reader.time, repr(reader.usual), repr(default)


def is_same(one: Any, other: Any) -> bool:
    """Tell whether two values can stand for one another in what is written."""
    same_kind = one.__class__ is other.__class__ and isinstance(one, str | Decimal)
    return one is other or (same_kind and repr(one) == repr(other))


def odd(_: Any) -> Any:
    """Leave the row to the careful way."""
    raise OddError


def or_odd(default: Any) -> Any:
    """Return what a field is where nothing is told of it; raise where it must be told."""
    if default is NODEFAULT:
        raise OddError
    return default


def or_default(reader: Reader, default: Any) -> Reader:
    """Return how a field is read with care, and what it is where there is nothing."""

    def read(row: Any) -> Any:
        found = reader(row)
        return or_odd(default) if found is None else found

    return read


def table_of(reader: Single, kept: Kept | None) -> dict[str, Any] | None:
    """Return what each code means, as a text and known to whoever keeps others; None for what is no code."""
    if reader.table is not None:
        codes = dict(reader.table)
    elif isinstance(reader.kind, inspect.EnumType):
        codes = {member.value: member for member in reader.kind.cls}
    else:
        return None
    return {
        code: value
        for code, value in codes.items()
        if not is_nothing(code) and (kept is None or code in kept.known)
    }


def as_number(told: str) -> str:
    """Return the line that makes a customer's number of a text, as systems write them."""
    plain = f"{told}.__class__ is str and {told}.isascii() and {told}.isalnum() and len({told}) < 41"
    return f"{told} = {told}.upper() if {plain} else number({told}) or {told}"


def in_utc(zone: tzinfo | None) -> Callable[[datetime], datetime]:
    """Return what makes a moment one in UTC. `zone` is that of times which say none."""

    def in_utc(at: datetime) -> datetime:
        if at.tzinfo is not None:
            return at.astimezone(UTC)
        return at.replace(tzinfo=zone).astimezone(UTC) if zone is not None else odd(at)

    return in_utc
