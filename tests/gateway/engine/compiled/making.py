"""Documents over the world, and boxes to show, some of whose values are not what they should be."""

from collections.abc import Mapping
from datetime import UTC, date, datetime
from decimal import Decimal
from random import Random
from typing import Any
from uuid import UUID

from graphql import (
    GraphQLInterfaceType,
    GraphQLNamedType,
    GraphQLUnionType,
    Undefined,
    get_named_type,
    is_leaf_type,
)
from hypothesis import strategies as st

from tests.gateway.engine.compiled.world import PLAIN, Colour, Later, Raises, Thing

SEEDS = st.integers(0, 2**32 - 1)
CORE = PLAIN._schema
CONDITIONS = [
    "",
    "",
    "",
    "",
    " @include(if: $a)",
    " @skip(if: $b)",
    " @include(if: true)",
    " @skip(if: true)",
]
DECLARED = {"a": "$a: Boolean! = true", "b": "$b: Boolean! = false", "n": "$n: Int! = 1"}
DEEPEST = 3


class Sketch:
    """A document in the making: fragments are written aside, and may be spread again."""

    def __init__(self, seed: int) -> None:
        self.dice = Random(seed)
        self.fragments: dict[str, tuple[str, str]] = {}

    def condition(self) -> str:
        said: str = self.dice.choice(CONDITIONS)
        return said

    def selection(self, kind: GraphQLNamedType, depth: int) -> str:
        parts = [self.one(kind, depth) for _ in range(self.dice.choice([3, 5, 2, 1]))]
        return "{ " + " ".join(parts) + " }"

    def one(self, kind: GraphQLNamedType, depth: int) -> str:
        ways = ["field"] * 6 + ["typename", "inline", "spread", "again"]
        way = self.dice.choice(ways)
        if way == "typename" or (way == "field" and isinstance(kind, GraphQLUnionType)):
            return "__typename" + self.condition()
        if way == "inline":
            inner = self.dice.choice(possible(kind))
            return f"... on {inner.name}{self.condition()} {self.selection(inner, depth)}"
        if way == "spread":
            return self.spread(kind, depth)
        known = [name for name, (on, _) in self.fragments.items() if on == kind.name]
        if way == "again" and known:
            return f"...{self.dice.choice(known)}{self.condition()}"
        return "__typename" if isinstance(kind, GraphQLUnionType) else self.field(kind, depth)

    def spread(self, kind: GraphQLNamedType, depth: int) -> str:
        if depth >= DEEPEST:
            return "__typename"
        text = self.selection(kind, depth + 1)  # before it has a name: it cannot spread itself
        name = f"F{len(self.fragments)}"
        self.fragments[name] = (kind.name, text)
        return f"...{name}{self.condition()}"

    def field(self, kind: Any, depth: int) -> str:
        names = sorted(kind.fields)
        if depth >= DEEPEST:
            names = [name for name in names if is_leaf_type(get_named_type(kind.fields[name].type))]
        if not names:
            return "__typename"
        name = self.dice.choice(names)
        field = kind.fields[name]
        below = get_named_type(field.type)
        given, alias = "", self.dice.choice(["", "", f"also_{name}: "])
        if field.args and self.dice.random() < 0.5:
            argument, value = next(iter(field.args)), self.dice.choice([0, 1, 2, 3, "$n"])
            given, alias = f"({argument}: {value})", f"{name}_{str(value).removeprefix('$')}: "
        elif name == "patient":  # what has to be given
            given, alias = "(times: 2)", "patient_2: "
        text = f"{alias}{name}{given}{self.condition()}"
        return text if is_leaf_type(below) else f"{text} {self.selection(below, depth + 1)}"


def possible(kind: GraphQLNamedType) -> list[GraphQLNamedType]:
    if isinstance(kind, GraphQLInterfaceType | GraphQLUnionType):
        return [kind, *CORE.get_possible_types(kind)]
    return [kind]


def document_of(seed: int) -> str:
    """A document that fits the schema, the same for the same seed."""
    sketch = Sketch(seed)
    assert CORE.query_type is not None
    selection = sketch.selection(CORE.query_type, 0)
    uses = selection + "".join(inner for _, inner in sketch.fragments.values())
    declared = [said for name, said in DECLARED.items() if f"${name})" in uses]
    text = f"query ({', '.join(declared)}) {selection}" if declared else selection
    return "\n".join(
        [text, *(f"fragment {name} on {on} {inner}" for name, (on, inner) in sketch.fragments.items())]
    )


