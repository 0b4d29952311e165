"""What is plain: a field that shows an attribute of its object, or what a function tells of the object at once."""

import inspect
from collections.abc import Callable, Iterable
from typing import Any, Final, NamedTuple

from graphql import GraphQLField
from graphql.execution.collect_fields import FieldDetailsList

from schema.cost import DEFINITION
from schema.shown import STEADY


class NotPlain(Exception):
    """A selection holds what has to be worked out: a resolver, an argument, a part that is delivered later."""


class HandBack(Exception):
    """A value is not what its type promises: the library is to complete it, and to say what is wrong with it."""


class Told(NamedTuple):
    """What a function that tells something of an object is told beside it: the context, and nothing of the place."""

    context: Any


class Function(NamedTuple):
    """A function that tells something of an object; `informed` is whether it takes `info`, too.

    `steady` is whether it tells the same of the same object, whoever asks, and whenever.
    """

    function: Callable[..., Any]
    informed: bool
    steady: bool


_ALONE: Final = (["self"], ["self", "info"])


def shown_by(field: GraphQLField | None) -> str | Function:
    """Return the name of the attribute that a field shows, or the function that tells it; raise `NotPlain` where there
    is more to it: arguments, permissions, something to wait for."""
    declared = field.extensions.get(DEFINITION) if field is not None else None
    if field is None or declared is None or field.args:
        raise NotPlain
    if declared.base_resolver is not None:
        return _function_of(declared)
    if (
        not declared.is_basic_field
        or declared.default_resolver is not getattr
        or not getattr(field.resolve, "_is_default", False)
        or not declared.python_name.isidentifier()
    ):
        raise NotPlain
    name: str = declared.python_name
    return name


def _function_of(declared: Any) -> Function:
    function = declared.base_resolver.wrapped_func
    if declared.permission_classes or declared.extensions or not inspect.isfunction(function):
        raise NotPlain
    takes = list(inspect.signature(function).parameters)
    waits = inspect.iscoroutinefunction(function) or inspect.isasyncgenfunction(function)
    if waits or takes not in _ALONE:
        raise NotPlain
    informed = "info" in takes
    return Function(function, informed, not informed or declared.metadata.get(STEADY) is True)


def see_through(details: FieldDetailsList) -> None:
    """Raise `NotPlain` where some of the places at which a field is selected is more than a selection."""
    for one in details:
        if (
            one.defer_usage is not None
            or one.fragment_variable_values is not None
            or _streams(one.node.directives)
        ):
            raise NotPlain


def _streams(directives: Iterable[object] | None) -> bool:
    return any(one.name.value == "stream" for one in directives or ())  # type: ignore[attr-defined]
