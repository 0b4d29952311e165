"""Searching through the gateway: who is found and how, pages, what is refused, and what stands on record."""

from collections.abc import AsyncIterator
from datetime import date
from pathlib import Path
from typing import Any

import pytest

from sources.parts import PARTS, Restriction
from tests.running import Gate, codes, serving
from tests.running.seeking import SEARCH, crns_found, every_page, searched
from tests.sources.specimens import crn, crns, record
from tests.sources.sql.seekers import ANNE, CLARA, JOSE, OTHER_ANNE, PEOPLE, SMITH, crowd, named
from tests.sources.sql.statements import overheard

SECRET = "Wolfeschlegel918273645X"
LOCKED = crn(40)
TWINS = [
    named(31, "Price", "Hannah", date_of_birth=date(1979, 3, 12)),
    named(32, "PRICE", "Hannah", date_of_birth=date(1979, 3, 12)),
    named(33, "Price", "Hannah", date_of_birth=date(1979, 3, 13)),
]


def told() -> list[Any]:
    return [*PEOPLE, *TWINS, *crowd(100, 30), named(40, "Secret"), Restriction(LOCKED, restricted=True)]


@pytest.fixture(scope="module")
async def gate(tmp_path_factory: pytest.TempPathFactory) -> AsyncIterator[Gate]:
    async with serving(tmp_path_factory.mktemp("search"), *told()) as serves:
        yield serves


WAYS: dict[str, dict[str, Any]] = {
    "a name without its accents": {"quick": "jose nunez"},
    "a beginning": {"quick": "lukas"},
    "a sound": {"quick": "nunes"},
    "a telephone number": {"quick": "+61 2 5550 1234"},
    "an alias": {"quick": "OLD NUMBER_7"},
    "a name field": {"advanced": {"name": "Pepe"}},
    "a family name field": {"advanced": {"familyName": "Núñez"}},
    "a given name field": {"advanced": {"givenName": "jose"}},
    "a telephone field": {"advanced": {"telephone": "0255501234"}},
    "an identifier field": {"advanced": {"identifier": "old-number 7"}},
    "several fields": {"advanced": {"identifier": "oldnumber7", "familyName": "nun", "telephone": "1234"}},
}


@pytest.mark.parametrize("way", WAYS)
async def test_a_person_is_found_by(way: str, gate: Gate) -> None:
    assert await crns_found(gate, **WAYS[way]) == [JOSE]


async def test_anne_is_found_by_what_only_she_has(gate: Gate) -> None:
    assert await crns_found(gate, OTHER_ANNE) == [ANNE]
    for field in (
        {"email": "anne.o_brien+x@example.com"},
        {"address": "station parramatta"},
        {"dateOfBirth": "1989-03-12"},
    ):
        assert await crns_found(gate, advanced=field) == [ANNE]


async def test_a_number_that_two_claim_finds_both_and_nobody_is_an_empty_page(gate: Gate) -> None:
    assert await crns_found(gate, "4711-22") == [ANNE, CLARA]
    nobody = (await searched(gate, "zzyzx")).data["searchCustomers"]
    assert nobody["edges"] == []
    assert nobody["pageInfo"] == {
        "hasNextPage": False,
        "hasPreviousPage": False,
        "startCursor": None,
        "endCursor": None,
    }


async def test_possible_duplicates_are_the_ids_of_each_other(gate: Gate) -> None:
    edges = (await searched(gate, "hannah price")).data["searchCustomers"]["edges"]
    first, second, _ = (edge["node"]["id"] for edge in edges)
    assert [edge["possibleDuplicates"] for edge in edges] == [[second], [first], []]
    alone = (await searched(gate, "hannah price", first=1)).data["searchCustomers"]["edges"]
    assert alone == edges[:1]
    assert (await gate.ask("query($id: ID!) { node(id: $id) { id } }", id=second)).data["node"][
        "id"
    ] == second


