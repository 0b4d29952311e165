"""What an operation may cost, told from its text: objects, by their weights and by how many there can be.

The text is looked at once. Where a list is as long as a variable says, the price is worked out anew for each request.
"""

from collections.abc import Iterable, Iterator, Mapping
from typing import Any, Final

from graphql import (
    DocumentNode,
    FieldNode,
    FragmentSpreadNode,
    GraphQLArgument,
    GraphQLField,
    GraphQLInterfaceType,
    GraphQLNamedType,
    GraphQLObjectType,
    GraphQLSchema,
    GraphQLType,
    InlineFragmentNode,
    IntValueNode,
    ListValueNode,
    NullValueNode,
    OperationDefinitionNode,
    SelectionSetNode,
    Undefined,
    VariableNode,
    get_named_type,
    is_composite_type,
    is_list_type,
    is_non_null_type,
    value_from_ast_untyped,
)
from msgspec import Struct

from gateway.engine.extent import MOST, fragments_of
from schema.cost import DEFINITION, MOST_OF_A_PAGE, Cost, ListSize

_ABSENT: Final = object()


class Length(Struct, frozen=True):
    """How long a list can be: as long as a variable says, `usual` where it says nothing."""

    variable: str
    usual: int
    counts: bool = False

    def of(self, variables: Mapping[str, Any]) -> int:
        """Return it for the variables of a request. A value that makes no sense counts as the most there can be."""
        return length(variables.get(self.variable, _ABSENT), self.usual, counts=self.counts)


class Price(Struct, frozen=True):
    """What a selection costs: `fixed`, the dearest of each of `either`, and each of `times` as often as it says."""

    fixed: int = 0
    times: tuple[tuple[Length, "Price"], ...] = ()
    either: tuple[tuple["Price", ...], ...] = ()

    @property
    def is_fixed(self) -> bool:
        """Whether it is the same for every request."""
        return not self.times and not self.either

    def of(self, variables: Mapping[str, Any]) -> int:
        """Return what it comes to with the variables of a request."""
        total = self.fixed
        for size, price in self.times:
            total += size.of(variables) * price.of(variables)
        for prices in self.either:
            total += max(price.of(variables) for price in prices)
        return min(MOST, total)


FREE: Final = Price()


def length(value: Any, usual: int, *, counts: bool) -> int:
    """Return how long a list is for the value of an argument: what it `counts`, or the number that it is."""
    if value is _ABSENT:
        return usual
    if counts:
        return min(MOST, len(value)) if isinstance(value, list) else 1 if value is not None else 0
    if isinstance(value, int) and not isinstance(value, bool) and 0 <= value <= MOST_OF_A_PAGE:
        return value
    return MOST_OF_A_PAGE


def together(prices: Iterable[Price]) -> Price:
    """Return the price of several selections beside each other."""
    told = [price for price in prices if price != FREE]
    return Price(
        min(MOST, sum(price.fixed for price in told)),
        tuple(one for price in told for one in price.times),
        tuple(one for price in told for one in price.either),
    )


def often(size: int | Length, price: Price) -> Price:
    """Return a price for each thing of a list."""
    if isinstance(size, Length):
        return Price(times=((size, price),)) if price != FREE else FREE
    return Price(
        min(MOST, size * price.fixed),
        tuple((length, often(size, one)) for length, one in price.times),
        tuple(tuple(often(size, one) for one in several) for several in price.either),
    )


class Pricer:
    """Prices operations of a schema."""

    def __init__(self, schema: GraphQLSchema) -> None:
        self._schema = schema

    def price(self, document: DocumentNode, operation: OperationDefinitionNode) -> Price:
        """Return what an operation may cost. Its document may be wrong, and must not go far (`extent_of`)."""
        root = self._schema.get_root_type(operation.operation)
        return _Walk(self._schema, document, operation).set(operation.selection_set, root)


