"""Rows that cannot be used: each costs its own customer's part, and nobody sees another's data."""

from typing import Any

import pytest
from msgspec import Struct, json
from sqlalchemy import insert, update
from sqlalchemy.ext.asyncio import AsyncEngine

from sources.crn import Crn
from sources.errors import BadData, WrongSubject
from sources.parts import INTERACTION, PARTS, Part
from sources.source import EVERYTHING, Reading, SubjectMismatch, ask, ask_page
from sources.sql import SqlSource, load
from sources.sql.tables import TABLES
from tests.sources.specimens import (
    HISTORIES,
    IGNORED,
    NOW,
    PATIENT,
    at,
    crn,
    crns,
    interaction,
    item,
    lines,
    record,
)

UNREADABLE = ["", "{", "null", "[]", '{"crn": 1}', "{}", "{}, {}", "\x01", '"' + "9" * 5000]


async def spoil(engine: AsyncEngine, part: Part[Any], owner: Crn, text: str, **where: str) -> None:
    """Write something else over records of a customer."""
    table = TABLES[part.name]
    statement = update(table).where(table.c.crn == owner).values(record=text)
    for name, value in where.items():
        statement = statement.where(table.c[name] == value)
    async with engine.begin() as connection:
        await connection.execute(statement)


def text(record: Any) -> str:
    return json.encode(record).decode()


@pytest.mark.parametrize("part", PARTS, ids=str)
async def test_a_record_that_cannot_be_read_costs_its_own_customer(
    part: Part[Any], engine: AsyncEngine
) -> None:
    people = crns(len(UNREADABLE) + 1)
    await load(engine, lines(record(part, each) for each in people))
    for each, bad in zip(people[1:], UNREADABLE, strict=True):
        await spoil(engine, part, each, bad)
    answer = await SqlSource(part, engine, lambda: NOW, IGNORED.append).fetch(people)
    assert [type(answer[each]) for each in people] == [Reading] + [BadData] * len(UNREADABLE)


@pytest.mark.parametrize("part", PARTS, ids=str)
async def test_a_record_of_somebody_else_is_shown_to_nobody(part: Part[Any], engine: AsyncEngine) -> None:
    events: list[Struct] = []
    await load(engine, lines(record(part, each) for each in (crn(1), crn(2), crn(3))))
    await spoil(engine, part, crn(1), text(record(part, crn(2))))
    source = SqlSource(part, engine, lambda: NOW, events.append, time_limit=PATIENT)
    answer = await ask(source, [crn(1), crn(2), crn(3)], clock=lambda: NOW, observe=events.append)
    assert isinstance(answer[crn(1)], WrongSubject)
    assert [isinstance(answer[each], Reading) for each in (crn(2), crn(3))] == [True, True]
    assert [event for event in events if isinstance(event, SubjectMismatch)] == [
        SubjectMismatch(part.name, "sql", 1)
    ]


@pytest.mark.parametrize("part", HISTORIES, ids=str)
async def test_one_bad_item_costs_the_history_it_is_in(part: Part[Any], engine: AsyncEngine) -> None:
    await load(engine, lines(item(part, each, str(n), at(n)) for each in (crn(1), crn(2)) for n in range(3)))
    await spoil(engine, part, crn(1), "{", id="1")
    answer = await SqlSource(part, engine, lambda: NOW, IGNORED.append).fetch([crn(1), crn(2)])
    assert type(answer[crn(1)]) is BadData
    reading: Any = answer[crn(2)]
    assert len(reading.record.items) == 3


async def test_a_time_without_a_zone_cannot_be_used(engine: AsyncEngine) -> None:
    await load(engine, lines([interaction(crn(1)), interaction(crn(2))]))
    await spoil(engine, INTERACTION, crn(1), text(interaction(crn(1), when=NOW.replace(tzinfo=None))))
    source = SqlSource(INTERACTION, engine, lambda: NOW, IGNORED.append)
    answer = await source.fetch([crn(1), crn(2)])
    assert type(answer[crn(1)]) is BadData
    assert isinstance(answer[crn(2)], Reading)
    assert type(await ask_page(source, crn(1), EVERYTHING, None, 5, IGNORED.append)) is BadData


PAGES: dict[str, tuple[Any, type[BadData]]] = {
    "unreadable": ("{", BadData),
    "of somebody else": (interaction(crn(2), "I1"), WrongSubject),
    "of another number": (interaction(crn(1), "I2"), BadData),
    "of another time": (interaction(crn(1), "I1", at(1)), BadData),
}


@pytest.mark.parametrize(("bad", "fault"), PAGES.values(), ids=PAGES.keys())
async def test_a_page_with_a_bad_row_is_a_fault(bad: Any, fault: type[BadData], engine: AsyncEngine) -> None:
    await load(engine, lines([interaction(crn(1), "I1"), interaction(crn(1), "I0")]))
    await spoil(engine, INTERACTION, crn(1), bad if isinstance(bad, str) else text(bad), id="I1")
    source = SqlSource(INTERACTION, engine, lambda: NOW, IGNORED.append)
    assert type(await ask_page(source, crn(1), EVERYTHING, None, 5, IGNORED.append)) is fault


async def test_a_record_that_holds_two_cannot_smuggle_the_second(engine: AsyncEngine) -> None:
    both = f"{text(interaction(crn(1)))},{text(interaction(crn(2), 'smuggled'))}"
    row = {"crn": crn(1), "id": "I1", "at": 1_748_000_000_000_000, "recorded_at": 0, "record": both}
    async with engine.begin() as connection:
        await connection.execute(insert(TABLES["interaction"]).values(row))
    answer = await SqlSource(INTERACTION, engine, lambda: NOW, IGNORED.append).fetch([crn(1), crn(2)])
    assert {each: type(outcome) for each, outcome in answer.items()} == {crn(1): WrongSubject}
