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

    Names joined by dots, which most paths are, need no interpreter.
    """
    if _PLAIN.fullmatch(expression):
        return _plain(expression.split("."))
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


def _plain(names: list[str]) -> Path:
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
