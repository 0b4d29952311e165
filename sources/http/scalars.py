"""Single values: what a system wrote becomes the text, number, code, moment or day that a record holds."""

from collections.abc import Callable
from datetime import tzinfo
from decimal import Decimal, InvalidOperation
from enum import Enum
from typing import Any, Final, TypeAlias

from msgspec import inspect

from sources.http.moments import READERS, day, moment

Scalar: TypeAlias = Callable[[Any], Any]

_WRITTEN: Final = (str, int, Decimal)
_LARGEST: Final = 18
"""A number is smaller than ten to one more than this, and not closer to nothing than its inverse."""


class NotThis(ValueError):
    """A value cannot be what its field holds. The reason is one word."""

    def __init__(self, reason: str) -> None:
        super().__init__(reason)
        self.reason = reason


def scalar(kind: inspect.Type, time: str, zone: tzinfo | None) -> Scalar | None:
    """Return how a value of this type is read; None when the type holds more than one value."""
    if isinstance(kind, inspect.DateTimeType):
        return _timed(moment, time, zone)
    if isinstance(kind, inspect.DateType):
        return _timed(day, time, zone)
    if isinstance(kind, inspect.EnumType):
        return _code_of(kind.cls)
    return next((read for shape, read in _SCALARS.items() if isinstance(kind, shape)), None)


def _timed(made: Callable[..., Any], time: str, zone: tzinfo | None) -> Scalar:
    reader = READERS[time]

    def read(told: Any) -> Any:
        try:
            return made(reader, told, zone)
        except ValueError:
            raise NotThis("time") from None

    return read


def _code_of(words: type[Enum]) -> Scalar:
    def read(told: Any) -> Any:
        try:
            return words(_text(told))
        except ValueError:
            raise NotThis("code") from None

    return read


def _text(told: Any) -> str:
    if isinstance(told, bool) or not isinstance(told, _WRITTEN):
        raise NotThis("text")
    return str(told)


def _whole(told: Any) -> int:
    number = _decimal(told)
    if number != number.to_integral_value():
        raise NotThis("number")
    return int(number)


def _decimal(told: Any) -> Decimal:
    if isinstance(told, bool) or not isinstance(told, _WRITTEN):
        raise NotThis("number")
    try:
        number = Decimal(told)
    except InvalidOperation:
        raise NotThis("number") from None
    if not number.is_finite() or abs(number.adjusted()) > _LARGEST:
        raise NotThis("number")  # 1e999999999 is short to write, and more than a machine can work out
    return number


def _truth(told: Any) -> bool:
    if isinstance(told, bool):
        return told
    raise NotThis("truth")


_SCALARS: Final[dict[type[inspect.Type], Scalar]] = {
    inspect.StrType: _text,
    inspect.BoolType: _truth,
    inspect.IntType: _whole,
    inspect.DecimalType: _decimal,
}