FAULTS: list[Any] = [
    None,
    Undefined,
    ValueError("a value that is an error"),
    Raises(),
    Later(None),
    Later("later"),
    Later(ValueError("later, an error")),
    "text",
    "",
    7,
    -0.0,
    2**31,
    2**80,
    float("nan"),
    float("inf"),
    True,
    b"bytes",
    [],
    (),
    [None],
    {},
    {"name": "a mapping"},
    range(3),
    Colour.BLUE,
    "RED",
    date(2025, 3, 10),
    Decimal("1.50"),
    Thing("leaf"),
    Thing("dog", name="of the wrong kind, perhaps"),
    Thing("stone"),
    Thing("cat", name="no dog, and no leaf"),
    [Thing("cat", name="Tom")],
    object,
]
GOOD: Mapping[str, Any] = {
    "text": 'é \u2028 "',
    "maybe_text": None,
    "number": -(2**31),
    "maybe_number": 3,
    "share": 0.1,
    "maybe_share": None,
    "yes": False,
    "id": "I1",
    "colour": Colour.RED,
    "maybe_colour": None,
    "day": date(2025, 3, 10),
    "at": datetime(2025, 3, 10, 1, 2, 3, 4, UTC),
    "amount": Decimal("10.50"),
    "key": UUID(int=7),
    "shout": "quiet",
    "maybe_shout": None,
    "colours": (Colour.RED, Colour.BLUE),
    "grid": [[1, None], []],
}


ODD: Mapping[str, Any] = {
    "number": [2**31, 2**31 - 1, -(2**31) - 1, True, "7", 7.0, 7.5],
    "share": [float("nan"), float("inf"), 1, True, 1e308, "0.5"],
    "yes": [1, 0, "yes"],
    "text": [7, True, 7.5, Colour.RED],
    "id": [7, 7.0, 2**80, True],
    "colour": ["RED", "red", Colour],
    "day": [datetime(2025, 3, 10, tzinfo=UTC), "2025-03-10"],
    "at": [date(2025, 3, 10), datetime(2025, 3, 10)],  # noqa: DTZ001  a moment without a zone is odd, too
    "amount": ["10.50", 10, float("nan")],
    "key": ["7"],
    "shout": [7, b"quiet"],
    "colours": [[None], ["RED"], {Colour.RED}],
    "grid": [[[2**31]], [None], [7], ((1,),)],
}
"""What comes near to the value of a leaf."""


class Maker:
    """Makes things, the same for the same seed. One value out of `every` so many is a fault; none, where that is 0."""

    def __init__(self, seed: int, every: int) -> None:
        self.dice = Random(seed)
        self.every = every

    def of(self, value: Any, name: str = "") -> Any:
        if self.every and self.dice.randrange(self.every) == 0:
            near = ODD.get(name.removeprefix("maybe_"), FAULTS)
            return self.dice.choice(near if self.coin() else FAULTS)
        return value

    def coin(self) -> bool:
        return self.dice.random() < 0.5

    def thing(self, kind: str, **given: Any) -> Thing:
        return Thing(kind, **{name: self.of(value, name) for name, value in given.items()})

    def leaf(self) -> Thing:
        return self.thing("leaf", **GOOD)

    def dog(self, depth: int) -> Thing:
        friend = self.named(depth + 1) if depth < 2 else None
        return self.thing("dog", name="Rex", nickname=None, barks=True, leaf=self.leaf(), friend=friend)

    def named(self, depth: int) -> Thing:
        if self.coin():
            return self.dog(depth)
        return self.thing("cat", name="Tom", nickname="T", lives=9, leaves=self.some(self.leaf))

    def some(self, make: Any) -> list[Any]:
        return [self.of(make()) for _ in range(self.dice.randrange(3))]

    def either(self) -> Thing:
        return self.leaf() if self.coin() else self.dog(2)

    def box(self, depth: int) -> Thing:
        return self.thing(
            "box",
            label="a box",
            named=self.some(lambda: self.named(depth)),
            maybe_named=self.some(lambda: self.named(depth)),
            either=self.either(),
            both=self.some(self.either),
            inner=self.box(depth + 1) if depth < 2 else None,
            leaf=self.leaf(),
            rows=[self.some(self.leaf)],
        )


def box_of(seed: int, every: int) -> Any:
    maker = Maker(seed, every)
    return maker.of(maker.box(0))


documents = st.builds(document_of, SEEDS)
boxes = st.builds(box_of, SEEDS, st.sampled_from([4, 12, 40, 0]))
healthy = st.builds(box_of, SEEDS, st.just(0))
"""Boxes with no fault in them."""
