"""A schema in which everything that a schema can have occurs, and things that it shows, some of them faulty."""

import enum
from dataclasses import dataclass
from datetime import date, datetime
from decimal import Decimal
from typing import Annotated, Any, NewType
from uuid import UUID

import strawberry
from strawberry.schema.config import StrawberryConfig

from gateway.engine.compiled import CompiledExecutor
from schema.shown import STEADY


@strawberry.enum
class Colour(enum.Enum):
    """A word."""

    RED = "red"
    BLUE = "blue"


class Thing:
    """What is shown: its attributes are what was given to it, and a `Raises` among them raises."""

    def __init__(self, kind: str, **given: Any) -> None:
        self.kind = kind
        self.given = given

    def __getattr__(self, name: str) -> Any:
        found = self.__dict__["given"].get(name, MISSING)
        if found is MISSING:
            raise AttributeError(name)
        if isinstance(found, Raises):
            raise ValueError("raised when it was looked at")
        return found

    def __repr__(self) -> str:
        return f"Thing({self.kind!r}, {self.given})"


MISSING = object()


@dataclass(frozen=True)
class Raises:
    """An attribute that cannot be looked at."""


@dataclass(frozen=True)
class Later:
    """A value that is there when it is waited for, however often."""

    value: Any

    def __await__(self) -> Any:
        yield from ()
        return self.value


def is_a(*kinds: str) -> Any:
    return staticmethod(lambda value, _: isinstance(value, Thing) and value.kind in kinds)


Shout = NewType("Shout", str)


def shouted(value: Any) -> str:
    if not isinstance(value, str):
        raise TypeError("only text is shouted")
    return value.upper()


@strawberry.interface
class Named:
    """Something with a name; its type can only be told from what it holds."""

    name: str
    nickname: str | None


@strawberry.type
class Leaf:
    """All scalars."""

    is_type_of = is_a("leaf")
    text: str
    maybe_text: str | None
    number: int
    maybe_number: int | None
    share: float
    maybe_share: float | None
    yes: bool
    id: strawberry.ID
    colour: Colour
    maybe_colour: Colour | None
    day: date
    at: datetime | None
    amount: Decimal
    key: UUID | None
    shout: Shout
    maybe_shout: Shout | None
    colours: list[Colour]
    grid: list[list[int | None]] | None

    @strawberry.field
    def called(self) -> str:
        """Tell something at once."""
        return self.text

    @strawberry.field
    def tinted(self, info: strawberry.Info) -> Colour | None:
        """Tell something at once that takes the context."""
        return self.colour if info.context is not None else None

    @strawberry.field(metadata={STEADY: True})  # type: ignore[untyped-decorator]
    def sealed(self, info: strawberry.Info) -> str | None:
        """Tell something at once that takes the context, and is the same whoever asks."""
        return f"sealed {self.text}" if info.context is not None else None


@strawberry.type
class Dog(Named):
    """One of those with a name."""

    is_type_of = is_a("dog")
    barks: bool
    leaf: Leaf | None
    friend: Named | None


@strawberry.type
class Cat(Named):
    """Another one, which works something out."""

    is_type_of = is_a("cat")
    lives: int
    leaves: list[Leaf]

    @strawberry.field
    def doubled(self, times: int = 2) -> int | None:
        """Work something out."""
        return self.lives * times

    @strawberry.field
    async def soon(self) -> Leaf | None:
        """Show something that has to be waited for."""
        shown: Leaf | None = self.leaves[0] if self.leaves else None
        return shown


Either = Annotated[Dog | Leaf, strawberry.union("Either")]


@strawberry.input
class Wish:
    """Something that is asked for."""

    colour: Colour
    times: int = 2


@strawberry.type
class Box:
    """An object without a predicate that says what is one."""

    label: str
    named: list[Named]
    maybe_named: list[Named | None] | None
    either: Either | None
    both: list[Either]
    inner: "Box | None"
    leaf: Leaf
    rows: list[list[Leaf]] | None

    @strawberry.field
    async def later(self) -> "Box | None":
        """Show the inner box, later."""
        return self.inner

    @strawberry.field
    def nearest(self, info: strawberry.Info) -> Named | None:
        """Show something at once that is to be completed in turn."""
        return self.named[0] if self.named and info.context is not None else None

    @strawberry.field
    def again(self) -> "list[Box | None]":
        """Show the inner box, more than once."""
        return [self.inner, None, self.inner]

    @strawberry.field
    def chosen(
        self,
        info: strawberry.Info,
        times: int = 1,
        colour: Colour | None = None,
        texts: list[str] | None = None,
        wish: Wish | None = None,
        on_day: date | None = None,
        maybe: strawberry.Maybe[int | None] = None,
    ) -> str | None:
        """Tell what was given, and where."""
        given = (times, colour, texts, wish, on_day, maybe)
        return f"{given!r} at {info.path.as_list()} of {info.field_name}" if times >= 0 else None

    @strawberry.field
    async def patient(self, times: int, said: str | None = "so") -> list[str]:
        """Tell what was given, later; fail where it is nothing."""
        if not times:
            raise ValueError("nothing was given")
        return [said or ""] * times

    @strawberry.field
    def first(self, wanted: int = 1) -> list[Named]:
        """Show some of what has a name."""
        return self.named[:wanted]


@strawberry.type
class Query:
    """Where it begins."""

    @strawberry.field
    def box(self, info: strawberry.Info) -> Box | None:
        """Show the box."""
        shown: Box | None = info.context
        return shown

    @strawberry.field
    async def boxes(self, info: strawberry.Info) -> list[Box]:
        """Show the box twice."""
        return [info.context, info.context]


def built(executor: type[Any] | None) -> strawberry.Schema:
    shout = strawberry.scalar(name="Shout", serialize=shouted)
    return strawberry.Schema(
        Query,
        types=[Dog, Cat],
        execution_context_class=executor,
        config=StrawberryConfig(scalar_map={Shout: shout}),
    )


PLAIN = built(None)
COMPILED = built(CompiledExecutor)
