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
from graphql.execution.collect_fields import (
    CollectedFields,
    FieldDetailsList,
    GroupedFieldSet,
    collect_subfields,
)
from msgspec import Struct

from gateway.engine.compiled.direct import Direct, direct
from gateway.engine.compiled.plain import NotPlain
from gateway.engine.compiled.writer import Code, Complete, Selecting, Writer

MOST_VARIANTS: Final = 16
"""Of how many different values of the variables that `@skip` and `@include` look at something is compiled."""


class Split(Struct, frozen=True):
    """An object of whose fields some are plain: what completes those, and the keys of the others."""

    complete: Complete
    others: frozenset[str]


class Rest(Struct, frozen=True):
    """What completes the plain fields of an object, and the fields that are left to the library."""

    complete: Complete
    fields: GroupedFieldSet


class Variant:
    """What was compiled for some values of the variables that say what is selected."""

    def __init__(self, handed_back: Callable[[], None]) -> None:
        self.handed_back: Final = handed_back
        self._values: dict[Any, Code | None] = {}
        self._splits: dict[Any, Split | None] = {}
        self._directs: dict[Any, Direct | None] = {}
        self._collected: dict[Any, CollectedFields] = {}
        self._rests: dict[int, Rest | None] = {}
        self._held: set[int] = set()

    @property
    def selections(self) -> int:
        """How many selections are compiled."""
        return sum(one is not None for one in (*self._values.values(), *self._splits.values()))

    def value(
        self, selecting: Selecting, parent: GraphQLObjectType, kind: Any, details: FieldDetailsList
    ) -> Code | None:
        """Return what completes a field's value; None where more than attributes are below it."""
        key = (id(selecting.operation), parent.name, id(kind), _nodes(details))
        if key not in self._values:
            self._values[key] = _written(selecting, kind, details)
        return self._values[key]

    def direct(
        self, selecting: Selecting, parent: GraphQLObjectType, details: FieldDetailsList
    ) -> Direct | None:
        """Return what works out a field by its function alone, None where the library has more to do."""
        key = (id(selecting.operation), parent.name, _nodes(details))
        if key not in self._directs:
            try:
                field = selecting.schema.get_field(parent, details[0].node.name.value)
                self._directs[key] = direct(field, details)
            except NotPlain:
                self._directs[key] = None
        return self._directs[key]

    def collected(
        self, selecting: Selecting, kind: GraphQLObjectType, details: FieldDetailsList
    ) -> CollectedFields | None:
        """Return which fields a selection comes to, the same as the first time; None where some are delivered later."""
        for one in details:
            if one.defer_usage is not None or one.fragment_variable_values is not None:
                return None
        key = (id(selecting.operation), kind.name, _nodes(details))
        found = self._collected.get(key)
        if found is None:
            found = collect_subfields(
                selecting.schema, selecting.fragments, selecting.variables, selecting.operation, kind, details
            )
            if found.new_defer_usages:
                return None
            self._collected[key] = found
            self._held.add(id(found.grouped_field_set))
        return found

    def rest(self, selecting: Selecting, kind: GraphQLObjectType, fields: GroupedFieldSet) -> Rest | None:
        """Return what completes the plain fields of an object, and the others; None where none of them is plain."""
        if id(fields) in self._rests:
            return self._rests[id(fields)]
        split, rest = self.split(selecting, kind, fields), None
        if split is not None:
            rest = Rest(split.complete, {one: fields[one] for one in fields if one in split.others})
        if id(fields) in self._held:  # as long as this is there, so are they
            self._rests[id(fields)] = rest
        return rest

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


def _written(selecting: Selecting, kind: Any, details: FieldDetailsList) -> Code | None:
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
