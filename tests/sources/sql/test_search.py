"""Looking for people: every way to find them, in which order, and who is not found."""

from datetime import date
from typing import Any

import pytest
from msgspec import structs
from sqlalchemy import func, select
from sqlalchemy.ext.asyncio import AsyncEngine

from sources.errors import BadData, SourceUnavailable
from sources.parts import Customer
from sources.parts.customer import Name, NameKind
from sources.search import Criteria
from sources.sql import SqlFinder, load
from sources.sql.tables import SEARCH
from tests.sources.specimens import crn, lines
from tests.sources.sql.seekers import (
    ANNE,
    BERG,
    CLARA,
    JOSE,
    ORG,
    OTHER_ANNE,
    PEOPLE,
    SMITH,
    crowd,
    find,
    found,
    named,
    numbered,
)
from tests.sources.sql.statements import overheard

QUICKLY: dict[str, list[str]] = {
    # names: without accents and cases, joined and split, beginnings, other names
    "nunez": [JOSE],
    "NÚÑEZ josé": [JOSE],
    "Jose Nun": [JOSE],
    "pepe": [JOSE],
    "lukasik": [JOSE],
    "Lukasikgrun": [JOSE],
    "grün": [JOSE],
    "o'brien": [ANNE],
    "O’Brien": [ANNE],
    "obrien": [ANNE],
    "brien": [ANNE],
    "o brien anne marie": [ANNE],
    "annemarie": [ANNE],
    "obr": [ANNE],
    "vanderberg": [BERG],
    "van der berg oystein": [BERG],
    "riverbend care": [ORG],
    # what sounds alike, after what is written alike
    "smith": [SMITH, CLARA],
    "smyth": [CLARA, SMITH],
    "catherine smith": [SMITH, CLARA],
    # telephone numbers: whole, as abroad, beginnings, endings
    "0491570006": [ANNE],
    "0491 570 006": [ANNE],
    "+61 491 570 006": [ANNE],
    "0061491570006": [ANNE],
    "0491": [ANNE],
    "(02) 5550-1234": [JOSE],
    "1234": [JOSE, CLARA],
    "0006": [ANNE],
    "234": [],
    "9157": [],
    # e-mail addresses
    "anne.o_brien+x@example.com": [ANNE],
    "ANNE.O_BRIEN@": [ANNE],
    "anne.o_br": [ANNE],
    "anneobrienx@example": [ANNE],
    # addresses
    "station street": [ANNE],
    "12 stat": [ANNE],
    "3/12 station": [ANNE],
    "wagga": [BERG],
    "2650": [BERG],
    # numbers
    ANNE: [ANNE],
    f"{ANNE[:3]} {ANNE[3:6]} {ANNE[6:].lower()}": [ANNE],
    OTHER_ANNE: [ANNE],
    crn(22): [ANNE],
    "8888": [ANNE],
    "CIT-000021": [ANNE],
    "cit 000021": [ANNE],
    "cit000021": [ANNE],
    "471122": [ANNE, CLARA],
    "old number 7": [JOSE],
    "4711": [],
    # dates of birth
    "12/03/1989": [ANNE],
    "12.3.1989": [ANNE],
    "1989-03-12": [ANNE],
    "12-03-1989": [ANNE],
    "03/12/2001": [SMITH],
    "03/13/1989": [],
    # several things together
    "anne 12/03/1989 parramatta 0006": [ANNE],
    "anne 0491 570 006": [ANNE],
    "anne smith": [],
    "smyth 5550": [],
    "smyth 0355501234": [CLARA],
    # names that are hidden from others
    "hidden": [],
    "robin": [],
    # nobody
    "zzyzx": [],
    "!!!": [],
    "": [],
}
FIELDS: list[tuple[dict[str, Any], list[str]]] = [
    ({"family": "Smith"}, [SMITH, CLARA]),
    ({"family": "Katherine"}, []),
    ({"given": "Catherine"}, [CLARA, SMITH]),
    ({"given": "Smith"}, []),
    ({"name": "katherine smith"}, [SMITH, CLARA]),
    ({"name": "station"}, []),
    ({"phone": "02 5550 1234"}, [JOSE]),
    ({"phone": "2150"}, []),
    ({"email": "anne"}, [ANNE]),
    ({"email": "anne.o_brien+x@example.com"}, [ANNE]),
    ({"email": "station"}, []),
    ({"address": "Wagga Wagga 26"}, [BERG]),
    ({"address": "Smith"}, []),
    ({"identifier": "4711 22"}, [ANNE, CLARA]),
    ({"identifier": "4711"}, []),
    ({"identifier": OTHER_ANNE}, [ANNE]),
    ({"identifier": OTHER_ANNE, "family": "obrien"}, [ANNE]),
    ({"identifier": OTHER_ANNE, "family": "smith"}, []),
    ({"born": date(1989, 3, 12)}, [ANNE]),
    ({"born": date(1989, 3, 12), "family": "brian"}, [ANNE]),
    ({"born": date(1989, 3, 12), "family": "nunez"}, []),
    ({"name": "hidden", "protected_names": True}, [JOSE]),
    ({"family": "hid", "given": "robyn", "protected_names": True}, [JOSE]),
    ({"quick": "robin", "protected_names": True}, [JOSE]),
    ({"family": "hidden"}, []),
    ({"family": "!", "given": "katherine"}, []),
    ({}, []),
]


