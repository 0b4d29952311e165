"""Fields whose functions are called at once: with the same arguments, and the same answers and errors, as otherwise."""

import asyncio
from typing import Any

import pytest
from graphql import OperationDefinitionNode, parse
from graphql.execution.collect_fields import collect_fields
from graphql.execution.values import VariableValues

from gateway.engine.compiled import Plans
from gateway.engine.compiled.direct import Direct, direct
from gateway.engine.compiled.plain import NotPlain
from schema import build
from sources.crn import ServicesAustralia
from tests.gateway.engine.compiled.asking import answer
from tests.gateway.engine.compiled.world import COMPILED, PLAIN, Thing

SHOWN = Thing("box", label="a box", named=[Thing("dog", name="Rex", nickname=None)], inner=None)
EVERYTHING = """colour: RED, texts: ["a", "b"], wish: { colour: BLUE }, onDay: "2025-03-10", maybe: null"""
ASKED = [
    "{ box { chosen } }",
    "{ box { a: chosen(times: 2) b: chosen(times: 3) } }",
    "{ box { chosen(colour: RED) other: chosen(colour: null) } }",
    f"{{ box {{ chosen({EVERYTHING}) }} }}",
    "{ box { chosen(maybe: 3) } }",
    "{ box { chosen(times: -1) first { name } again { label } } }",
    "{ box { patient(times: 2) other: patient(times: 1, said: null) } }",
    "{ boxes { patient(times: 2) chosen } }",
    "{ box { label patient(times: 0) } }",
    "{ boxes { label patient(times: 0) } }",
    "{ box { label later { label } } }",
]
VARYING = 'query ($n: Int!, $c: Colour, $t: [String!], $w: Wish, $s: String = "as usual") { box { %s } }'
GIVEN: list[tuple[str, dict[str, Any]]] = [
    ("chosen(times: $n)", {"n": 3}),
    ("chosen(times: $n)", {"n": -1}),
    ("chosen(colour: $c, texts: $t, wish: $w)", {"n": 1, "c": "RED", "t": ["a"], "w": {"colour": "RED"}}),
    ("chosen(colour: $c, texts: $t, wish: $w)", {"n": 1}),
    ("chosen(texts: [$s])", {"n": 1}),
    ("chosen(wish: { colour: RED, times: $n })", {"n": 1}),
    ("patient(times: $n, said: $s)", {"n": 2}),
    ("patient(times: $n, said: $s)", {"n": 2, "s": None}),
    ("patient(times: $n)", {"n": 0}),
    ("patient(times: $n)", {"n": "2"}),
    ("patient(times: $n)", {}),
]


def alike(text: str, values: dict[str, Any]) -> None:
    """Ask a document three times, and be answered as by the library."""
    document = parse(text)
    plans = Plans(document, at_once=True)

    async def asked() -> None:
        expected = await answer(PLAIN, document, None, SHOWN, values)
        for _ in range(3):
            assert await answer(COMPILED, document, plans, SHOWN, values) == expected

    asyncio.run(asked())


@pytest.mark.parametrize("text", ASKED)
def test_whatever_stands_in_a_document_is_given_as_the_library_gives_it(text: str) -> None:
    alike(text, {})


@pytest.mark.parametrize(("field", "values"), GIVEN)
def test_whatever_comes_in_variables_is_given_as_the_library_gives_it(
    field: str, values: dict[str, Any]
) -> None:
    text = VARYING % field
    uses = {name for name in "nctws" if f"${name}" in field}
    head, _, rest = text.partition(") {")
    declared = [one for one in head.removeprefix("query (").split(", ") if one[1] in uses]
    alike(
        f"query ({', '.join(declared)}) {{{rest}",
        {name: told for name, told in values.items() if name in uses},
    )


def found(schema: Any, kind: str, text: str) -> Direct | None:
    """What works out the only field of a type that a text selects."""
    (operation,) = parse(f"query ($v: Int) {{ {text} }}").definitions
    assert isinstance(operation, OperationDefinitionNode)
    core = schema._schema
    parent = core.type_map[kind]
    fields = collect_fields(core, {}, VariableValues({}, {}), parent, operation, False).grouped_field_set
    ((_, details),) = fields.items()
    try:
        return direct(core.get_field(parent, details[0].node.name.value), details)
    except NotPlain:
        return None


@pytest.mark.parametrize(
    ("text", "given"),
    [
        ("interactions(first: 40)", {"filter": None, "first": 40, "after": None}),
        ("correspondence", {"filter": None, "first": 20, "after": None}),
        ("debts", {"include": None}),
    ],
)
def test_of_the_sections_of_a_customer_arguments_are_read_once(text: str, given: dict[str, Any]) -> None:
    one = found(build(ServicesAustralia()), "Customer", text)
    assert one is not None
    assert {name: value for name, value in (one.literal or {}).items() if value is not None} == {
        name: value for name, value in given.items() if value is not None
    }


@pytest.mark.parametrize(
    "text",
    ["interactions(filter: { kinds: [CHAT] })", "debts(include: [PARKED])", "crn", "profile { title }"],
)
def test_what_needs_the_library_is_left_to_it(text: str) -> None:
    assert found(build(ServicesAustralia()), "Customer", text) is None
