"""The functions of JMESPath, for numbers that are decimals and stay exact: its own would cut or round them."""

import re
from decimal import Decimal, InvalidOperation
from typing import Any, Final

import jmespath
from jmespath.functions import Functions, signature
from msgspec import json

_NUMBER: Final = re.compile(r"-?[0-9]+(?:\.[0-9]+)?(?:[eE][+-]?[0-9]+)?")
_WRITE: Final = json.Encoder(decimal_format="number").encode
_TYPES: Final = (
    (str, "string"),
    (bool, "boolean"),
    (list, "array"),
    (dict, "object"),
    (int | float | Decimal, "number"),
    (object, "null"),
)


class _Exact(Functions):
    """What an expression may call."""

    def _type_check_single(self, current: Any, types: Any, function_name: str) -> None:
        shown = [_usual(one) for one in current] if isinstance(current, list) else _usual(current)
        super()._type_check_single(shown, types, function_name)  # type: ignore[misc]

    def _convert_to_jmespath_type(self, pyobject: str) -> Any:
        name = "int" if pyobject == Decimal.__name__ else pyobject
        return super()._convert_to_jmespath_type(name)  # type: ignore[misc]

    @signature({"types": []})
    def _func_to_number(self, told: Any) -> Any:
        if isinstance(told, int | Decimal) and not isinstance(told, bool):
            return told
        if not isinstance(told, str) or not _NUMBER.fullmatch(told):
            return None
        try:
            return Decimal(told)
        except InvalidOperation:
            return None

    @signature({"types": []})
    def _func_to_string(self, told: Any) -> Any:
        return told if isinstance(told, str) else _WRITE(told).decode()

    @signature({"types": []})
    def _func_type(self, told: Any) -> Any:
        return next(name for kind, name in _TYPES if isinstance(told, kind))

    @signature({"types": ["array-number"]})
    def _func_avg(self, told: Any) -> Any:
        return sum(told, Decimal(0)) / len(told) if told else None


def _usual(told: Any) -> Any:
    """Return something of the type by which the interpreter knows what it is given."""
    if isinstance(told, Decimal):
        return 0
    return {} if isinstance(told, dict) else told


OPTIONS: Final = jmespath.Options(custom_functions=_Exact())


def unknown_function(node: Any) -> str | None:
    """Return the first function that a parsed expression calls and nobody has, None when all are known."""
    if not isinstance(node, dict):
        return None
    if node["type"] == "function_expression" and node["value"] not in _Exact.FUNCTION_TABLE:
        name: str = node["value"]
        return name
    return next(filter(None, map(unknown_function, node["children"])), None)
