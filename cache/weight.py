"""How much memory a value takes, about: exact for what is small, by a sample for what is long."""

from collections.abc import Callable, Mapping, Sequence
from datetime import date, time, timedelta
from decimal import Decimal
from enum import Enum
from operator import attrgetter
from sys import getsizeof
from typing import Any, Final, TypeAlias

from msgspec import Struct, inspect

Weigh: TypeAlias = Callable[[Any], int]

SAMPLE: Final = 4
"""Of longer lists so many items are weighed, from all over it, and stand for the others."""
_FIXED: Final = (float, date, time, timedelta, Decimal)
"""Whatever such a value says, it takes the same."""
_ALIGNED: Final = 16
_TEXT: Final = getsizeof("") + _ALIGNED - 1
_PLACE: Final = 400
"""What keeping an entry costs beside its value: its key, its place, its links."""
_WEIGHERS: Final[dict[type, Weigh]] = {}
"""What weighs values, by their class: there are as many as there are classes of records."""
_WEIGHTLESS: Final = {inspect.EnumType, inspect.BoolType, inspect.IntType, inspect.NoneType}
"""What is shared by everybody who holds it, or next to nothing."""


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
    if issubclass(kind, tuple | list):
        return lambda some: _own(some) + _items(some)
    if issubclass(kind, frozenset | set):
        return lambda some: _own(some) + _items(list(some))
    if issubclass(kind, Mapping):
        return lambda some: _own(some) + _items(list(some.keys())) + _items(list(some.values()))
    return _own


def _of_struct(kind: type[Struct], own: int) -> Weigh:
    texts, others, known = _getter(kind, _is_text), _getter(kind, _is_other), _WEIGHERS.get

    def weigh(record: Any) -> int:
        total = own
        for text in texts(record):
            if text is not None:
                total += (len(text) + _TEXT) & -_ALIGNED if text.isascii() else _own(text)
        for value in others(record):
            if value is not None:
                one = value.__class__
                total += (known(one) or _weigher(one, value))(value)
        return total

    return weigh


def _getter(kind: type[Struct], chosen: Callable[[set[type]], bool]) -> Callable[[Any], Sequence[Any]]:
    """Return what gives the values of those fields of a record whose types are chosen."""
    info: Any = inspect.type_info(kind)
    names = [field.name for field in info.fields if chosen(_types(field.type))]
    if not names:
        return lambda _: ()
    get = attrgetter(*names)  # of one name it gives no tuple
    return get if len(names) > 1 else lambda record: (get(record),)


def _types(kind: Any) -> set[type]:
    return {type(one) for one in (kind.types if isinstance(kind, inspect.UnionType) else (kind,))}


def _is_text(types: set[type]) -> bool:
    return types <= {inspect.StrType, inspect.NoneType}


def _is_other(types: set[type]) -> bool:
    """Tell whether a field holds anything that weighs, other than texts."""
    return not _is_text(types) and not types <= _WEIGHTLESS


def _items(items: Sequence[Any]) -> int:
    if len(items) <= SAMPLE:
        return sum(map(_deep, items))
    step = len(items) / SAMPLE
    sample = sum(_deep(items[int(number * step)]) for number in range(SAMPLE))
    return round(sample * len(items) / SAMPLE)


def _own(value: Any) -> int:
    return -(-getsizeof(value) // _ALIGNED) * _ALIGNED
