"""A source that fails costs its own sections, and nothing else."""

from pathlib import Path
from typing import Any

import pytest

from tests.running import NOON, Answer, serving
from tests.running.failing import Fetch, babbles, breaks, failing, hangs, mistaken, raises, unreadable
from tests.running.people import ANNE, BORIS, everything_of

SECTIONS = {
    "customer": "recordType recordFlags profile { names { family } } identifiers { value } relationships { kind }",
    "interaction": "interactions { edges { node { id } } }",
    "correspondence": "correspondence { edges { node { id } } }",
    "debt": "debts { debts { id } }",
    "ownership": "ownership { cases { number } }",
    "entitlement": "entitlements { issuesOnFile }",
}
FIELDS = {
    "customer": ["recordType", "recordFlags", "profile", "identifiers", "relationships"],
    "interaction": ["interactions"],
    "correspondence": ["correspondence"],
    "debt": ["debts"],
    "ownership": ["ownership"],
    "entitlement": ["entitlements"],
}
CARDS = "cards(first: 100) { edges { node { kind source { nativeId } } } }"
OVERVIEW = f"overview {{ completeness sections {{ source system status asOf code itemCount }} {CARDS} }}"
CUSTOMER = f"id crn {OVERVIEW} {' '.join(SECTIONS.values())}"
ONE = f"query($crn: CRN!) {{ customer(crn: $crn) {{ {CUSTOMER} }} }}"
TWO = f"query($crns: [CRN!]!) {{ customers(crns: $crns) {{ {CUSTOMER} }} }}"

WAYS: dict[str, tuple[Fetch, str, str]] = {
    "raises": (raises, "SOURCE_UNAVAILABLE", "UNAVAILABLE"),
    "hangs": (hangs, "SOURCE_TIMEOUT", "TIMEOUT"),
    "answers about somebody else": (mistaken, "SOURCE_WRONG_SUBJECT", "BAD_DATA"),
    "sends what cannot be read": (unreadable, "SOURCE_BAD_DATA", "BAD_DATA"),
    "breaks": (breaks, "SOURCE_UNAVAILABLE", "UNAVAILABLE"),
    "answers in a shape of its own": (babbles, "SOURCE_BAD_DATA", "BAD_DATA"),
}
CARDS_OF = {"interaction": "call", "correspondence": "letter"}


@pytest.mark.parametrize("way", WAYS)
@pytest.mark.parametrize("part", SECTIONS)
async def test_a_source_that_fails_costs_only_its_own_sections(part: str, way: str, tmp_path: Path) -> None:
    """BR-GW-2."""
    fetch, code, status = WAYS[way]
    async with serving(tmp_path, *everything_of(ANNE, NOON), replaced={part: failing(fetch)}) as gate:
        answer = await gate.ask(ONE, crn=ANNE)
        assert answer.status == 200
        shown = answer.partial["customer"]
        assert shown["crn"] == ANNE
        told_of_the_fault(answer, part, code)
        the_others_are_complete(shown, part)
        the_overview_says_so(shown["overview"], part, code, status)


def told_of_the_fault(answer: Answer, part: str, code: str) -> None:
    assert len(answer.errors) == len(FIELDS[part]) + 1
    assert answer.at("customer", "overview") == code
    for field in FIELDS[part]:
        assert answer.partial["customer"][field] is None
        assert answer.at("customer", field) == code
    for error in answer.errors:
        told = error["extensions"]
        assert told["class"] == "SOURCE"
        assert told["source"] == "sql"
        assert told["retryable"] == (code in {"SOURCE_UNAVAILABLE", "SOURCE_TIMEOUT"})


def the_others_are_complete(shown: dict[str, Any], failed: str) -> None:
    lost = set(FIELDS[failed])
    assert all(
        shown[field] is not None for fields in FIELDS.values() for field in fields if field not in lost
    )
    cards = {edge["node"]["source"]["nativeId"] for edge in shown["overview"]["cards"]["edges"]}
    assert cards == {native for part, native in CARDS_OF.items() if part != failed}


