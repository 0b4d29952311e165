"""Why people would be in touch: drawn before their histories, told by no record, the same whatever the day."""

from collections import Counter
from datetime import timedelta
from functools import cache
from typing import Any

import msgspec

from sandbox import Town
from sandbox.matters import MATTERS
from tests.sandbox.telling import ON


@cache
def truths(seed: int = 1, people: int = 1000, days: int = 0) -> tuple[tuple[str, list[Any]], ...]:
    return tuple(Town(seed, ON + timedelta(days=days), people).truths())


def crns(told: tuple[tuple[str, list[Any]], ...]) -> list[str]:
    return [records[0][1]["crn"] for _, records in told]


def test_every_matter_is_somebodys_and_none_is_most_peoples() -> None:
    seen = Counter(matter for matter, _ in truths())
    assert set(seen) == set(MATTERS)
    assert max(seen.values()) < len(truths()) / 4


def test_grown_up_people_have_a_matter_and_children_have_none() -> None:
    told = truths()
    assert len(set(crns(told))) == len(told)
    assert all(records[0][1]["record_type"] != "CHI" for _, records in told)
    assert 700 < len(told) < 940


def test_the_records_beside_a_matter_are_those_of_the_town(written: list[bytes]) -> None:
    encode = msgspec.json.Encoder().encode
    for _, records in truths()[::90]:
        lines = [encode({"part": part, "record": record}) for part, record in records]
        start = written.index(lines[0])
        assert written[start : start + len(lines)] == lines


def test_a_matter_stays_the_same_on_another_day_and_changes_with_the_seed() -> None:
    here, there = truths(people=300), truths(people=300, days=3)
    assert [matter for matter, _ in here] == [matter for matter, _ in there]
    assert [matter for matter, _ in here] != [matter for matter, _ in truths(2, 300)]


def test_no_record_tells_what_the_matter_is() -> None:
    """The words of the truth are nowhere: a record of somebody reads the same for whatever reason it is there."""
    told = msgspec.json.encode([records for _, records in truths(people=300)]).lower()
    for matter in (
        "stopped payment",
        "amount or date of a payment",
        "stuck online",
        "locked out",
        "something else",
    ):
        assert matter.encode() not in told


def test_a_town_of_named_people_alone_has_no_matters() -> None:
    assert list(Town(1, ON, 40).truths()) == []
