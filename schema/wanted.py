"""Look-ahead: which parts a selection of a customer needs, so that all of them are loaded in one wave."""

from collections.abc import Iterator
from typing import Any, Final

from graphql import (
    FieldNode,
    FragmentSpreadNode,
    GraphQLResolveInfo,
    InlineFragmentNode,
    SelectionSetNode,
    VariableNode,
)

from schema.customer import Customer
from schema.node import Info
from schema.shown import PARTS
from sources.parts import Part


def _declared() -> dict[str, tuple[Part[Any], ...]]:
    definition: Any = Customer
    fields = definition.__strawberry_definition__.fields
    return {_camel(field.python_name): field.metadata.get(PARTS, ()) for field in fields}


def _camel(name: str) -> str:
    first, *rest = name.split("_")
    return first + "".join(word.capitalize() for word in rest)


SECTION_PARTS = _declared()
DEFER: Final = "defer"


def wanted(info: Info, *path: str) -> set[Part[Any]]:
    """Return the parts that the customer fields below this field are fed by, or below the path of fields under it.

    Those that are asked for later (`@defer`) are loaded later.
    """
    return {part for _, name in response_keys(info, *path, now=True) for part in SECTION_PARTS.get(name, ())}


def selected(info: Info, *path: str) -> set[str]:
    """Return the names of the fields that are selected below this field, or below the path of fields under it."""
    return {name for _, name in response_keys(info, *path)}


def response_keys(info: Info, *path: str, now: bool = False) -> list[tuple[tuple[str, ...], str]]:
    """Return the fields that `selected` names, each with the keys that lead to it in the answer: aliases count.

    With `now` only those that are not deferred; on the way to them deferral does not matter.
    """
    raw = info._raw_info
    nodes: list[tuple[tuple[str, ...], FieldNode]] = [((), node) for node in raw.field_nodes]
    for step in path:
        nodes = [(keys, node) for keys, node in _below(nodes, raw) if node.name.value == step]
    found = _below(nodes, raw, now=now)
    return list(dict.fromkeys((keys, node.name.value) for keys, node in found))


def _below(
    nodes: list[tuple[tuple[str, ...], FieldNode]], info: GraphQLResolveInfo[Any], *, now: bool = False
) -> list[tuple[tuple[str, ...], FieldNode]]:
    seen: dict[tuple[str, ...], set[str]] = {}
    return [
        ((*keys, (one.alias or one.name).value), one)
        for keys, node in nodes
        for one in _selected(node.selection_set, info, seen.setdefault(keys, set()), now=now)
    ]


def _selected(
    selections: SelectionSetNode | None, info: GraphQLResolveInfo[Any], seen: set[str], *, now: bool
) -> Iterator[FieldNode]:
    """Yield the fields of a selection; a fragment is walked once, however often it is spread."""
    for node in selections.selections if selections is not None else ():
        if node.directives and (not _included(node, info) or (now and _deferred(node, info))):
            continue
        if isinstance(node, FieldNode):
            yield node
        elif isinstance(node, InlineFragmentNode):
            yield from _selected(node.selection_set, info, seen, now=now)
        elif isinstance(node, FragmentSpreadNode) and node.name.value not in seen:
            seen.add(node.name.value)
            yield from _selected(info.fragments[node.name.value].selection_set, info, seen, now=now)


def _included(node: Any, info: GraphQLResolveInfo[Any]) -> bool:
    """Tell whether `@skip` and `@include` leave a selection in; validation has seen that each has its one argument."""
    conditions = {directive.name.value: directive.arguments for directive in node.directives or ()}
    skip, include = (_holds(conditions.get(name), info) for name in ("skip", "include"))
    return skip is not True and include is not False


def _deferred(node: Any, info: GraphQLResolveInfo[Any]) -> bool:
    """Tell whether a fragment is answered later. What is executed whole has no such directive left."""
    defer = next((one for one in node.directives or () if one.name.value == DEFER), None)
    if defer is None:
        return False
    return _holds([one for one in defer.arguments or () if one.name.value == "if"], info) is not False


def _holds(arguments: Any, info: GraphQLResolveInfo[Any]) -> bool | None:
    if not arguments:
        return None
    given = arguments[0].value
    coerced: Any = info.variable_values  # Strawberry hands down the values alone, without their sources
    holds: bool = coerced.get(given.name.value) if isinstance(given, VariableNode) else given.value
    return holds
