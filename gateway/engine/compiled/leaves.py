"""How a scalar or an enum is completed: at once where the value is what is expected, by its type everywhere else."""

from collections.abc import Callable
from datetime import date, datetime
from decimal import Decimal
from enum import Enum
from typing import Any, Final
from uuid import UUID

from graphql import GraphQLEnumType, GraphQLLeafType, Undefined, specified_scalar_types
from strawberry.schema.schema_converter import CustomGraphQLEnumType
from strawberry.schema.types import base_scalars

from gateway.engine.compiled.plain import HandBack

MISSING: Final = object()

Complete = Callable[[Any], Any]

ASIDE: Final = {
    "String": "{v}.__class__ is not str",
    "ID": "{v}.__class__ is not str",
    "Boolean": "{v}.__class__ is not bool",
    "Int": "{v}.__class__ is not int or not -2147483648 <= {v} <= 2147483647",
    "Float": "{v}.__class__ is not float or not -1e308 < {v} < 1e308",
}
"""When a value of a scalar of the specification is not the very thing that is sent."""

WRITTEN: Final[tuple[tuple[Any, type, str], ...]] = (
    (base_scalars.DateDefinition, date, "{v}.isoformat()"),
    (base_scalars.DateTimeDefinition, datetime, "{v}.isoformat()"),
    (base_scalars.DecimalDefinition, Decimal, "str({v})"),
    (base_scalars.UUIDDefinition, UUID, "str({v})"),
)
"""Scalars of the library whose values are written by one expression: what writes them otherwise, their class, how."""


def slowly(leaf: GraphQLLeafType, *, null: bool) -> Complete:
    """Return what completes any value of a leaf as its type does; what it does not take it hands back."""
    complete = leaf.coerce_output_value

    def completed(value: Any) -> Any:
        if value is None or value is Undefined:
            if null:
                return None
            raise HandBack
        if isinstance(value, Exception) or hasattr(value, "__await__"):
            raise HandBack
        said = complete(value)
        if said is None or said is Undefined:
            raise HandBack
        return said

    return completed


def names_of(leaf: GraphQLEnumType) -> dict[int, str]:
    """Return the names of an enum's members, by the members' identities; members live as long as their enum."""
    kind = leaf.wrapped_cls if isinstance(leaf, CustomGraphQLEnumType) else None
    if not isinstance(kind, type) or not issubclass(kind, Enum):
        return {}
    return {id(member): leaf.coerce_output_value(member) for member in kind}


def is_specified(leaf: GraphQLLeafType) -> bool:
    """Tell whether a scalar is one of the specification's own."""
    return specified_scalar_types.get(leaf.name) is leaf and leaf.name in ASIDE


def written(leaf: GraphQLLeafType) -> tuple[type, str] | None:
    """Return the class that a scalar's values have and the expression that writes them, where there is one."""
    for declared, kind, how in WRITTEN:
        if leaf.name == declared.name and leaf.coerce_output_value == declared.serialize:
            return kind, how
    return None


def completing(
    leaf: GraphQLLeafType, v: str, constant: Callable[[Any, str], str], *, null: bool
) -> list[str]:
    """Return the lines that complete the leaf that a name holds. `constant` gives a value a name there."""
    slow = constant(slowly(leaf, null=null), "slow")
    if isinstance(leaf, GraphQLEnumType):
        names: dict[int, str | None] = dict(names_of(leaf))
        if null:
            names[id(None)] = None
        known = constant(names.get, "names")
        return [
            f"told = {known}(identity({v}), MISSING)",
            f"{v} = told if told is not MISSING else {slow}({v})",
        ]
    if is_specified(leaf):
        aside = ASIDE[leaf.name].format(v=v)
        when = f"{v} is not None and ({aside})" if null else aside
        return [f"if {when}: {v} = {slow}({v})"]
    usual = written(leaf)
    if usual is None:
        return [f"{v} = {slow}({v})"]
    return [
        f"{v} = {usual[1].format(v=v)} if {v}.__class__ is {constant(usual[0], 'class')} else {slow}({v})"
    ]