async def test_people_are_found_by_whatever_is_typed(engine: AsyncEngine) -> None:
    await load(engine, lines(PEOPLE))
    wrong = {
        text: got
        for text, expected in QUICKLY.items()
        if (got := await found(engine, quick=text)) != expected
    }
    assert wrong == {}


async def test_people_are_found_field_by_field_and_everything_must_match(engine: AsyncEngine) -> None:
    await load(engine, lines(PEOPLE))
    wrong = [
        (wanted, got) for wanted, expected in FIELDS if (got := await found(engine, **wanted)) != expected
    ]
    assert wrong == []


async def test_whole_words_come_before_beginnings_and_those_before_sounds_each_by_name(
    engine: AsyncEngine,
) -> None:
    names = ["Smythe Zoe", "Smithers Amy", "Smith Zoe", "Smithson Bob", "Smith Amy", "Smyth Amy", "Smith Amy"]
    people = [named(number, *name.split()) for number, name in enumerate(names, 1)]
    await load(engine, lines(people))
    assert await found(engine, quick="smith") == [crn(number) for number in (5, 7, 3, 2, 4, 6, 1)]


@pytest.mark.parametrize("size", [1, 2, 3, 5, 8, 500])
async def test_pages_of_any_size_show_everybody_once_and_in_one_order(size: int, engine: AsyncEngine) -> None:
    people = [*crowd(100, 9), *crowd(200, 4, "Crowder"), *crowd(300, 4, "Krowd"), named(400, "Else")]
    await load(engine, lines(people))
    whole = await found(engine, quick="crowd")
    assert len(whole) == 17
    assert await found(engine, size, quick="crowd") == whole
    by_number = {"identifier": crn(104), "family": "crowd"}
    assert await found(engine, size, **by_number) == [crn(104)]


async def test_whoever_comes_meanwhile_shifts_no_page(engine: AsyncEngine) -> None:
    await load(engine, lines(crowd(100, 6)))
    whole = await found(engine, quick="crowd")
    first = await find(engine, 3, quick="crowd")
    await load(engine, lines([named(900, "Crowd", "Aaron")]))
    second = await find(engine, 3, first.found[-1].place, quick="crowd")
    assert [one.crn for one in (*first.found, *second.found)] == whole
    assert (await find(engine, 3, quick="crowd")).found[0].crn == crn(900)


async def test_people_with_the_same_names_and_date_of_birth_are_marked(engine: AsyncEngine) -> None:
    born = date(1979, 2, 1)
    people = [
        named(1, "Núñez", "Ana", date_of_birth=born),
        named(2, "NUNEZ", "Ana", date_of_birth=born),
        named(3, "Nunez", "Ana", date_of_birth=date(1979, 1, 2)),
        named(4, "Nunez", "Ana"),
        named(5, "Nunez", "Ana"),
        named(6, "Nunez", "Anna", date_of_birth=born),
        Customer(crn(7), canonical_crn=crn(1), date_of_birth=born),
    ]
    await load(engine, lines(people))
    with overheard(engine) as sent:
        page = await find(engine, quick="nunez ana")
    marked = {one.crn: one.duplicates for one in page.found}
    assert marked == {
        crn(number): {1: (crn(2),), 2: (crn(1),)}.get(number, ()) for number in (1, 2, 3, 4, 5, 6)
    }
    assert len(sent) == 2