@pytest.mark.parametrize("first", [1, 4, 7, 24])
async def test_pages_hold_everybody_once(first: int, gate: Gate) -> None:
    pages = await every_page(gate, "crowd", first)
    shown = [page.data["searchCustomers"] for page in pages]
    everybody = [edge["node"]["crn"] for page in shown for edge in page["edges"]]
    assert sorted(everybody) == [crn(number) for number in range(100, 130)]
    assert [len(page["edges"]) for page in shown[:-1]] == [first] * (len(shown) - 1)
    for number, page in enumerate(shown):
        assert page["pageInfo"]["hasPreviousPage"] == (number > 0)
        assert page["pageInfo"]["startCursor"] == page["edges"][0]["cursor"]
        assert page["pageInfo"]["endCursor"] == page["edges"][-1]["cursor"]


async def test_a_cursor_is_good_for_its_own_search_only(gate: Gate) -> None:
    cursor = (await searched(gate, "crowd", first=2)).data["searchCustomers"]["pageInfo"]["endCursor"]
    for wrong in ({"quick": "smith"}, {"advanced": {"name": "crowd"}}):
        answer = await searched(gate, **wrong, after=cursor)
        assert (codes(answer), answer.body["data"]) == (["BAD_USER_INPUT"], None)
    assert codes(await searched(gate, "crowd", after=SECRET)) == ["BAD_USER_INPUT"]


BAD: dict[str, dict[str, Any]] = {
    "neither way": {},
    "both ways": {"quick": SECRET, "advanced": {"name": SECRET}},
    "no field": {"advanced": {}},
    "fields of null": {"advanced": {"name": None}},
    "an empty text": {"quick": ""},
    "a text without letters": {"quick": "!?"},
    "one letter": {"quick": "x"},
    "a field without letters": {"advanced": {"name": SECRET, "email": "@"}},
    "fields of one letter": {"advanced": {"name": "x"}},
    "a text too long": {"quick": SECRET * 9},
    "a field too long": {"advanced": {"address": SECRET * 9}},
    "too many words": {"quick": f"{SECRET} a b c d e f g h"},
    "a page too large": {"quick": SECRET, "first": 101},
    "no page": {"quick": SECRET, "first": 0},
    "a date that is none": {"advanced": {"dateOfBirth": SECRET}},
    "a field that is none": {"advanced": {SECRET: "a"}},
}


@pytest.mark.parametrize("kind", BAD)
async def test_what_cannot_be_searched_is_refused_in_our_own_words(kind: str, gate: Gate) -> None:
    answer = await searched(gate, **BAD[kind])
    assert codes(answer) == ["BAD_USER_INPUT"]
    assert "olfesch" not in answer.worded
    assert "9182" not in answer.worded


async def test_a_date_alone_and_two_letters_are_enough(gate: Gate) -> None:
    assert await crns_found(gate, advanced={"dateOfBirth": "2001-12-03"}) == [SMITH]
    assert (await searched(gate, "zq")).data


@pytest.mark.parametrize("persona", ["partner", "dashboard"])
async def test_without_the_scope_a_search_is_refused_before_any_source_is_asked(
    persona: str, gate: Gate
) -> None:
    before = len(gate.journal)
    with overheard(gate.gateway.engine) as sent:
        answer = await searched(gate, "smith", persona)
    assert (codes(answer), answer.body["data"], sent) == (["FORBIDDEN"], None, [])
    (event,) = gate.journal[before:]
    assert (event["action"], event["verdict"], event["code"]) == ("deny", "REFUSED", "FORBIDDEN")


async def test_a_search_needs_a_reason(gate: Gate) -> None:
    answer = await gate.ask(SEARCH, headers={"x-access-reason": "AGREEMENT"}, quick="smith")
    assert codes(answer) == ["REASON_REQUIRED"]


async def test_a_search_counts_as_many_customers_as_it_may_show(gate: Gate) -> None:
    assert codes(await searched(gate, "crowd", first=26)) == ["TOO_MANY_CUSTOMERS"]
    assert len(await crns_found(gate, "crowd", first=25)) == 25
    hits = 'searchCustomers(quick: "zzyzx", first: $first) { edges { cursor } }'
    both = f"query($crns: [CRN!]!, $first: Int!) {{ customers(crns: $crns) {{ id }} {hits} }}"
    assert codes(await gate.ask(both, crns=crns(10), first=16)) == ["TOO_MANY_CUSTOMERS"]
    assert (await gate.ask(both, crns=crns(10), first=15)).data["searchCustomers"]["edges"] == []
    twice = f"query($first: Int!) {{ a: {hits} b: {hits} }}"
    assert codes(await gate.ask(twice, first=13)) == ["TOO_MANY_CUSTOMERS"]
    assert (await gate.ask(twice, first=12)).data["a"]["edges"] == []