class _Walk:
    """One look at one operation."""

    def __init__(
        self, schema: GraphQLSchema, document: DocumentNode, operation: OperationDefinitionNode
    ) -> None:
        self._schema = schema
        self._fragments = fragments_of(document)
        self._defaults = {
            one.variable.name.value: value_from_ast_untyped(one.default_value)
            for one in operation.variable_definitions or ()
            if one.default_value is not None
        }
        self._within: list[str] = []

    def set(
        self,
        selections: SelectionSetNode | None,
        parent: GraphQLNamedType | None,
        sized: tuple[frozenset[str], int | Length] | None = None,
    ) -> Price:
        """Return the price of a selection on a type. `sized` are lists whose length the field above knows."""
        if selections is None or not is_composite_type(parent):
            return FREE
        always: list[Price] = []
        cases: dict[str, list[Price]] = {}
        for one in selections.selections:
            if isinstance(one, FieldNode):
                always.append(self._field(one, parent, sized))
                continue
            for kind, price in self._fragment(one, parent, sized):
                if isinstance(kind, GraphQLObjectType) and kind is not parent:
                    cases.setdefault(kind.name, []).append(price)
                else:
                    always.append(price)
        return together([*always, _dearest([together(prices) for prices in cases.values()])])

    def _fragment(
        self, one: Any, parent: GraphQLNamedType, sized: Any
    ) -> Iterator[tuple[GraphQLNamedType | None, Price]]:
        if isinstance(one, InlineFragmentNode):
            condition = one.type_condition
            kind = self._schema.get_type(condition.name.value) if condition is not None else parent
            yield kind, self.set(one.selection_set, kind, sized)
        elif isinstance(one, FragmentSpreadNode):
            fragment = self._fragments.get(one.name.value)
            if fragment is not None and one.name.value not in self._within:
                kind = self._schema.get_type(fragment.type_condition.name.value)
                self._within.append(one.name.value)
                yield kind, self.set(fragment.selection_set, kind, sized)
                self._within.pop()

    def _field(self, one: FieldNode, parent: Any, sized: Any) -> Price:
        known = isinstance(parent, GraphQLObjectType | GraphQLInterfaceType)
        field = parent.fields.get(one.name.value) if known else None
        if field is None:
            return FREE
        said = list_size(field)
        names = frozenset((said.sized_fields or ()) if said is not None else ())
        size = self._size(one, field, said)
        kind = get_named_type(field.type)
        beneath = self.set(one.selection_set, kind, (names, size) if names else None)
        each = together([Price(weight_of(kind)), beneath])
        times: int | Length = 1
        if is_list(field.type):
            times = sized[1] if sized is not None and one.name.value in sized[0] else size
        return together([Price(own_weight(field)), often(times, each)])

    def _size(self, one: FieldNode, field: GraphQLField, said: ListSize | None) -> int | Length:
        usual = (said.assumed_size if said is not None else None) or MOST_OF_A_PAGE
        for name in (said.slicing_arguments or ()) if said is not None else ():
            argument = field.args.get(name)
            if argument is not None:
                return self._argument(one, name, argument)
        return usual

    def _argument(self, one: FieldNode, name: str, argument: GraphQLArgument) -> int | Length:
        counts = is_list(argument.type)
        default = argument.default_value
        usual = length(_ABSENT if default is Undefined else default, MOST_OF_A_PAGE, counts=counts)
        given = next((node.value for node in one.arguments or () if node.name.value == name), None)
        if given is None:
            return usual
        if isinstance(given, VariableNode):
            variable = given.name.value
            usual = length(self._defaults.get(variable, _ABSENT), usual, counts=counts)
            return Length(variable, usual, counts)
        if isinstance(given, ListValueNode):
            return length(list(given.values or ()), usual, counts=counts)
        if isinstance(given, IntValueNode):
            return length(int(given.value), usual, counts=counts)
        return length(None if isinstance(given, NullValueNode) else "", usual, counts=counts)


def _dearest(prices: list[Price]) -> Price:
    """Return the price of what is one of several things: the dearest, where that can be told."""
    if all(price.is_fixed for price in prices):
        return Price(max((price.fixed for price in prices), default=0))
    return Price(either=(tuple(prices),))


def is_list(kind: GraphQLType) -> bool:
    """Tell whether a type is a list, null or not."""
    return is_list_type(kind.of_type if is_non_null_type(kind) else kind)


def _directives(told: Any, kind: type) -> Any:
    definition = told.extensions.get(DEFINITION)
    return next((one for one in getattr(definition, "directives", ()) or () if isinstance(one, kind)), None)


def list_size(field: GraphQLField) -> ListSize | None:
    """Return what is said of the size of a field's list, or of the lists of its page."""
    found: ListSize | None = _directives(field, ListSize)
    return found


def own_weight(field: GraphQLField) -> int:
    """Return what a field costs beside what it returns."""
    found = _directives(field, Cost)
    return int(found.weight) if found is not None else 0


def weight_of(kind: GraphQLNamedType) -> int:
    """Return what one object of a type costs; a value costs nothing."""
    if not is_composite_type(kind):
        return 0
    found = _directives(kind, Cost)
    return int(found.weight) if found is not None else 1
