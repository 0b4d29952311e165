"""What a field is worth before it is executed: directives of the cost specification, and how large its lists may be."""

from typing import Final

import strawberry
from strawberry.schema.schema_converter import GraphQLCoreConverter
from strawberry.schema_directive import Location

DEFINITION: Final = GraphQLCoreConverter.DEFINITION_BACKREF
"""Under which name the library keeps its own declaration with a type or a field of the schema."""

MOST_OF_A_PAGE: Final = 100
"""How many things a page holds at most: what a list counts for whose size is not said."""


@strawberry.schema_directive(
    locations=[Location.FIELD_DEFINITION, Location.OBJECT],
    name="cost",
    description="What a field costs once, or what one object of a type costs: `weight`, a whole number.",
)
class Cost:
    """A weight: of a field, beside that of what it returns, or of each object of a type, which otherwise is 1."""

    weight: str


@strawberry.schema_directive(
    locations=[Location.FIELD_DEFINITION],
    name="listSize",
    description="How many things a list holds: as many as one of `slicingArguments` says or names, else `assumedSize`; "
    "it is the list of the field itself, or those of its page named in `sizedFields`.",
)
class ListSize:
    """The size of a list, or of the lists `sizedFields` of the page that a field returns."""

    # what is not said is not printed, not even as null: some composers take no null here
    assumed_size: int | None = strawberry.UNSET
    slicing_arguments: list[str] | None = strawberry.UNSET
    sized_fields: list[str] | None = strawberry.UNSET
    require_one_slicing_argument: bool = False


def some(size: int) -> ListSize:
    """Return the directive of a list that usually holds so many."""
    return ListSize(assumed_size=size)


def asked(argument: str) -> ListSize:
    """Return the directive of a list that holds as many as an argument names."""
    return ListSize(slicing_arguments=[argument])


def page(*lists: str) -> ListSize:
    """Return the directive of a page that holds, in its `edges` or the lists named, as many as `first` says."""
    return ListSize(slicing_arguments=["first"], sized_fields=list(lists or ("edges",)))


def weight(units: int) -> Cost:
    """Return the directive of a field, or of a type, that costs so much."""
    return Cost(weight=str(units))
