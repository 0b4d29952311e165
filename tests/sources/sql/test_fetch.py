"""Asking for many customers at once: what comes back, and how many statements it takes."""

from typing import Any

import pytest
from msgspec import Struct
from sqlalchemy.ext.asyncio import AsyncEngine

from sources.parts import CUSTOMER, INTERACTION, PARTS, Part
from sources.source import NothingKnown, Reading, SourceAsked, ask
from sources.sql import SqlSource, load
from tests.sources.specimens import IGNORED, NOW, PATIENT, at, crn, crns, customer, interaction, lines, record
from tests.sources.sql.statements import overheard


def source(part: Part[Any], engine: AsyncEngine, events: list[Struct] | None = None) -> SqlSource[Any]:
    heard = IGNORED if events is None else events
    return SqlSource(part, engine, lambda: NOW, heard.append, time_limit=PATIENT)


def said(part: Part[Any], reading: Any) -> tuple[Any, ...]:
    """What a reading holds, as rows."""
    return tuple(reading.record.items) if part.history else (reading.record,)


@pytest.mark.parametrize("part", PARTS, ids=str)
async def test_each_customer_asked_for_gets_their_own_record(part: Part[Any], engine: AsyncEngine) -> None:
    known = crns(6)
    await load(engine, lines(record(part, each) for each in known))
    answer = await source(part, engine).fetch(known[1:4])
    assert {each: said(part, reading) for each, reading in answer.items()} == {
        each: (record(part, each),) for each in known[1:4]
    }


@pytest.mark.parametrize("part", PARTS, ids=str)
async def test_a_customer_who_is_not_known_is_left_out(part: Part[Any], engine: AsyncEngine) -> None:
    await load(engine, lines([record(part, crn(1))]))
    assert set(await source(part, engine).fetch([crn(1), crn(2)])) == {crn(1)}


@pytest.mark.parametrize("part", PARTS, ids=str)
async def test_one_statement_asks_for_a_part_of_many_customers(part: Part[Any], engine: AsyncEngine) -> None:
    await load(engine, lines(record(part, each) for each in crns(3)))
    asked = source(part, engine)
    for count in (1, 20, 100, 500):
        with overheard(engine) as sent:
            answer = await asked.fetch(crns(count))
        assert len(sent) == 1
        assert set(answer) == set(crns(min(count, 3)))


async def test_more_customers_than_a_statement_takes_are_asked_for_in_portions(engine: AsyncEngine) -> None:
    await load(engine, lines(customer(each) for each in crns(1001)))
    with overheard(engine) as sent:
        answer = await source(CUSTOMER, engine).fetch(crns(1200))
    assert len(sent) == 3
    assert set(answer) == set(crns(1001))


async def test_a_customer_asked_for_twice_is_asked_for_once(engine: AsyncEngine) -> None:
    await load(engine, lines([interaction(crn(1), "I1"), interaction(crn(1), "I2")]))
    answer: Any = await source(INTERACTION, engine).fetch([crn(1), crn(1)])
    assert [item.id for item in answer[crn(1)].record.items] == ["I2", "I1"]


async def test_nobody_is_asked_for_without_a_statement(engine: AsyncEngine) -> None:
    with overheard(engine) as sent:
        assert await source(CUSTOMER, engine).fetch([]) == {}
    assert sent == []


async def test_a_history_comes_newest_first_and_by_number_within_a_moment(engine: AsyncEngine) -> None:
    told = [("b", 5), ("a", 5), ("d", 9), ("c", 1), ("é", 5), ("Z", 5)]
    await load(engine, lines(interaction(crn(1), id, at(minutes)) for id, minutes in told))
    answer: Any = await source(INTERACTION, engine).fetch([crn(1)])
    assert [item.id for item in answer[crn(1)].record.items] == ["c", "é", "b", "a", "Z", "d"]


async def test_through_the_contract_each_customer_has_a_reading_or_is_not_known(engine: AsyncEngine) -> None:
    events: list[Struct] = []
    await load(engine, lines([interaction(crn(1))]))
    answer = await ask(
        source(INTERACTION, engine, events), [crn(2), crn(1)], clock=lambda: NOW, observe=events.append
    )
    assert isinstance(answer[crn(1)], Reading)
    assert answer[crn(2)] == NothingKnown(NOW)
    assert [type(event) for event in events] == [SourceAsked]


async def test_a_reading_tells_when_it_was_read(engine: AsyncEngine) -> None:
    await load(engine, lines([customer(crn(1))]))
    answer: Any = await source(CUSTOMER, engine).fetch([crn(1)])
    assert answer[crn(1)].read_at == NOW


async def test_keys_that_no_database_can_hold_find_nobody(engine: AsyncEngine) -> None:
    await load(engine, lines([customer(crn(1))]))
    odd: Any = ["\0", "\ud800", "'; DROP TABLE customer; --", '"', "", crn(1)]
    assert set(await source(CUSTOMER, engine).fetch(odd)) == {crn(1)}
