"""How often a document asks for the same thing: validation compares each of them with each other."""

from collections.abc import Iterator, Mapping
from typing import Final

from graphql import (
    DocumentNode,
    FieldNode,
    FragmentDefinitionNode,
    FragmentSpreadNode,
    InlineFragmentNode,
    OperationDefinitionNode,
    SelectionSetNode,
)

from gateway.engine.extent import fragments_of

MOST_LEVELS: Final = 100


def overlaps_of(document: DocumentNode, operation: OperationDefinitionNode) -> int:
    """Return how many pairs of fields stand under the same name at the same place, fragments unfolded.

    That is what it takes to tell whether they can be one. Only for operations that do not go far (`extent_of`).
    """
    fragments, pairs, level = fragments_of(document), 0, [[operation.selection_set]]
    for _ in range(MOST_LEVELS):
        beneath: list[list[SelectionSetNode]] = []
        for sets in level:
            named: dict[str, list[SelectionSetNode | None]] = {}
            for one in sets:
                for field in _fields(one, fragments, ()):
                    name = field.alias.value if field.alias is not None else field.name.value
                    named.setdefault(name, []).append(field.selection_set)
            for found in named.values():
                pairs += len(found) * (len(found) - 1) // 2
                beneath.append([one for one in found if one is not None])
        level = beneath
        if not any(level):
            break
    return pairs


def _fields(
    selections: SelectionSetNode, fragments: Mapping[str, FragmentDefinitionNode], within: tuple[str, ...]
) -> Iterator[FieldNode]:
    """Yield the fields of a selection, those of its fragments too."""
    for one in selections.selections:
        if isinstance(one, FieldNode):
            yield one
        elif isinstance(one, FragmentSpreadNode):
            name = one.name.value
            fragment = fragments.get(name)
            if fragment is not None and name not in within:
                yield from _fields(fragment.selection_set, fragments, (*within, name))
        elif isinstance(one, InlineFragmentNode):
            yield from _fields(one.selection_set, fragments, within)
