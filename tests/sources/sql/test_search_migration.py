"""A database that holds people already: the migration makes them findable, whatever their records hold."""

from importlib import import_module
from typing import Any

from alembic import command
from alembic.config import Config
from msgspec import json
from sqlalchemy import Connection, text
from sqlalchemy.ext.asyncio import AsyncEngine

from sources.parts import Customer
from sources.sql import is_current, load, migrate
from tests.sources.specimens import crn, lines
from tests.sources.sql.seekers import ANNE, OTHER_ANNE, PEOPLE, SMITH, crowd, found, named

STEP: Any = import_module("sources.sql.migrations.versions.0002_search")


def before(connection: Connection) -> None:
    """Bring an empty database to where it was before there was a search."""
    config = Config(attributes={"connection": connection})
    config.set_main_option("script_location", "sources.sql:migrations")
    command.upgrade(config, "0001")


async def old(engine: AsyncEngine, *records: Customer | str) -> None:
    """Let a database of the first version hold customers; a text is a record that cannot be read."""
    async with engine.begin() as connection:
        await connection.run_sync(before)
        for number, record in enumerate(records):
            plain = record if isinstance(record, str) else json.encode(record).decode()
            key = f"odd{number}" if isinstance(record, str) else record.crn
            values = {"crn": key, "record": plain}
            await connection.execute(
                text("INSERT INTO customer (crn, record) VALUES (:crn, :record)"), values
            )


async def test_people_who_are_there_already_are_found_after_it(empty_engine: AsyncEngine) -> None:
    await old(empty_engine, *PEOPLE, "{", '{"crn": 7}')
    await migrate(empty_engine)
    assert await is_current(empty_engine)
    assert await found(empty_engine, quick="obrien") == [ANNE]
    assert (await found(empty_engine, quick="katherine smith"))[:1] == [SMITH]
    await load(empty_engine, lines([named(6, "Changed")]))
    assert await found(empty_engine, quick="changed") == [SMITH]
    assert SMITH not in await found(empty_engine, quick="smith")


async def test_another_number_of_somebody_gets_no_row(empty_engine: AsyncEngine) -> None:
    await old(empty_engine, named(1, "Kept"), Customer(OTHER_ANNE, canonical_crn=crn(1)))
    await migrate(empty_engine)
    async with empty_engine.connect() as connection:
        assert (await connection.execute(text("SELECT crn FROM search"))).scalars().all() == [crn(1)]


async def test_more_people_than_it_takes_at_once_are_all_found(empty_engine: AsyncEngine) -> None:
    people = list(crowd(100, 2 * STEP.PEOPLE_AT_ONCE + 3))
    await old(empty_engine, *people)
    await migrate(empty_engine)
    assert len(await found(empty_engine, 500, family="crowd")) == len(people)
