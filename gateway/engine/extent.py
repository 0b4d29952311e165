"""How far a document goes: depth, fields, aliases, directives, with every fragment unfolded, in one look at each.

A document is looked at before it is validated, so nothing of it is known to be right: fragments may be missing, or
contain themselves.
"""

from collections.abc import Iterator, Mapping, Sequence
from typing import Final

from graphql import (
    DocumentNode,
    FieldNode,
    FragmentDefinitionNode,
    FragmentSpreadNode,
    InlineFragmentNode,
    OperationDefinitionNode,
    SelectionNode,
    SelectionSetNode,
)
from msgspec import Struct

MOST: Final = 1_000_000
"""What is more than this is said to be this: unfolded, a short document can be larger than the universe."""

DEEPEST: Final = 100
"""Levels of nesting, fragments counted, below which nothing is looked at: such a document is refused for its depth."""

_ABOUT_THE_SCHEMA: Final = frozenset({"__schema", "__type"})


class Extent(Struct, frozen=True):
    """What a selection comes to, its fragments unfolded. `top` are the fields on its own level, `steps` fields and
    fragments together: what it takes to go through it."""

    depth: int = 0
    top: int = 0
    fields: int = 0
    aliases: int = 0
    directives: int = 0
    steps: int = 0

    def __add__(self, other: "Extent") -> "Extent":
        """Return both beside each other."""
        return Extent(
            max(self.depth, other.depth),
            min(MOST, self.top + other.top),
            min(MOST, self.fields + other.fields),
            min(MOST, self.aliases + other.aliases),
            min(MOST, self.directives + other.directives),
            min(MOST, self.steps + other.steps),
        )


_NOTHING: Final = Extent()
_BEYOND: Final = Extent(depth=MOST)


def extents_of(
    document: DocumentNode, operations: Sequence[OperationDefinitionNode], *, introspects: bool
) -> list[Extent]:
    """Return how far each operation goes. Where a caller `introspects`, questions about the schema itself are free."""
    measure = _Measure(fragments_of(document), introspects=introspects)
    return [
        measure.set(one.selection_set, 0) + Extent(directives=len(one.directives or ())) for one in operations
    ]


def fragments_of(document: DocumentNode) -> Mapping[str, FragmentDefinitionNode]:
    """Return the fragments of a document by their names."""
    return {one.name.value: one for one in document.definitions if isinstance(one, FragmentDefinitionNode)}


def operations_of(document: DocumentNode) -> list[OperationDefinitionNode]:
    """Return the operations of a document."""
    return [one for one in document.definitions if isinstance(one, OperationDefinitionNode)]


class _Measure:
    """Measures selections; each fragment once."""

    def __init__(self, fragments: Mapping[str, FragmentDefinitionNode], *, introspects: bool) -> None:
        self._fragments = fragments
        self._introspects = introspects
        self._measured: dict[str, Extent] = {}

    def set(self, selections: SelectionSetNode | None, level: int) -> Extent:
        """Return what a set of selections comes to, so many levels deep."""
        if selections is None:
            return _NOTHING
        if level > DEEPEST:
            return _BEYOND
        total = _NOTHING
        for extent in self._each(selections.selections, level):
            total += extent
        return total

    def _each(self, selections: tuple[SelectionNode, ...], level: int) -> Iterator[Extent]:
        for one in selections:
            said = Extent(directives=len(one.directives or ()), steps=1)
            if isinstance(one, FieldNode):
                if self._introspects and one.name.value in _ABOUT_THE_SCHEMA:
                    continue
                yield said + self._field(one, level)
            elif isinstance(one, FragmentSpreadNode):
                yield said + self._spread(one.name.value, level)
            elif isinstance(one, InlineFragmentNode):
                yield said + self.set(one.selection_set, level + 1)

    def _field(self, field: FieldNode, level: int) -> Extent:
        beneath = self.set(field.selection_set, level + 1)
        return Extent(
            min(MOST, 1 + beneath.depth),
            1,
            min(MOST, 1 + beneath.fields),
            min(MOST, (field.alias is not None) + beneath.aliases),
            beneath.directives,
            beneath.steps,
        )

    def _spread(self, name: str, level: int) -> Extent:
        known = self._measured.get(name)
        if known is not None:
            return known
        fragment = self._fragments.get(name)
        if fragment is None:
            return _NOTHING
        self._measured[name] = _NOTHING  # one that contains itself: validation refuses it
        found = self.set(fragment.selection_set, level + 1) + Extent(
            directives=len(fragment.directives or ())
        )
        self._measured[name] = found
        return found
