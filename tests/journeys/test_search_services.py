"""Looking for people in a system of its own: it is asked as its mapping says, and decided on like everybody."""

from datetime import date
from pathlib import Path
from typing import Any

import pytest

from sources.parts import Restriction
from sources.parts.customer import ContactKind, ContactPoint, Name, NameKind
from tests.running.people import ANNE, BORIS, CLARA, person
from tests.running.seeking import crns_found, every_page, searched
from tests.running.services import served_by_systems
from tests.sources.specimens import crns

BORN = date(1970, 2, 3)


def named(owner: Any, family: str, given: str, **more: Any) -> Any:
    return person(owner, names=(Name(NameKind.LEGAL, family, given),), **more)


PEOPLE = (
    named(
        ANNE,
        "Çelik",
        "Anne",
        date_of_birth=BORN,
        contact_points=(ContactPoint(ContactKind.MOBILE, "0491 570 156"),),
    ),
    named(BORIS, "Celik", "Anne", date_of_birth=BORN),
    named(CLARA, "Celik", "Clara"),
)


@pytest.mark.parametrize(
    ("asked", "found"),
    [
        ({"quick": "celik clara"}, {CLARA}),
        ({"quick": "0491 570 156"}, {ANNE}),
        ({"quick": ANNE}, {ANNE}),
        ({"advanced": {"familyName": "cel"}}, {ANNE, BORIS, CLARA}),
        ({"advanced": {"familyName": "Celik", "dateOfBirth": BORN.isoformat()}}, {ANNE, BORIS}),
        ({"advanced": {"telephone": "0491570156"}}, {ANNE}),
        ({"quick": "nobody here"}, set()),
    ],
)
async def test_people_are_found_in_the_system_that_is_searched(
    asked: dict[str, Any], found: set[str], tmp_path: Path
) -> None:
    async with served_by_systems(tmp_path, *PEOPLE) as (gate, systems):
        assert set(await crns_found(gate, **asked)) == found
        assert any(
            path.endswith("/search") for path in (one["path"] for one in systems.calls("customer").log)
        )


async def test_hits_are_one_call_a_part(tmp_path: Path) -> None:
    crowd = [named(owner, "Crowd", f"Given{number:02d}") for number, owner in enumerate(crns(20))]
    async with served_by_systems(tmp_path, *crowd) as (gate, systems):
        assert len(await crns_found(gate, "crowd")) == 20
        assert systems.calls("restriction").requests == 1
        assert systems.calls("customer").requests == 2  # the search, and the people


async def test_pages_follow_each_other_to_the_end(tmp_path: Path) -> None:
    crowd = [named(owner, "Crowd", f"Given{number:02d}") for number, owner in enumerate(crns(23))]
    async with served_by_systems(tmp_path, *crowd) as (gate, _):
        pages = await every_page(gate, "crowd", 5)
        told = [edge["node"]["crn"] for page in pages for edge in page.data["searchCustomers"]["edges"]]
        assert told == [one.crn for one in crowd]


async def test_a_restricted_record_is_neither_a_hit_nor_a_duplicate(tmp_path: Path) -> None:
    locked = Restriction(BORIS, restricted=True, officers=("officer-ra-1",))
    async with served_by_systems(tmp_path, *PEOPLE, locked) as (gate, _):
        answer = await searched(gate, "anne")
        (edge,) = answer.data["searchCustomers"]["edges"]
        assert (edge["node"]["crn"], edge["possibleDuplicates"]) == (ANNE, [])
        listed = (await searched(gate, "anne", "restricted")).data["searchCustomers"]["edges"]
        ids = {edge["node"]["crn"]: edge["node"]["id"] for edge in listed}
        assert {edge["node"]["crn"]: edge["possibleDuplicates"] for edge in listed} == {
            ANNE: [ids[BORIS]],
            BORIS: [ids[ANNE]],
        }


@pytest.mark.parametrize(
    ("kind", "code"),
    [("down", "SOURCE_UNAVAILABLE"), ("garbled", "SOURCE_BAD_DATA"), ("hang", "SOURCE_TIMEOUT")],
)
async def test_a_search_that_fails_says_so(kind: str, code: str, tmp_path: Path) -> None:
    async with served_by_systems(tmp_path, *PEOPLE, source_seconds=0.2) as (gate, systems):
        await systems.fault("customer", kind)
        answer = await searched(gate, "anne")
        assert [error["extensions"]["code"] for error in answer.errors] == [code]
        assert answer.errors[0]["extensions"]["source"] == "customers"
