"""The town as a whole: the same for the same seed and day, readable without loss, and as busy as real people are."""

from collections import Counter
from collections.abc import Iterator
from datetime import date, timedelta
from enum import Enum
from functools import cache
from statistics import median
from typing import Any

import msgspec
import pytest

from sandbox import STORIES, Town, crn
from sandbox.crn import case_number, record_number
from sources.crn import ServicesAustralia, check_letter
from tests.sandbox.telling import BUSY, ON, Told, decoded, lines, told, unhurried

WRONG_LETTER = 30


def test_the_same_seed_and_day_give_the_same_bytes(written: list[bytes]) -> None:
    assert lines() == written


def test_another_seed_gives_other_people_and_the_same_named_ones(town: dict[str, Told]) -> None:
    others = told(unhurried(lines(people=80, seed=2)))
    named = {story.crn for story in STORIES}
    same = {one for one, tale in others.items() if tale.customer[0].names == town[one].customer[0].names}
    assert named - {crn(BUSY)} <= same
    assert len(same - named) < 5


@pytest.mark.parametrize("on", [ON + timedelta(days=1), date(2028, 2, 29), date(2025, 4, 6)])
def test_another_day_moves_the_history_and_not_the_people(on: date) -> None:
    here, there = ([decoded(line) for line in lines(day, BUSY)] for day in (ON, on))
    assert [(part, _number(record)) for part, record in here] == [(part, _number(r)) for part, r in there]
    assert [_who(record) for part, record in here if part == "customer"] == [
        _who(record) for part, record in there if part == "customer"
    ]
    moved = [
        (later.started_at.date() - sooner.started_at.date()).days
        for (part, sooner), (_, later) in zip(here, there, strict=True)
        if part == "interaction"
    ]
    assert abs(median(moved) - (on - ON).days) <= 1


def _number(record: Any) -> str:
    return str(getattr(record, "id", record.crn))


def _who(record: Any) -> tuple[Any, ...]:
    return record.names, record.date_of_birth, record.relationships, record.contact_points, record.addresses


def test_one_more_person_changes_nobody_else(town: dict[str, Told]) -> None:
    fewer = told(unhurried(lines(people=93)))
    for one, tale in fewer.items():
        assert tale.history == town[one].history
        assert tale.customer[0].names == town[one].customer[0].names


def test_every_line_is_a_record_of_its_part_and_nothing_is_lost(written: list[bytes]) -> None:
    parts = Counter[str]()
    for line in unhurried(written):
        raw = msgspec.json.decode(line)
        part, record = decoded(line)
        assert list(_lost(raw["record"], record, part)) == []
        parts[part] += 1
    assert set(parts) == {
        "customer",
        "restriction",
        "interaction",
        "correspondence",
        "debt",
        "ownership",
        "entitlement",
    }


@cache
def _fields(record: type[msgspec.Struct]) -> frozenset[str]:
    return frozenset(each.encode_name for each in msgspec.structs.fields(record))


def _lost(raw: Any, value: Any, place: str) -> Iterator[str]:
    """The places of what a record does not keep: a field it does not have, a code it does not know."""
    if isinstance(value, msgspec.Struct):
        known = _fields(type(value))
        for name, inner in raw.items():
            if name not in known:
                yield f"{place}.{name}"
            else:
                yield from _lost(inner, getattr(value, name), f"{place}.{name}")
    elif isinstance(value, tuple):
        for inner, item in zip(raw, value, strict=True):
            yield from _lost(inner, item, place)
    elif isinstance(value, Enum) and raw != value.value:
        yield f"{place} is {raw}"


def test_every_number_lies_in_the_range_of_invented_people_and_carries_its_letter(
    town: dict[str, Told],
) -> None:
    scheme = ServicesAustralia()
    assert len(town) == 1000
    assert sorted(int(one[:9]) for one in town) == list(range(1000))
    wrong = [one for one in town if scheme.warning(scheme.parse(one))]
    assert [int(one[:9]) for one in wrong] == [WRONG_LETTER]


@pytest.mark.parametrize("number", [0, 1, 17, 999_999])
def test_the_letter_is_the_one_that_the_gateway_works_out(number: int) -> None:
    assert crn(number) == f"{number:09d}{check_letter(f'{number:09d}')}"


def test_numbers_of_records_are_unique_over_the_town(town: dict[str, Told]) -> None:
    for part in ("interaction", "correspondence", "debt"):
        numbers = [found.id for tale in town.values() for found in getattr(tale, part)]
        assert len(set(numbers)) == len(numbers)
    claims = [claim.id for tale in town.values() for found in tale.entitlement for claim in found.claims]
    assert len(set(claims)) == len(claims)


def test_numbers_of_records_stay_apart_at_the_far_end_of_the_range() -> None:
    people, indexes = (0, 1, 499_999, 999_998, 999_999), (1, 2, 99)
    assert len({record_number(person, index, 8) for person in people for index in indexes}) == 15
    assert len({case_number(person) for person in range(20_000)}) == 20_000
    assert all(len(record_number(person, index, 8)) == 8 for person in people for index in indexes)


def test_people_have_forty_things_in_their_history_few_have_500_and_one_has_50000(
    town: dict[str, Told],
) -> None:
    counts = sorted(len(tale.history) for tale in town.values())
    assert 34 <= median(counts) <= 46
    assert 400 <= counts[989] <= 620
    assert counts[-1] == 50_000
    assert len(town[crn(BUSY)].history) == 50_000
    assert counts.count(0) > 10


def test_an_ordinary_person_has_several_things_in_the_last_28_days_and_some_have_none(
    town: dict[str, Told],
) -> None:
    recent = {
        one: sum(found.at.date() >= ON - timedelta(days=28) for found in tale.history)
        for one, tale in town.items()
        if 30 <= len(tale.history) <= 60
    }
    assert median(recent.values()) >= 6
    assert 0 < sum(count == 0 for count in recent.values()) < len(recent) / 8


def test_a_town_has_at_least_one_and_at_most_a_million_people() -> None:
    assert [part for part, _ in Town(1, ON, 1)] == ["customer"]
    for people in (0, 1_000_001):
        with pytest.raises(ValueError, match="1 to 1000000"):
            Town(1, ON, people)
