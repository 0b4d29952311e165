"""How often the sources are asked: one statement a part, whatever the number of customers or the shape of the query."""

from pathlib import Path
from typing import Any

import pytest

from gateway.document_limits import Enforcement
from gateway.settings import Settings
from sources.parts import PARTS
from tests.running import Gate, serving
from tests.running.people import ANNE, BORIS, person
from tests.sources.specimens import crns, record
from tests.sources.sql.statements import Statement, overheard

CARDS = "overview { completeness cards { edges { node { id title activities { edges { node { id } } } } } } }"
OF_CARDS = ["correspondence", "customer", "debt", "entitlement", "interaction", "ownership", "restriction"]
TWENTY = crns(20)


def parts_asked(statements: list[Statement]) -> list[str]:
    """The part of each statement, in alphabetical order."""
    asked = []
    for text, _ in statements:
        (part,) = [part.name for part in PARTS if f"FROM {part.name}" in text or f"{part.name}." in text]
        asked.append(part)
    return sorted(asked)


async def asked(gate: Gate, document: str, **variables: Any) -> list[str]:
    with overheard(gate.gateway.engine) as statements:
        answer = await gate.ask(document, **variables)
    assert answer.data
    return parts_asked(statements)


def everything(*owners: str) -> list[object]:
    return [
        record(part, owner)
        for part in PARTS
        if part.name != "restriction"
        for owner in TWENTY
        if not owners or owner in owners
    ]


def measured(folder: Path) -> Settings:
    """Settings of a gateway that may be asked for more than is usual."""
    return Settings(home=folder, document_limits=Enforcement.MEASURE)


async def test_one_overview_is_one_statement_a_part(tmp_path: Path) -> None:
    async with serving(tmp_path, *everything()) as gate:
        document = f"query($crn: CRN!) {{ customer(crn: $crn) {{ id {CARDS} }} }}"
        assert await asked(gate, document, crn=TWENTY[0]) == OF_CARDS


async def test_twenty_overviews_are_as_many_statements_as_one(tmp_path: Path) -> None:
    async with serving(tmp_path, *everything(), settings=measured(tmp_path)) as gate:
        document = f"query($crns: [CRN!]!) {{ customers(crns: $crns) {{ id {CARDS} }} }}"
        assert await asked(gate, document, crns=TWENTY) == OF_CARDS


async def test_every_section_at_once_is_one_statement_a_part(tmp_path: Path) -> None:
    sections = "recordType profile { title } identifiers { value } relationships { kind } entitlements { issuesOnFile }"
    sections += " debts { truncated } ownership { cases { number } }"
    lists = "interactions { edges { cursor } } correspondence { edges { cursor } }"
    async with serving(tmp_path, *everything(), settings=measured(tmp_path)) as gate:
        document = f"query($crns: [CRN!]!) {{ customers(crns: $crns) {{ {CARDS} {sections} {lists} }} }}"
        assert await asked(gate, document, crns=TWENTY) == sorted(part.name for part in PARTS)


OWED = "fragment Owed on Customer { debts { truncated } }"
SHAPES = {
    "a fragment": (
        "query($crn: CRN!) { customer(crn: $crn) { ...Owed } } fragment Owed on Customer { debts { truncated } }",
        {"debt"},
    ),
    "fragments in fragments": (
        (
            "query($crn: CRN!) { customer(crn: $crn) { ...A } }"
            " fragment A on Customer { ... on Node { ... on Customer { ...B } } }"
            " fragment B on Customer { entitlements { issuesOnFile } }"
        ),
        {"entitlement"},
    ),
    "an inline fragment": (
        "query($crn: CRN!) { customer(crn: $crn) { ... on Customer { debts { truncated } } } }",
        {"debt"},
    ),
    "an alias": ("query($crn: CRN!) { customer(crn: $crn) { owed: debts { truncated } } }", {"debt"}),
    "a merged field": (
        "query($crn: CRN!) { customer(crn: $crn) { id } customer(crn: $crn) { debts { truncated } } }",
        {"debt"},
    ),
    "a skipped section": (
        "query($crn: CRN!) { customer(crn: $crn) { id debts @skip(if: true) { truncated } } }",
        set(),
    ),
    "an included section": (
        "query($crn: CRN!, $on: Boolean = true) { customer(crn: $crn) { id debts @include(if: $on) { truncated } } }",
        {"debt"},
    ),
    "a section that is not included": (
        "query($crn: CRN!, $on: Boolean = false) { customer(crn: $crn) { id debts @include(if: $on) { truncated } } }",
        set(),
    ),
    "a skipped fragment": (
        f"query($crn: CRN!) {{ customer(crn: $crn) {{ id ...Owed @skip(if: true) }} }} {OWED}",
        set(),
    ),
}


@pytest.mark.parametrize("shape", SHAPES)
async def test_look_ahead_sees_through(shape: str, tmp_path: Path) -> None:
    document, parts = SHAPES[shape]
    async with serving(tmp_path, *everything(TWENTY[0])) as gate:
        assert await asked(gate, document, crn=TWENTY[0]) == sorted({"customer", "restriction", *parts})


async def test_two_customers_by_alias_share_their_statements(tmp_path: Path) -> None:
    async with serving(tmp_path, person(ANNE), person(BORIS)) as gate:
        both = f"a: customer(crn: $a) {{ {CARDS} }} b: customer(crn: $b) {{ {CARDS} }}"
        document = f"query($a: CRN!, $b: CRN!) {{ {both} }}"
        assert await asked(gate, document, a=ANNE, b=BORIS) == OF_CARDS


async def test_a_second_look_within_seconds_asks_nobody(tmp_path: Path) -> None:
    async with serving(tmp_path, *everything(TWENTY[0])) as gate:
        document = f"query($crn: CRN!) {{ customer(crn: $crn) {{ {CARDS} }} }}"
        assert await asked(gate, document, crn=TWENTY[0]) == OF_CARDS
        assert await asked(gate, document, crn=TWENTY[0]) == []


async def test_the_viewer_and_the_sources_ask_nobody(tmp_path: Path) -> None:
    async with serving(tmp_path) as gate:
        assert await asked(gate, "{ viewer { id } sources { part } }") == []