def heard(events: list[dict[str, Any]]) -> list[tuple[str, str, str]]:
    return sorted((event["action"], event["verdict"], event["rule"]) for event in events)


async def test_a_search_and_everybody_it_shows_are_on_record_and_nobody_else(tmp_path: Path) -> None:
    found = ("search", "OPEN", "search")
    view = ("view", "OPEN", "free")
    async with serving(tmp_path, *told()) as gate:
        for quick, first, events in (
            ("zzyzx", 5, [("search", "NOBODY", "search")]),
            ("crowd", 3, [found, *[view] * 3]),
            ("secret", 3, [("deny", "BANNER", "restricted"), ("search", "NOBODY", "search")]),
            ("hannah price", 1, [found, *[view] * 2]),
        ):
            before = len(gate.journal)
            await searched(gate, quick, first=first)
            assert heard(gate.journal[before:]) == events
        before = len(gate.journal)
        await gate.ask('{ searchCustomers(quick: "hannah price", first: 1) { edges { node { id } } } }')
        assert heard(gate.journal[before:]) == [found, view]
        assert {len(event.get("parts", ())) for event in gate.journal if event["action"] == "view"} == {0, 1}
        assert not any(event.get("parts") for event in gate.journal if event["action"] != "view")
        text = gate.gateway.settings.journal.read_text()
        assert not any(word in text.lower() for word in ("zzyzx", "crowd", "hannah", "secret", ANNE.lower()))


async def test_the_same_search_is_the_same_on_record_and_another_one_is_not(tmp_path: Path) -> None:
    async with serving(tmp_path) as gate:
        for quick in ("one", "one", "two"):
            await searched(gate, quick)
        first, again, other = (event["customer"] for event in gate.journal)
        assert first == again != other


WHOLE = """query { searchCustomers(quick: "crowd") { ...Page pageInfo { hasNextPage } } }
    fragment Page on CustomerConnection { edges { ... on CustomerEdge { node { ...All } } possibleDuplicates } }
    fragment All on Customer { recordType entitlements { issuesOnFile } debts { truncated }
        ownership { cases { number } } interactions { edges { cursor } }
        overview { completeness cards { edges { node { id } } } } }"""


async def test_twenty_hits_with_all_their_sections_are_one_statement_a_part(tmp_path: Path) -> None:
    people = [
        record(part, owner)
        for part in PARTS
        if part.name not in {"restriction", "customer"}
        for owner in crns(20)
    ]
    names = [named(number, "Crowd", date_of_birth=date(1980, 1, 1)) for number in range(20)]
    async with serving(tmp_path, *people, *names) as gate:
        with overheard(gate.gateway.engine) as sent:
            answer = await gate.ask(WHOLE)
        edges = answer.data["searchCustomers"]["edges"]
        assert len(edges) == 20
        assert all(edge["node"]["overview"]["completeness"] == "COMPLETE" for edge in edges)
        of_search = [text for text, _ in sent if "search" in text]
        assert len(of_search) == 2
        assert len(sent) == len(of_search) + len(PARTS)


async def test_only_what_is_selected_of_the_hits_is_loaded(gate: Gate) -> None:
    with overheard(gate.gateway.engine) as sent:
        await gate.ask(
            '{ searchCustomers(quick: "katherine") { pageInfo { hasNextPage } edges { cursor } } }'
        )
    assert not any("debt" in text or "interaction" in text for text, _ in sent)


async def test_a_gateway_whose_sources_cannot_search_says_so(tmp_path: Path) -> None:
    async with serving(tmp_path, *PEOPLE, finder=lambda _: None) as gate:
        answer = await searched(gate, "smith")
        assert codes(answer) == ["UNSUPPORTED_BY_SOURCE"]
        assert answer.errors[0]["message"] == "No source here can search."


async def test_protected_names_are_found_by_staff(gate: Gate) -> None:
    assert await crns_found(gate, "robin hidden") == [JOSE]
