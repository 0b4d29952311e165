"""What is plain: a field that shows an attribute of its object, with nothing between the two."""

from collections.abc import Iterable

from graphql import GraphQLField
from graphql.execution.collect_fields import FieldDetailsList

from schema.cost import DEFINITION


class NotPlain(Exception):
    """A selection holds what has to be worked out: a resolver, an argument, a part that is delivered later."""


class HandBack(Exception):
    """A value is not what its type promises: the library is to complete it, and to say what is wrong with it."""


def attribute_of(field: GraphQLField | None) -> str:
    """Return the name of the attribute that a field shows; raise `NotPlain` where it does more than that."""
    declared = field.extensions.get(DEFINITION) if field is not None else None
    if (
        field is None
        or declared is None
        or field.args
        or not declared.is_basic_field
        or declared.default_resolver is not getattr
        or not getattr(field.resolve, "_is_default", False)
        or not declared.python_name.isidentifier()
    ):
        raise NotPlain
    name: str = declared.python_name
    return name


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
