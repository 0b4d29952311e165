"""What a document comes to, told from its text: as much as if its fragments had been written out."""

from collections.abc import Iterator
from typing import Any

import graphql
import pytest
from graphql import FieldNode, FragmentSpreadNode, get_named_type, parse
from hypothesis import given, settings
from hypothesis import strategies as st

from gateway.document_limits import OF_PARTNERS, OF_STAFF
from gateway.engine.cost import Pricer, is_list, list_size
from gateway.engine.extent import MOST, extents_of, operations_of
from gateway.engine.limits import Appraisal, appraise
from gateway.engine.overlaps import overlaps_of
from schema import build
from sources.crn import ServicesAustralia

SCHEMA = build(ServicesAustralia())._schema
PRICER = Pricer(SCHEMA)
CARDS = 'customer(crn: "1") { overview { cards%s { edges { node { title knowledge { title } } } } } }'

ROWS = "timeline(first: $n) { edges { node { title } } }"
EITHER = """... on DebtCard { title }
    ... on TelephonyCard { knowledge { title } activities(first: 3) { edges { node { title } } } }"""


def appraised(text: str) -> Appraisal:
    return appraise(parse(text), PRICER, introspects=False)


def cost(text: str, **variables: Any) -> int:
    return appraised(text).cost(0, variables)


# what comes of a selection without any trick: written out, then counted


def written_out(document: graphql.DocumentNode) -> Iterator[tuple[tuple[str, ...], FieldNode]]:
    """Every field of the first operation, with the names that lead to it."""
    fragments = {
        one.name.value: one for one in document.definitions if isinstance(one, graphql.FragmentDefinitionNode)
    }

    def through(selections: Any, path: tuple[str, ...]) -> Iterator[tuple[tuple[str, ...], FieldNode]]:
        for one in selections.selections if selections is not None else ():
            if isinstance(one, FieldNode):
                here = (*path, one.alias.value if one.alias is not None else one.name.value)
                yield here, one
                yield from through(one.selection_set, here)
            elif isinstance(one, FragmentSpreadNode):
                yield from through(fragments[one.name.value].selection_set, path)
            else:
                yield from through(one.selection_set, path)

    yield from through(operations_of(document)[0].selection_set, ())


NAMES = st.sampled_from(["a", "b", "c"])


@st.composite
def documents(draw: st.DrawFn) -> str:
    """A document of a few fragments, each of which spreads those after it alone."""
    count = draw(st.integers(0, 4))

    def selection(level: int, first: int) -> str:
        said = []
        for _ in range(draw(st.integers(1, 3))):
            kind = draw(st.integers(0, 3))
            if kind == 0 and first < count:
                said.append(f"...F{draw(st.integers(first, count - 1))}")
            elif kind == 1 and level < 3:
                said.append(f"... @include(if: true) {{ {selection(level + 1, first)} }}")
            elif kind == 2 and level < 3:
                said.append(f"{draw(NAMES)} {{ {selection(level + 1, first)} }}")
            else:
                said.append(draw(st.sampled_from(["a", "b: a", "c", "a @skip(if: false)"])))
        return " ".join(said)

    fragments = [f"fragment F{number} on T {{ {selection(1, number + 1)} }}" for number in range(count)]
    return " ".join([f"{{ {selection(0, 0)} }}", *fragments])


