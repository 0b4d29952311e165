"""What was compiled of one document, kept as long as the document is."""

from collections.abc import Callable
from typing import Any, Final

from graphql import (
    DirectiveNode,
    DocumentNode,
    GraphQLObjectType,
    VariableNode,
    Visitor,
    visit,
)
from graphql.execution.collect_fields import FieldDetailsList, GroupedFieldSet
from msgspec import Struct

from gateway.engine.compiled.plain import NotPlain
from gateway.engine.compiled.writer import Complete, Selecting, Writer

MOST_VARIANTS: Final = 16
"""Of how many different values of the variables that `@skip` and `@include` look at something is compiled."""


class Split(Struct, frozen=True):
    """An object of whose fields some are plain: what completes those, and the keys of the others."""

    complete: Complete
    others: frozenset[str]


class Variant:
    """What was compiled for some values of the variables that say what is selected."""

    def __init__(self, handed_back: Callable[[], None]) -> None:
        self.handed_back: Final = handed_back
        self._values: dict[Any, Complete | None] = {}
        self._splits: dict[Any, Split | None] = {}

    @property
    def selections(self) -> int:
        """How many selections are compiled."""
        return sum(one is not None for one in (*self._values.values(), *self._splits.values()))

    def value(
        self, selecting: Selecting, parent: GraphQLObjectType, kind: Any, details: FieldDetailsList
    ) -> Complete | None:
        """Return what completes a field's value; None where more than attributes are below it."""
        key = (id(selecting.operation), parent.name, id(kind), _nodes(details))
        if key not in self._values:
            self._values[key] = _written(selecting, kind, details)
        return self._values[key]

    def split(self, selecting: Selecting, kind: GraphQLObjectType, fields: GroupedFieldSet) -> Split | None:
        """Return how the fields of an object are split; None where none of them is plain."""
        nodes = tuple((key, _nodes(details)) for key, details in fields.items())
        key = (id(selecting.operation), kind.name, nodes)
        if key not in self._splits:
            complete, others = Writer(selecting).fields(kind, fields)
            self._splits[key] = Split(complete, others) if len(others) < len(fields) else None
        return self._splits[key]


class Plans:
    """What was compiled of one document, from the second time that it runs on, or `at_once`."""

    def __init__(self, document: DocumentNode, *, at_once: bool = False) -> None:
        self._document: Final = document  # nodes are told apart by their identities
        self._known = at_once
        self._variables: Final = _deciding(document)
        self._variants: dict[tuple[Any, ...], Variant] = {}
        self.handed_back = 0

    def variant(self, variables: dict[str, Any]) -> Variant | None:
        """Return what is compiled for these variables; None where nothing is to be."""
        if not self._known:
            self._known = True
            return None
        key = tuple(map(variables.get, self._variables))
        found = self._variants.get(key)
        if found is None and len(self._variants) < MOST_VARIANTS:
            found = self._variants[key] = Variant(self._count)
        return found

    def counted(self) -> int:
        """Return how many values were handed back since this was asked before."""
        counted, self.handed_back = self.handed_back, 0
        return counted

    @property
    def selections(self) -> int:
        """How many selections are compiled."""
        return sum(one.selections for one in self._variants.values())

    def _count(self) -> None:
        self.handed_back += 1


def _nodes(details: FieldDetailsList) -> tuple[int, ...]:
    return tuple([id(one.node) for one in details])


def _written(selecting: Selecting, kind: Any, details: FieldDetailsList) -> Complete | None:
    try:
        return Writer(selecting).value(kind, details)
    except NotPlain:
        return None


class _Deciding(Visitor):
    def __init__(self) -> None:
        super().__init__()
        self.names: dict[str, None] = {}

    def enter_directive(self, node: DirectiveNode, *_: Any) -> None:
        for argument in node.arguments or ():
            if isinstance(argument.value, VariableNode):
                self.names[argument.value.name.value] = None


def _deciding(document: DocumentNode) -> tuple[str, ...]:
    """Return the names of the variables that directives look at."""
    visitor = _Deciding()
    visit(document, visitor)
    return tuple(visitor.names)
