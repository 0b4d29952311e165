"""How much memory a value takes, about: exact for what is small, by a sample for what is long."""

from collections.abc import Callable, Mapping
from datetime import date, time, timedelta
from decimal import Decimal
from enum import Enum
from operator import attrgetter
from sys import getsizeof
from typing import Any, Final, TypeAlias

from msgspec import Struct

Weigh: TypeAlias = Callable[[Any], int]

SAMPLE: Final = 6
"""Of longer lists so many items are weighed, from all over it, and stand for the others."""
_FIXED: Final = (float, date, time, timedelta, Decimal)
"""Whatever such a value says, it takes the same."""
_ALIGNED: Final = 16
_PLACE: Final = 400
"""What keeping an entry costs beside its value: its key, its place, its links."""
_WEIGHERS: Final[dict[type, Weigh]] = {}
"""What weighs values, by their class: there are as many as there are classes of records."""


def weight(value: Any) -> int:
    """Return about how many bytes an entry with this value takes."""
    return _PLACE + _deep(value)


def _deep(value: Any) -> int:
    kind = value.__class__
    return (_WEIGHERS.get(kind) or _weigher(kind, value))(value)


def _weigher(kind: type, value: Any) -> Weigh:
    """Return what weighs values of a class, and remember it; the first value of it is at hand."""
    weigh = _WEIGHERS[kind] = _made(kind, value)
    return weigh


def _made(kind: type, value: Any) -> Weigh:
    if value is None or issubclass(kind, bool | int | Enum):
        return lambda _: 0  # shared by everybody who holds them
    if issubclass(kind, _FIXED):
        fixed = _own(value)
        return lambda _: fixed
    if issubclass(kind, Struct):
        return _of_struct(kind, _own(value))
    if issubclass(kind, tuple | list | frozenset | set):
        return lambda some: _own(some) + _items(list(some))
    if issubclass(kind, Mapping):
        return lambda some: _own(some) + _items(list(some.keys())) + _items(list(some.values()))
    return _own


def _of_struct(kind: type[Struct], own: int) -> Weigh:
    names = kind.__struct_fields__
    if len(names) < 2:  # of one name, or of none, `attrgetter` gives no tuple
        return lambda record: own + sum(_deep(getattr(record, name)) for name in names)
    fields, known = attrgetter(*names), _WEIGHERS.get

    def weigh(record: Any) -> int:
        total = own
        for value in fields(record):
            if value is not None:
                one = value.__class__
                total += (known(one) or _weigher(one, value))(value)
        return total

    return weigh


def _items(items: list[Any]) -> int:
    if len(items) <= SAMPLE:
        return sum(map(_deep, items))
    step = len(items) / SAMPLE
    sample = sum(_deep(items[int(number * step)]) for number in range(SAMPLE))
    return round(sample * len(items) / SAMPLE)


def _own(value: Any) -> int:
    return -(-getsizeof(value) // _ALIGNED) * _ALIGNED