@given(documents())
@settings(max_examples=300, deadline=None)
def test_what_a_document_comes_to_is_what_it_comes_to_written_out(text: str) -> None:
    document = parse(text)
    (extent,) = extents_of(document, operations_of(document), introspects=False)
    fields = list(written_out(document))
    assert extent.fields == len(fields)
    assert extent.depth == max(len(path) for path, _ in fields)
    assert extent.top == sum(len(path) == 1 for path, _ in fields)
    assert extent.aliases == sum(field.alias is not None for _, field in fields)
    places = [path for path, _ in fields]
    pairs = sum(count * (count - 1) // 2 for count in map(places.count, set(places)))
    assert overlaps_of(document, operations_of(document)[0]) == pairs


def test_what_doubles_at_every_level_is_counted_in_no_time_and_goes_too_far_for_anybody() -> None:
    levels = 90
    bomb = " ".join(f"fragment F{n} on Customer {{ ...F{n + 1} ...F{n + 1} }}" for n in range(levels))
    text = f'{{ customer(crn: "1") {{ ...F0 }} }} {bomb} fragment F{levels} on Customer {{ id }}'
    found = appraised(text)
    assert found.extent.fields == MOST
    assert found.prices == ()
    excess = found.excess(OF_STAFF)
    assert excess is not None
    assert excess.code == "QUERY_TOO_COMPLEX"


def test_what_contains_itself_is_counted_once_and_left_to_validation() -> None:
    text = '{ customer(crn: "1") { ...A } } fragment A on Customer { id ...B } fragment B on Customer { crn ...A }'
    assert appraised(text).extent.fields == 3


@pytest.mark.parametrize(
    ("text", "variables", "worth"),
    {
        "one customer and one name of three": (
            '{ customer(crn: "1") { profile { names { family } } } }',
            {},
            1 + 1 + 3,
        ),
        "a page of the usual size": ("{ " + CARDS % "" + " }", {}, 1 + 10 + 1 + 1 + 20 * (1 + 2)),
        "a page of five": ("{ " + CARDS % "(first: 5)" + " }", {}, 1 + 10 + 1 + 1 + 5 * (1 + 2)),
        "a page as large as a variable says": (
            "query($n: Int!) { " + CARDS % "(first: $n)" + " }",
            {"n": 7},
            1 + 10 + 1 + 1 + 7 * (1 + 2),
        ),
        "a variable that is not given has its default": (
            "query($n: Int = 3) { " + CARDS % "(first: $n)" + " }",
            {},
            1 + 10 + 1 + 1 + 3 * (1 + 2),
        ),
        "a variable without any value leaves the page its usual size": (
            "query($n: Int) { " + CARDS % "(first: $n)" + " }",
            {},
            1 + 10 + 1 + 1 + 20 * (1 + 2),
        ),
        "a number that is none counts as the most": (
            "query($n: Int!) { " + CARDS % "(first: $n)" + " }",
            {"n": "many"},
            1 + 10 + 1 + 1 + 100 * (1 + 2),
        ),
        "a page larger than there is counts as the largest": (
            "{ " + CARDS % "(first: 2000000000)" + " }",
            {},
            1 + 10 + 1 + 1 + 100 * (1 + 2),
        ),
        "as many customers as are named": (
            "query($crns: [CRN!]!) { customers(crns: $crns) { crn } }",
            {"crns": ["1", "2", "3"]},
            3,
        ),
        "customers named in the document": ('{ customers(crns: ["1", "2"]) { crn } }', {}, 2),
        "one name where a list is asked for": (
            "query($crns: [CRN!]!) { customers(crns: $crns) { crn } }",
            {"crns": "1"},
            1,
        ),
        "a list in a list": (
            "query($crns: [CRN!]!, $n: Int!) { customers(crns: $crns) { " + ROWS + " } }",
            {"crns": ["1"] * 4, "n": 10},
            4 * (1 + 5 + 1 + 10),
        ),
        "of things that are one or the other, the dearer": (
            '{ customer(crn: "1") { overview { cards(first: 2) { edges { node { ' + EITHER + " } } } } } }",
            {},
            1 + 10 + 1 + 1 + 2 * (1 + 2 + 1 + 3),
        ),
        "values cost nothing": ("{ viewer { roles scopes id } }", {}, 1),
    }.values(),
)
def test_an_operation_costs_what_it_may_bring_at_most(
    text: str, variables: dict[str, Any], worth: int
) -> None:
    assert cost(text, **variables) == worth


def test_every_list_of_objects_says_how_long_it_is() -> None:
    silent = []
    for kind in SCHEMA.type_map.values():
        if not isinstance(kind, graphql.GraphQLObjectType | graphql.GraphQLInterfaceType):
            continue
        if kind.name.startswith("__"):
            continue
        for name, field in kind.fields.items():
            if not graphql.is_composite_type(get_named_type(field.type)):
                continue
            if is_list(field.type) and list_size(field) is None:
                silent.append((kind.name, name))
    sized = {
        (get_named_type(field.type).name, inner)
        for kind in SCHEMA.type_map.values()
        for field in getattr(kind, "fields", {}).values()
        if isinstance(field, graphql.GraphQLField) and (said := list_size(field)) is not None
        for inner in said.sized_fields or ()
    }
    assert set(silent) == sized


@pytest.mark.parametrize(
    ("text", "code"),
    {
        "tokens": ("{ viewer { " + "id " * 999 + "} }", "QUERY_TOO_LARGE"),
        "operations": ("query A { viewer { id } } query B { viewer { id } }", "BAD_REQUEST"),
        "depth": ("{ a " * 13 + "} " * 13, "QUERY_TOO_DEEP"),
        "root fields": ("{ viewer { id } " * 1 + "a b c d e }", "QUERY_TOO_COMPLEX"),
        "aliases": ("{ viewer { " + " ".join(f"a{n}: id" for n in range(16)) + " } }", "QUERY_TOO_COMPLEX"),
        "directives": ("{ viewer { id " + "@skip(if: false) " * 21 + "} }", "QUERY_TOO_COMPLEX"),
        "fields": ("{ viewer { " + " ".join(f"a{n}" for n in range(301)) + " } }", "QUERY_TOO_COMPLEX"),
        "overlaps": ("{ viewer { " + "id " * 100 + "} }", "QUERY_TOO_COMPLEX"),
    }.values(),
)
def test_what_is_too_much_is_named_by_its_code(text: str, code: str) -> None:
    excess = appraised(text).excess(OF_PARTNERS)
    assert excess is not None
    assert excess.code == code


def test_what_officers_usually_ask_is_far_within_their_limits() -> None:
    asked = (
        "query($crns: [CRN!]!) { customers(crns: $crns) { crn profile { names { family given } } overview { "
        "completeness sections { source status } alerts { kind } cards(first: 20) { edges { node { title date "
        "knowledge { title } source { nativeId } } } } } } }"
    )
    found = appraised(asked)
    assert found.excess(OF_STAFF) is None
    assert found.cost(0, {"crns": ["1"] * 25}) < OF_STAFF.cost
