"""How a record is shown: the docstring becomes the description, and every plain field must exist on the record."""

import inspect
from collections.abc import Callable, Iterable
from typing import Any, TypeVar

import strawberry
from strawberry.schema_directive import Location

from schema.cost import some, weight
from sources.parts import Part
from sources.words import Word

T = TypeVar("T")
W = TypeVar("W", bound=type[Word])

PARTS = "parts"
STEADY = "steady"
"""Marks a function that takes the context, and yet tells the same of its object whoever asks, and whenever."""


@strawberry.schema_directive(
    locations=[Location.FIELD_DEFINITION],
    description="The value depends on the viewer beyond their scopes: never share an answer that holds it.",
)
class PerViewer:
    """Marks a field whose value depends on who looks."""


def told(
    description: str,
    *,
    parts: Iterable[Part[Any]] = (),
    name: str | None = None,
    directives: Iterable[object] = (),
    size: int | None = None,
) -> Any:
    """Return a field that shows the attribute of the same name. `parts` are what a customer's section is fed by.

    `size` is how many things its list usually holds.
    """
    said = [*directives, *([some(size)] if size is not None else [])]
    return strawberry.field(
        description=description, metadata={PARTS: tuple(parts)}, name=name, directives=said
    )


def argument(description: str, name: str | None = None, *, directives: Iterable[object] = ()) -> Any:
    """Return the description of an argument, for use in `Annotated`."""
    return strawberry.argument(description=description, name=name, directives=directives)


def shows(
    record: type,
    *,
    name: str | None = None,
    when: Callable[[Any], bool] | None = None,
    behind: type | None = None,
    costs: int | None = None,
) -> Callable[[type[T]], type[T]]:
    """Declare a GraphQL type over a record; raise `TypeError` when it promises what the record does not have.

    `when` tells apart types that show the same class; `behind` is the veil through which the record is seen; `costs` is
    what one of it costs, where that is not 1.
    """

    def declare(cls: type[T]) -> type[T]:
        def is_type_of(value: Any, _: Any) -> bool:
            return isinstance(value, behind or record) and (when is None or when(value))

        is_type_of.by_class = when is None  # type: ignore[attr-defined]
        cls.is_type_of = staticmethod(is_type_of)  # type: ignore[attr-defined]
        said = [weight(costs)] if costs is not None else []
        declared: Any = strawberry.type(cls, name=name, description=inspect.getdoc(cls), directives=said)
        plain = {
            one.python_name for one in declared.__strawberry_definition__.fields if one.base_resolver is None
        }
        known = {
            *getattr(record, "__struct_fields__", ()),
            *vars(record),
            *getattr(record, "__annotations__", ()),
        }
        if missing := plain - known:
            raise TypeError(f"{cls.__name__} shows {sorted(missing)}, which {record.__name__} does not have")
        return cls

    return declare


def interface(cls: type[T]) -> type[T]:
    """Declare a GraphQL interface described by its docstring."""
    return strawberry.interface(cls, description=inspect.getdoc(cls))


def words(word: W, name: str | None = None) -> W:
    """Declare a GraphQL enum over a set of words: members and set are described by themselves."""
    declared: Any = strawberry.enum(word, name=name, description=inspect.getdoc(word))
    for value in declared.__strawberry_definition__.values:
        value.description = word.__members__[value.name].doc
    return word


def show(value: Any) -> Any:
    """Return a record where a resolver promises the GraphQL type that shows it."""
    return value