async def test_a_name_that_others_must_not_learn_makes_nobody_alike(engine: AsyncEngine) -> None:
    born = date(1979, 2, 1)
    hidden = Customer(
        crn(2),
        names=(Name(NameKind.LEGAL, "Nunez", "Ana", protected=True), Name(NameKind.ALIAS, "Hart")),
        date_of_birth=born,
    )
    await load(engine, lines([named(1, "Nunez", "Ana", date_of_birth=born), hidden]))
    (only,) = (await find(engine, quick="nunez")).found
    assert (only.crn, only.duplicates) == (crn(1), ())
    assert "nunez" not in (await find(engine, quick="hart")).found[0].place


async def rows(engine: AsyncEngine) -> int:
    async with engine.connect() as connection:
        return (await connection.execute(select(func.count()).select_from(SEARCH))).scalar_one()


async def test_a_record_that_is_imported_again_is_found_as_it_is_now(engine: AsyncEngine) -> None:
    await load(engine, lines([named(1, "Before", identifiers=numbered(can="71")), named(2, "Other")]))
    await load(engine, lines([named(1, "Middle"), named(1, "After", identifiers=numbered(can="72"))]))
    assert await found(engine, quick="before") == await found(engine, quick="middle") == []
    assert await found(engine, quick="71") == []
    assert await found(engine, quick="after") == await found(engine, quick="72") == [crn(1)]
    assert await found(engine, quick="other") == [crn(2)]
    assert await rows(engine) == 2


async def test_a_record_that_becomes_another_number_of_somebody_is_found_as_that_one_only(
    engine: AsyncEngine,
) -> None:
    await load(engine, lines([named(1, "Kept"), named(2, "Joined")]))
    await load(engine, lines([Customer(crn(2), canonical_crn=crn(1))]))
    assert await found(engine, quick="joined") == []
    assert await found(engine, quick=crn(2)) == [crn(1)]
    assert await rows(engine) == 1
    await load(engine, lines([named(2, "Parted")]))
    assert await found(engine, quick="parted") == await found(engine, quick=crn(2)) == [crn(2)]


async def test_a_person_whose_number_another_record_tells_of_is_found_alone_by_their_other_numbers(
    engine: AsyncEngine,
) -> None:
    mixed = named(2, "Mixed", identifiers=numbered(crn=crn(1)))
    await load(engine, lines([named(1, "Own", identifiers=numbered(can="71")), mixed]))
    assert await found(engine, quick="71") == [crn(1)]
    assert sorted(await found(engine, quick=crn(1))) == [crn(1), crn(2)]


@pytest.mark.parametrize("place", ["", "x", "[]", '[1,"a"]', '["1","a","b"]'])
async def test_a_place_of_another_finder_is_a_fault(place: str, engine: AsyncEngine) -> None:
    await load(engine, lines(PEOPLE))
    with pytest.raises(BadData) as fault:
        await find(engine, 5, place, quick="smith")
    assert fault.value.reason == "place"


async def test_a_database_that_cannot_be_asked_is_a_fault(empty_engine: AsyncEngine) -> None:
    with pytest.raises(SourceUnavailable):
        await SqlFinder(empty_engine).find(Criteria(quick="smith"), 5, None)


async def test_a_record_that_is_endless_is_imported_and_found(engine: AsyncEngine) -> None:
    names = tuple(Name(NameKind.ALIAS, f"{'x' * n} word{n}-{n}", "y" * 3000) for n in range(1500))
    endless = structs.replace(named(1, "z" * 5000, "Q" * 5000, date_of_birth=date(1, 2, 3)), names=names)
    first = structs.replace(named(2, "z" * 5000, "Q" * 5000, date_of_birth=date(1, 2, 3)))
    assert (await load(engine, lines([endless, first]))).refused == ()
    assert await found(engine, quick="z" * 5000) == [crn(2)]
    assert await found(engine, quick="word7") == [crn(1)]
