"""A selection of everything that a type has."""

from typing import Any

import graphql

from schema import sdl

SCHEMA = graphql.build_schema(sdl())
DEPTH = 6


def everything_below(kind: Any, depth: int = DEPTH) -> str:
    """A selection of every field that needs no argument, as deep as it goes."""
    named = graphql.get_named_type(kind)
    if graphql.is_leaf_type(named):
        return ""
    if depth == 0:
        return "{ __typename }"
    if isinstance(named, graphql.GraphQLUnionType):
        parts = " ".join(f"... on {each.name} {everything_below(each, depth - 1)}" for each in named.types)
        return f"{{ __typename {parts} }}"
    assert isinstance(named, graphql.GraphQLObjectType | graphql.GraphQLInterfaceType)
    return (
        "{ __typename " + " ".join(_field(name, field, depth) for name, field in named.fields.items()) + " }"
    )


def _field(name: str, field: graphql.GraphQLField, depth: int) -> str:
    alias = f"{name}_{graphql.get_named_type(field.type).name}"
    return f"{alias}: {name} {everything_below(field.type, depth - 1)}"
