"""How much memory a value takes, about: exact for what is small, by a sample for what is long."""

from collections.abc import Mapping
from datetime import date, time, timedelta
from decimal import Decimal
from enum import Enum
from sys import getsizeof
from typing import Any, Final

from msgspec import Struct

SAMPLE: Final = 6
"""Of longer lists so many items are weighed, from all over it, and stand for the others."""
_LEAVES: Final = (str, bytes, float, date, time, timedelta, Decimal)
_ALIGNED: Final = 16
_PLACE: Final = 400
"""What keeping an entry costs beside its value: its key, its place, its links."""


def weight(value: Any) -> int:
    """Return about how many bytes an entry with this value takes."""
    return _PLACE + _deep(value)


def _deep(value: Any) -> int:
    if value is None or isinstance(value, bool | int | Enum):
        return 0  # shared by everybody who holds them
    if isinstance(value, _LEAVES):
        return _own(value)
    if isinstance(value, Struct):
        return _own(value) + sum(_deep(getattr(value, name)) for name in value.__struct_fields__)
    if isinstance(value, tuple | list | frozenset | set):
        return _own(value) + _items(list(value))
    if isinstance(value, Mapping):
        return _own(value) + _items(list(value.keys())) + _items(list(value.values()))
    return _own(value)


def _items(items: list[Any]) -> int:
    if len(items) <= SAMPLE:
        return sum(map(_deep, items))
    step = len(items) / SAMPLE
    sample = sum(_deep(items[int(number * step)]) for number in range(SAMPLE))
    return round(sample * len(items) / SAMPLE)


def _own(value: Any) -> int:
    return -(-getsizeof(value) // _ALIGNED) * _ALIGNED
