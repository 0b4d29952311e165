"""The CRM's ways to a person: a number of theirs, and a search."""

from collections.abc import AsyncIterator
from typing import Any

import httpx2
import pytest

from sandbox import crn
from sandbox.upstreams import running
from tests.sandbox.asking import MARIA, Asking, asking

pytestmark = pytest.mark.anyio


@pytest.fixture
async def ask() -> AsyncIterator[Asking]:
    async with asking() as systems:
        yield systems


def somebody(number: int, family: str, given: str | None = None, **more: Any) -> tuple[str, dict[str, Any]]:
    name = {"kind": "LEGAL", "family": family} | ({"given": given} if given else {})
    return "customer", {"crn": crn(number), "names": [name], **more}


ODDS = [
    somebody(101, "Müller", "Zoë", date_of_birth="1980-02-29"),
    somebody(102, "MULLER", "zoe", date_of_birth="1980-02-29"),
    somebody(103, "Muller", "Zoe", date_of_birth="1981-02-28"),
    somebody(104, "O'Brien-Núñez", "Áine"),
    somebody(
        105,
        "Abel",
        "Ann",
        contact_points=[
            {"kind": "MOBILE", "value": "0491 570 006"},
            {"kind": "EMAIL", "value": "Ann.Abel@Example.org"},
        ],
        addresses=[
            {"kind": "POSTAL", "lines": ["PO Box 9", "Rear"], "locality": "Alice Springs", "postcode": "0870"}
        ],
        identifiers=[{"kind": "CSRN", "value": "77-1234"}, {"kind": "CAN", "value": "900"}],
    ),
    somebody(107, "Twin", "Tim", identifiers=[{"kind": "CAN", "value": "900"}]),
    ("customer", {"crn": crn(106), "canonical_crn": crn(105)}),
]


async def found(terms: dict[str, Any]) -> list[str]:
    async with running(ODDS) as up, httpx2.AsyncClient() as http:
        answer = await http.post(f"{up.addresses['customer']}/people/search", json=terms)
        assert answer.status_code == 200, answer.text
        return [one["personNumber"] for one in answer.json()["matches"]]


@pytest.mark.parametrize(
    ("terms", "numbers"),
    [
        ({"text": "zoe mul"}, [103, 101, 102]),
        ({"familyName": "müll", "givenName": "ZOË"}, [103, 101, 102]),
        ({"name": "zoe muller", "dateOfBirth": "29/02/1980"}, [101, 102]),
        ({"name": "zoe nobody"}, []),
        ({"familyName": "nunez"}, [104]),
        ({"givenName": "aine", "text": "brien"}, [104]),
        ({"phone": "+61 491 570 006"}, [105]),
        ({"phone": "0491570"}, [105]),
        ({"email": "ann.abel@"}, [105]),
        ({"text": "example.org"}, [105]),
        ({"address": "alice 0870"}, [105]),
        ({"text": "po box alice ann"}, [105]),
        ({"number": "771234"}, [105]),
        ({"number": crn(105)[:9]}, [105]),
        ({"number": crn(106)}, [105]),
        ({"text": crn(106).lower()}, [105]),
        ({"number": "900"}, [105, 107]),
        ({"email": "", "familyName": "abel"}, [105]),
        ({"text": "…"}, []),
    ],
)
async def test_every_word_must_begin_something_of_the_person(
    terms: dict[str, Any], numbers: list[int]
) -> None:
    assert set(await found(terms)) == {crn(number) for number in numbers}


async def test_matches_come_in_the_order_of_names_and_numbers_whatever_the_page() -> None:
    everybody = [crn(number) for number in (101, 102, 103)]
    async with running(ODDS) as up, httpx2.AsyncClient() as http:
        got: list[str] = []
        cursor = ""
        for _ in range(3):
            asked = {"name": "zoe", "limit": 1, "cursor": cursor}
            answer = (await http.post(f"{up.addresses['customer']}/people/search", json=asked)).json()
            got += [one["personNumber"] for one in answer["matches"]]
            cursor = answer["next"]
    assert (got, cursor) == (everybody, "")


async def test_possible_duplicates_have_the_same_names_and_day_of_birth() -> None:
    async with running(ODDS) as up, httpx2.AsyncClient() as http:
        answer = await http.post(f"{up.addresses['customer']}/people/search", json={"name": "zoe"})
        alike = {one["personNumber"]: one["possibleDuplicates"] for one in answer.json()["matches"]}
    assert alike == {crn(101): [crn(102)], crn(102): [crn(101)], crn(103): []}


@pytest.mark.parametrize(
    ("kind", "number", "people"),
    [
        ("supportReference", "77-1234", [105]),
        ("access", "900", [105, 107]),
        ("person", crn(105), [105]),
        ("person", crn(106), [105]),
        ("person", crn(999), []),
        ("council", "77-1234", []),
    ],
)
async def test_a_number_leads_to_the_people_who_have_it(kind: str, number: str, people: list[int]) -> None:
    async with running(ODDS) as up, httpx2.AsyncClient() as http:
        path = f"{up.addresses['customer']}/people/by-number"
        answer = await http.get(path, params={"type": kind, "number": number})
    assert answer.json() == {"people": [{"personNumber": crn(one)} for one in people]}


async def test_the_town_is_found_by_every_number_it_has(ask: Asking) -> None:
    answer = await ask.get("customer", "/people/by-number?type=access&number=007000001")
    assert answer.json() == {"people": [{"personNumber": MARIA}]}
    answer = await ask.get("customer", f"/people/by-number?type=person&number={crn(19)}")
    assert answer.json() == {"people": [{"personNumber": crn(18)}]}
    assert (await ask.one("customer", crn(19))).json()["mergedInto"] == crn(18)


@pytest.mark.parametrize(
    ("terms", "said"),
    [
        ({}, "say what to search for"),
        ({"limit": 5}, "say what to search for"),
        ({"text": 5}, "text must be a text"),
        ({"dateOfBirth": "1980-02-29"}, "31/12/1999"),
        ({"text": "a", "limit": 0}, "whole number from 1"),
        ({"text": "a", "cursor": "zzz"}, "cursor"),
    ],
)
async def test_a_search_that_is_not_understood_is_400(terms: dict[str, Any], said: str, ask: Asking) -> None:
    answer = await ask.post("customer", "/people/search", terms)
    assert answer.status_code == 400
    assert said in answer.json()["problem"]["detail"]
