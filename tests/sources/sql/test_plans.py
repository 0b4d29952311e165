"""How the databases go about it: by an index, whatever they know of the tables."""

from typing import Any

import pytest
from sqlalchemy.ext.asyncio import AsyncEngine

from sources.parts import CUSTOMER, INTERACTION, PARTS, Part
from sources.parts.customer import Identifier, IdentifierKind
from sources.parts.history import Keyset
from sources.source import EVERYTHING, Filter
from sources.sql import SqlDirectory, SqlSource, load
from sources.sql.tables import TABLES
from tests.sources.specimens import IGNORED, NOW, at, crn, crns, customer, interaction, lines
from tests.sources.sql.statements import Question, plan

FILTERS = [
    EVERYTHING,
    Filter(ids=frozenset({"1"})),
    Filter(kinds=frozenset({"CHAT"}), channels=frozenset({"CHAT"}), since=at(9), until=at(1)),
]


def scanned(told: str) -> list[str]:
    """The tables that a plan reads from end to end."""
    tables = [*TABLES, "identifier"]
    return [name for name in tables if f"SCAN {name}" in told or f"Seq Scan on {name}" in told]


def source(part: Part[Any], engine: AsyncEngine) -> SqlSource[Any]:
    return SqlSource(part, engine, lambda: NOW, IGNORED.append)


@pytest.mark.parametrize("part", PARTS, ids=str)
@pytest.mark.parametrize("count", [1, 100])
async def test_a_part_of_customers_is_found_by_index(
    part: Part[Any], count: int, sqlite_engine: AsyncEngine
) -> None:
    assert scanned(await plan(sqlite_engine, lambda: source(part, sqlite_engine).fetch(crns(count)))) == []


@pytest.mark.parametrize("wanted", FILTERS)
async def test_a_page_is_found_by_index_and_not_sorted(wanted: Filter, sqlite_engine: AsyncEngine) -> None:
    asked = source(INTERACTION, sqlite_engine)
    told = await plan(sqlite_engine, lambda: asked.page(crn(1), wanted, Keyset(NOW, "x"), 20))
    assert scanned(told) == []
    assert wanted.ids or "TEMP B-TREE" not in told, told


async def test_numbers_are_found_by_index(sqlite_engine: AsyncEngine) -> None:
    number = Identifier(IdentifierKind.CAN, "1")
    assert scanned(await plan(sqlite_engine, lambda: SqlDirectory(sqlite_engine).resolve([number]))) == []


async def test_in_a_full_database_a_statement_about_customers_goes_by_index(engine: AsyncEngine) -> None:
    people = [crn(1)] * 5000 + crns(3000)
    await load(engine, lines(customer(each, f"7{each}") for each in crns(3000)))
    await load(engine, lines(interaction(each, str(n), at(n)) for n, each in enumerate(people)))
    if engine.dialect.name == "postgresql":
        async with engine.begin() as connection:
            await connection.exec_driver_sql("ANALYZE")
    questions: list[Question] = [
        lambda: source(CUSTOMER, engine).fetch(crns(20)),
        lambda: source(INTERACTION, engine).fetch(crns(20)),
        lambda: source(INTERACTION, engine).page(crn(1), EVERYTHING, Keyset(at(70), "70"), 20),
    ]
    for question in questions:
        assert scanned(await plan(engine, question)) == []