def the_overview_says_so(overview: dict[str, Any], part: str, code: str, status: str) -> None:
    assert overview["completeness"] == "PARTIAL"
    sections = {section["source"]: section for section in overview["sections"]}
    assert sections.keys() == SECTIONS.keys()
    failed = sections.pop(part)
    assert (failed["status"], failed["code"], failed["asOf"], failed["itemCount"]) == (
        status,
        code,
        None,
        None,
    )
    assert {section["status"] for section in sections.values()} == {"OK"}


async def test_a_fault_of_one_customer_is_not_a_fault_of_another(tmp_path: Path) -> None:
    people = [*everything_of(ANNE, NOON), *everything_of(BORIS, NOON)]
    async with serving(tmp_path, *people, replaced={"debt": failing(unreadable, only=ANNE)}) as gate:
        answer = await gate.ask(TWO, crns=[ANNE, BORIS])
        assert answer.at("customers", 0, "debts") == "SOURCE_BAD_DATA"
        assert answer.at("customers", 0, "overview") == "SOURCE_BAD_DATA"
        assert len(answer.errors) == 2
        first, second = (each["overview"]["completeness"] for each in answer.partial["customers"])
        assert (first, second) == ("PARTIAL", "COMPLETE")


@pytest.mark.parametrize("way", WAYS)
async def test_an_unknown_restriction_shows_nothing_of_that_customer(way: str, tmp_path: Path) -> None:
    fetch, _, _ = WAYS[way]
    people = [*everything_of(ANNE, NOON), *everything_of(BORIS, NOON)]
    only = None if fetch is babbles else ANNE
    async with serving(tmp_path, *people, replaced={"restriction": failing(fetch, only)}) as gate:
        answer = await gate.ask(TWO, crns=[ANNE, BORIS])
        hidden, shown = answer.partial["customers"]
        assert hidden is None
        assert answer.at("customers", 0) == "ACCESS_CHECK_UNAVAILABLE"
        # who failed alone takes nobody along; a source that fails as a whole hides everybody
        assert (shown is not None) == (fetch is unreadable or fetch is mistaken), way


ALL_REFUSED = {
    "one customer": (
        "query($a: CRN!, $b: CRN!) { customer(crn: $a) { id } other: customer(crn: $b) { id } }"
    ),
    "a list": ("query($a: CRN!, $b: CRN!) { customers(crns: [$a, $b]) { id } }"),
    "two lists": (
        "query($a: CRN!, $b: CRN!) { customers(crns: [$a]) { id } more: customers(crns: [$b]) { id } }"
    ),
}


@pytest.mark.parametrize("shape", ALL_REFUSED)
@pytest.mark.parametrize("accept", ["application/json", "application/graphql-response+json"])
async def test_when_no_customer_can_be_decided_the_status_says_so(
    shape: str, accept: str, tmp_path: Path
) -> None:
    async with serving(
        tmp_path, *everything_of(ANNE, NOON), replaced={"restriction": failing(raises)}
    ) as gate:
        answer = await gate.ask(ALL_REFUSED[shape], headers={"accept": accept}, a=ANNE, b=BORIS)
        assert {error["extensions"]["code"] for error in answer.errors} == {"ACCESS_CHECK_UNAVAILABLE"}
        assert ANNE not in answer.text
        assert answer.status == 503


async def test_a_fault_is_over_when_the_source_is_back(tmp_path: Path) -> None:
    asked = 0

    async def at_first(good: Any, crns: Any) -> Any:
        nonlocal asked
        asked += 1
        return await (raises if asked == 1 else type(good).fetch)(good, crns)

    async with serving(tmp_path, *everything_of(ANNE, NOON), replaced={"debt": failing(at_first)}) as gate:
        assert (await gate.ask(ONE, crn=ANNE)).errors
        assert (await gate.ask(ONE, crn=ANNE)).data["customer"]["debts"]["debts"]


async def test_a_hanging_source_costs_its_time_limit_and_no_more(tmp_path: Path) -> None:
    replaced = {part: failing(hangs) for part in SECTIONS}
    async with serving(tmp_path, *everything_of(ANNE, NOON), replaced=replaced) as gate:
        answer = await gate.ask(ONE, crn=ANNE)
        assert {error["extensions"]["code"] for error in answer.errors} == {"SOURCE_TIMEOUT"}
        assert answer.partial["customer"]["overview"]["completeness"] == "PARTIAL"
