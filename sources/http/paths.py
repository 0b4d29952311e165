"""Paths into what a system answered, in JMESPath, compiled once."""

import re
from collections.abc import Callable
from typing import Any, Final, TypeAlias

import jmespath
from jmespath.exceptions import JMESPathError

from sources.http.functions import OPTIONS, unknown_function

Path: TypeAlias = Callable[[Any], Any]

_PLAIN: Final = re.compile(r"[A-Za-z_][A-Za-z0-9_]*(?:\.[A-Za-z_][A-Za-z0-9_]*)*")


class BadPathError(ValueError):
    """An expression that is no JMESPath."""


class UnfitError(ValueError):
    """An expression cannot be worked out on this answer: a function was given what it does not take."""


def compiled(expression: str) -> Path:
    """Return the function that finds what an expression names; raise `BadPathError`.

    Names joined by dots, which most paths are, and `@` need no interpreter.
    """
    names = names_of(expression)
    if names is not None:
        return _plain(names)
    try:
        parsed = jmespath.compile(expression)
    except JMESPathError as error:
        raise BadPathError(str(error).splitlines()[0]) from None
    unknown = unknown_function(parsed.parsed)
    if unknown is not None:
        raise BadPathError(f"there is no function {unknown}()")

    def found(value: Any) -> Any:
        try:
            return parsed.search(value, OPTIONS)
        except Exception:  # whatever a function does with what it was not made for
            raise UnfitError from None

    return found


def names_of(expression: str) -> tuple[str, ...] | None:
    """Return the names that an expression joins by dots, none for `@`; None where it is more than that."""
    if expression == "@":
        return ()
    return tuple(expression.split(".")) if _PLAIN.fullmatch(expression) else None


def _plain(names: tuple[str, ...]) -> Path:
    if not names:
        return lambda value: value
    if len(names) == 1:
        (name,) = names
        return lambda value: value.get(name) if isinstance(value, dict) else None

    def found(value: Any) -> Any:
        for name in names:
            if not isinstance(value, dict):
                return None
            value = value.get(name)
        return value

    return found
