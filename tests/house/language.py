"""The language is explained: whatever a caller can write or read has a description."""

from collections.abc import Iterator
from pathlib import Path

import graphql

SDL = "schema/schema.graphql"
SPECIFIED = {"cost", "listSize", "tag"}
"""Directives of a public specification, which describes their arguments; the library prints no descriptions of them."""


def everything_in_the_language_is_described(root: Path) -> list[str]:
    path = root / SDL
    if not path.exists():
        return [f"{SDL} is missing"]
    schema = graphql.build_schema(path.read_text("utf-8"))
    return [
        f"{SDL} leaves {place} undescribed" for place, text in _described(schema) if not (text or "").strip()
    ]


def _described(schema: graphql.GraphQLSchema) -> Iterator[tuple[str, str | None]]:
    for name, kind in schema.type_map.items():
        if not graphql.is_introspection_type(kind) and not graphql.is_specified_scalar_type(kind):
            yield name, kind.description
            yield from _members(kind)
    for directive in schema.directives:
        if not graphql.is_specified_directive(directive):
            yield f"@{directive.name}", directive.description
            if directive.name not in SPECIFIED:
                yield from _arguments(f"@{directive.name}", directive.args)


def _members(kind: graphql.GraphQLNamedType) -> Iterator[tuple[str, str | None]]:
    if isinstance(kind, graphql.GraphQLEnumType):
        for name, value in kind.values.items():
            yield f"{kind.name}.{name}", value.description
    elif isinstance(kind, graphql.GraphQLInputObjectType):
        for name, given in kind.fields.items():
            yield f"{kind.name}.{name}", given.description
    elif isinstance(kind, graphql.GraphQLObjectType | graphql.GraphQLInterfaceType):
        for name, field in kind.fields.items():
            yield f"{kind.name}.{name}", field.description
            yield from _arguments(f"{kind.name}.{name}", field.args)


def _arguments(owner: str, arguments: graphql.GraphQLArgumentMap) -> Iterator[tuple[str, str | None]]:
    for name, argument in arguments.items():
        yield f"{owner}({name}:)", argument.description


RULES = (everything_in_the_language_is_described,)
