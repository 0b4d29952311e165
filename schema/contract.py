"""A contract: a view of the schema that holds what a group of callers is promised, and tells of nothing else.

A view has types of its own, made from those of the whole schema; what resolves their fields is the same.
"""

import copy
from collections.abc import Callable, Iterator
from typing import Any, Final

from graphql import (
    GraphQLArgument,
    GraphQLField,
    GraphQLInterfaceType,
    GraphQLList,
    GraphQLNamedType,
    GraphQLNonNull,
    GraphQLObjectType,
    GraphQLSchema,
    GraphQLUnionType,
    get_named_type,
    is_composite_type,
    is_list_type,
    is_non_null_type,
    is_required_argument,
    validate_schema,
)
from msgspec import Struct

from schema.build import Silent
from schema.cost import DEFINITION
from schema.tag import Tag


class BareContractError(ValueError):
    """A contract that leaves nothing to ask for."""


class Contract(Struct, frozen=True):
    """What a contract holds, by tags.

    Fields and arguments with a tag of `exclude` are out. Where there are tags to `include`, a root, and a type that has
    fields with one of them, is in with those fields alone; any other type with all its fields, as soon as something
    leads to it.
    """

    include: frozenset[str] = frozenset()
    exclude: frozenset[str] = frozenset()


def tags_in(schema: GraphQLSchema) -> frozenset[str]:
    """Return the names of all tags of a schema."""
    kinds = filter(is_composite_type, schema.type_map.values())
    fields = [field for kind in kinds for field in getattr(kind, "fields", {}).values()]
    arguments = [argument for field in fields for argument in field.args.values()]
    return frozenset(tag for one in (*fields, *arguments) for tag in tags_of(one))


def tags_of(field: Any) -> frozenset[str]:
    """Return the names of the tags of a field, or of an argument."""
    told = getattr(field.extensions.get(DEFINITION), "directives", None) or ()
    return frozenset(one.name for one in told if isinstance(one, Tag))


def is_required(one: Any) -> bool:
    """Tell whether it is an argument that nobody can do without: it stays."""
    return isinstance(one, GraphQLArgument) and is_required_argument(one)


def view_of(whole: Silent, contract: Contract) -> Silent:
    """Return the view of a schema that a contract tells of; raise `BareContractError`. It has no subscriptions."""
    view = copy.copy(whole)
    view.__dict__.pop("printed", None)
    view._schema = _View(whole._schema, contract).schema()
    view._schema._strawberry_schema = view  # type: ignore[attr-defined]  # as the library ties them together
    return view


class _View:
    """A schema made of part of another one."""

    def __init__(self, whole: GraphQLSchema, contract: Contract) -> None:
        self._whole: Final = whole
        self._contract: Final = contract
        self._roots: Final = (whole.query_type, whole.mutation_type)
        self._made: Final[dict[str, GraphQLNamedType]] = {}

    def schema(self) -> GraphQLSchema:
        """Return it."""
        query, mutation = (self._root(one) for one in self._roots)
        if query is None:
            raise BareContractError("it leaves nothing to ask for")
        made = GraphQLSchema(
            query=query,
            mutation=mutation,
            types=[self._named(one) for one in self._reached()],
            directives=[one for one in self._whole.directives if one.name != "tag"],
        )
        wrong = validate_schema(made)
        if wrong:
            raise BareContractError(f"it leaves a schema that is none: {wrong[0].message}")
        return made

    def _root(self, kind: GraphQLObjectType | None) -> Any:
        return self._named(kind) if kind is not None and self._kept(kind) else None

    def _reached(self) -> list[GraphQLNamedType]:
        """Return the types that fields which are kept lead to: of an abstract one all that it can be."""
        waiting: list[GraphQLNamedType] = [one for one in self._roots if one is not None and self._kept(one)]
        reached: dict[str, GraphQLNamedType] = {}
        while waiting:
            kind = waiting.pop()
            if kind.name in reached:
                continue
            reached[kind.name] = kind
            for field in self._kept(kind).values():
                waiting.extend(self._led_to(get_named_type(field.type)))
        return [one for one in reached.values() if is_composite_type(one)]

    def _led_to(self, kind: Any) -> Iterator[GraphQLNamedType]:
        yield kind
        if isinstance(kind, GraphQLInterfaceType | GraphQLUnionType):
            yield from self._whole.get_possible_types(kind)

    def _kept(self, kind: Any) -> dict[str, GraphQLField]:
        """Return the fields of a type that are in."""
        fields: dict[str, GraphQLField] = getattr(kind, "fields", {}) if is_composite_type(kind) else {}
        inside = {name: one for name, one in fields.items() if self._is_in(one)}
        chooses = kind in self._roots or any(tags_of(one) & self._contract.include for one in fields.values())
        if not self._contract.include or not chooses:
            return inside
        promised = {name for one in getattr(kind, "interfaces", ()) for name in self._kept(one)}
        return {
            name: one
            for name, one in inside.items()
            if name in promised or tags_of(one) & self._contract.include
        }

    def _is_in(self, one: Any) -> bool:
        return not tags_of(one) & self._contract.exclude or is_required(one)

    def _type(self, kind: Any) -> Any:
        if is_non_null_type(kind):
            return GraphQLNonNull(self._type(kind.of_type))
        if is_list_type(kind):
            return GraphQLList(self._type(kind.of_type))
        return self._named(kind)

    def _named(self, kind: Any) -> Any:
        """Return a type of the view. What callers send, and values, are as they are in the whole schema."""
        if not is_composite_type(kind):
            return kind
        if kind.name not in self._made:
            self._made[kind.name] = type(kind)(**self._told(kind))
        return self._made[kind.name]

    def _told(self, kind: Any) -> dict[str, Any]:
        told: dict[str, Any] = kind.to_kwargs()
        if isinstance(kind, GraphQLUnionType):
            told["types"] = lambda: [self._named(one) for one in kind.types]
        else:
            told["fields"] = lambda: {name: self._field(one) for name, one in self._kept(kind).items()}
            told["interfaces"] = lambda: [self._named(one) for one in kind.interfaces]
        if told.get("resolve_type") is not None:
            told["resolve_type"] = _as_in_the_whole(kind)
        return told

    def _field(self, field: GraphQLField) -> GraphQLField:
        told: Any = field.to_kwargs()
        told["type_"] = self._type(field.type)
        told["args"] = {name: _argument(one) for name, one in field.args.items() if self._is_in(one)}
        told["extensions"] = dict(field.extensions) | _untagged(field.extensions.get(DEFINITION))
        return GraphQLField(**told)


def _as_in_the_whole(kind: Any) -> Callable[[Any, Any, Any], Any]:
    """Return what tells which type a value is. The library compares types as such, so it is shown those it knows."""
    return lambda value, info, _: kind.resolve_type(value, info, kind)


def _argument(argument: GraphQLArgument) -> GraphQLArgument:
    told: Any = argument.to_kwargs()
    told["extensions"] = dict(argument.extensions) | _untagged(argument.extensions.get(DEFINITION))
    return GraphQLArgument(**told)


def _untagged(definition: Any) -> dict[str, Any]:
    """Return a declaration without its tags: they are for whoever writes contracts, not for whoever has one."""
    if definition is None:
        return {}
    told = copy.copy(definition)
    told.directives = [one for one in definition.directives or () if not isinstance(one, Tag)]
    return {DEFINITION: told}
