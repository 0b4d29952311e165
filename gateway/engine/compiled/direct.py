"""A field that a function works out, called at once where its arguments are plain values.

What the library does between a field and its function makes values of types of their own out of arguments: of numbers,
texts and what is left out it makes the same again.
"""

import inspect
from collections.abc import Callable, Mapping
from types import NoneType
from typing import Any, Final

import strawberry
from graphql import (
    FieldNode,
    GraphQLError,
    GraphQLField,
    GraphQLResolveInfo,
    ValueNode,
    VariableNode,
    Visitor,
    get_argument_values,
    visit,
)
from graphql.execution.collect_fields import FieldDetailsList
from graphql.execution.values import VariableValues
from msgspec import Struct

from gateway.engine.compiled.plain import NotPlain, see_through
from schema.cost import DEFINITION

PLAIN: Final = frozenset({int, float, str, bool, NoneType})
"""The classes of values that the library hands on as they are."""


class Direct(Struct, frozen=True):
    """What works out a field. `names` are those of its arguments, by what they are called in a document; `literal` are
    the arguments where all stand in the document."""

    field: GraphQLField
    declared: Any
    nodes: list[FieldNode]
    function: Callable[..., Any]
    informed: bool
    names: Mapping[str, str]
    literal: Mapping[str, Any] | None

    def given(self, variables: VariableValues) -> Mapping[str, Any] | None:
        """Return the arguments; None where the library is to read them, or to say what is wrong with them."""
        return self.literal if self.literal is not None else self._read(variables)

    def call(self, source: Any, info: GraphQLResolveInfo[Any], given: Mapping[str, Any]) -> Any:
        """Return what the function gives."""
        if self.informed:
            return self.function(source, info=strawberry.Info(_raw_info=info, _field=self.declared), **given)
        return self.function(source, **given)

    def _read(self, variables: VariableValues) -> Mapping[str, Any] | None:
        try:
            read = get_argument_values(self.field, self.nodes[0], variables)
        except GraphQLError:
            return None
        if not all(value.__class__ in PLAIN for value in read.values()):
            return None
        return {self.names[name]: value for name, value in read.items()}


def direct(field: GraphQLField | None, details: FieldDetailsList) -> Direct:
    """Return what works out a field; raise `NotPlain` where the library has more to do than to call a function."""
    see_through(details)
    declared = field.extensions.get(DEFINITION) if field is not None else None
    resolver = declared.base_resolver if declared is not None else None
    if field is None or declared is None or resolver is None:
        raise NotPlain
    if declared.permission_classes or declared.extensions or not inspect.isfunction(resolver.wrapped_func):
        raise NotPlain
    if resolver.parent_parameter or resolver.root_parameter or not resolver.self_parameter:
        raise NotPlain
    info, nodes = resolver.info_parameter, [one.node for one in details]
    if info is not None and info.name != "info":
        raise NotPlain
    told = Direct(field, declared, nodes, resolver.wrapped_func, info is not None, _names(field), None)
    if any(map(_varies, (argument.value for argument in nodes[0].arguments or ()))):
        return told
    literal = told.given(VariableValues({}, {}))
    if literal is None:
        raise NotPlain
    return Direct(field, declared, nodes, resolver.wrapped_func, info is not None, told.names, literal)


def _names(field: GraphQLField) -> Mapping[str, str]:
    """Return what a function calls the arguments of its field."""
    names = {}
    for name, argument in field.args.items():
        declared = argument.extensions.get(DEFINITION)
        if declared is None or declared.is_maybe:
            raise NotPlain
        names[name] = declared.python_name
    return names


class _Varying(Visitor):
    varies = False

    def enter_variable(self, node: VariableNode, *_: Any) -> None:
        self.varies = True


def _varies(value: ValueNode) -> bool:
    visitor = _Varying()
    visit(value, visitor)
    return visitor.varies
