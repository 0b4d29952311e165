"""What is printed is what is served, and what differs from viewer to viewer is marked."""

from pathlib import Path

import graphql
import msgspec
import pytest

from schema import PROBLEMS, build, sdl
from sources.crn import ServicesAustralia
from sources.parts import PARTS
from tests.schema.everything import SCHEMA

HOUSE = Path(__file__).parents[2]
PRINTED = HOUSE / "schema" / "schema.graphql"
CARDS = [name for name in SCHEMA.type_map if name.endswith("Card") and name != "IvrCard"]
PER_VIEWER = {"Query": {"viewer"}, "Customer": {"overview", "timeline"}} | {
    card: {"readState"} for card in CARDS
}
"""Fields whose value depends on who looks, as far as the language has them."""


def test_the_printed_schema_is_the_served_one() -> None:
    assert PRINTED.read_text("utf-8") == sdl(), "print it again with `make sdl`"


def test_the_printed_schema_is_a_schema() -> None:
    schema = graphql.build_schema(PRINTED.read_text("utf-8"))
    assert graphql.validate_schema(schema) == []


def test_what_differs_from_viewer_to_viewer_is_marked() -> None:
    schema = graphql.build_schema(PRINTED.read_text("utf-8"))
    marked: dict[str, set[str]] = {}
    for name, kind in schema.type_map.items():
        for field, declared in getattr(kind, "fields", {}).items():
            directives = (declared.ast_node.directives if declared.ast_node else None) or ()
            if any(directive.name.value == "perViewer" for directive in directives):
                marked.setdefault(name, set()).add(field)
    assert marked == PER_VIEWER
    known = {field for kind in schema.type_map.values() for field in getattr(kind, "fields", {})}
    assert "readState" not in known or "readState" in set().union(*marked.values())


@pytest.mark.parametrize("part", [part.name for part in PARTS if part.scope is not None])
def test_every_attribute_of_a_record_is_shown_or_known_not_to_be(part: str) -> None:
    """Where a record grows, whoever adds to it decides here whether it is shown."""
    schema = graphql.build_schema(PRINTED.read_text("utf-8"))
    row = next(each.row for each in PARTS if each.name == part)
    shown = {
        "customer": {**fields(schema, "Profile"), **fields(schema, "Customer")},
        "interaction": fields(schema, "Interaction"),
        "correspondence": fields(schema, "Correspondence"),
        "debt": fields(schema, "Debt"),
        "ownership": fields(schema, "Ownership"),
        "entitlement": fields(schema, "Entitlements"),
    }[part]
    hidden = {
        "crn",
        "canonicalCrn",
        "callId",
        "displayOnAccess",
        "managedServicePlan",
    }  # the last two are banners
    attributes = {camel(field.name) for field in msgspec.structs.fields(row)}
    assert attributes - shown.keys() - hidden == set()


def fields(schema: graphql.GraphQLSchema, name: str) -> dict[str, graphql.GraphQLField]:
    kind = schema.type_map[name]
    assert isinstance(kind, graphql.GraphQLObjectType)
    return dict(kind.fields)


def camel(name: str) -> str:
    first, *rest = name.split("_")
    return first + "".join(word.capitalize() for word in rest)


def test_every_field_that_shows_a_crn_may_be_null() -> None:
    """A caller without the scope for it gets none, and nothing else is lost."""
    schema = graphql.build_schema(PRINTED.read_text("utf-8"))
    for name, kind in schema.type_map.items():
        for field, declared in getattr(kind, "fields", {}).items():
            if (
                isinstance(kind, graphql.GraphQLObjectType)
                and str(graphql.get_named_type(declared.type)) == "CRN"
            ):
                assert str(declared.type) == "CRN", f"{name}.{field}"


def test_every_section_may_be_null() -> None:
    schema = graphql.build_schema(PRINTED.read_text("utf-8"))
    needed = {name for name, field in fields(schema, "Customer").items() if str(field.type).endswith("!")}
    assert needed == {"id"}


def test_the_table_of_codes_is_whole() -> None:
    for code, problem in PROBLEMS.items():
        assert problem.code == code
        assert problem.text.endswith(".")
        assert 200 <= problem.status < 600


@pytest.mark.parametrize(
    "document",
    ["{ __schema { types { name } } }", '{ __type(name: "Customer") { name } }', "{ viewr { id } }"],
)
async def test_a_production_schema_neither_describes_itself_nor_suggests_names(document: str) -> None:
    """Over HTTP nobody gets that far yet: a production profile knows no persona."""
    served = build(ServicesAustralia(), introspection=False)
    result = await served.execute(document)
    assert result.data is None
    assert "Customer" not in str(result.errors).replace('"Customer"', "")
    assert "Did you mean" not in str(result.errors)


@pytest.mark.parametrize(
    "document",
    [
        "{ customer(cnr: 1) { id } }",
        "{ customer { ... on Custmer { id } } }",
        "query($by: CustomerIdentifer) { viewer { id } }",
        "{ searchCustomers(advanced: {familyNam: 1}) { __typename } }",
        "{ node(id: 1) { recordType } }",
        "{ viewer @skp(if: true) { id } }",
        "{ viewer @skip(fi: true) { id } }",
        '{ customer(crn: "204123456K") { interactions(filter: {kinds: [INBOUND_CAL]}) { totalCount } } }',
    ],
)
async def test_a_name_is_suggested_to_developers_alone(document: str) -> None:
    told = [await build(ServicesAustralia(), introspection=one).execute(document) for one in (True, False)]
    suggested, silent = (str(result.errors) for result in told)
    assert "Did you mean" in suggested or "@skp" in document
    assert "Did you mean" not in silent
    assert silent.count("'") <= suggested.count("'")


def test_nothing_in_an_overview_says_that_the_customer_is_who_they_say() -> None:
    """BR-CO-8: an overview takes nothing from the duty to confirm who is in touch."""
    schema = graphql.build_schema(PRINTED.read_text("utf-8"))
    told, left = set[str](), ["Overview"]
    while left:
        kind = schema.type_map[left.pop()]
        if kind.name in told:
            continue
        told.add(kind.name)
        below = [graphql.get_named_type(field.type).name for field in getattr(kind, "fields", {}).values()]
        left += [*below, *(one.name for one in getattr(kind, "types", ()))]
        words = {kind.name, *getattr(kind, "fields", {}), *getattr(kind, "values", {})}
        assert not [word for word in words if "authenticat" in word.lower() or "verified" in word.lower()]
    assert {"ProfileIndicator", "Banner", "KnowledgeLink", "VisitDetails"} <= told
