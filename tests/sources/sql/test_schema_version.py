"""The schema's version: migrating once, twice, together, and telling what is older or newer."""

import asyncio
import logging
import subprocess
import sys
from collections.abc import Mapping
from typing import Any

import pytest
from alembic.autogenerate import compare_metadata
from alembic.migration import MigrationContext
from sqlalchemy import Connection, inspect, text
from sqlalchemy.ext.asyncio import AsyncEngine

from sources.errors import SourceUnavailable
from sources.ledger.tables import API_KEY, AUDIT_EVENT, AUDIT_SHIPPED
from sources.sql import HEAD, UnknownSchemaError, is_current, load, migrate, open_engine, revision
from sources.sql.migrating import head
from sources.sql.tables import metadata
from tests.sources.specimens import crn, customer, lines

PROCESS = """
import asyncio, sys
from sources.sql import migrate, open_engine
async def main():
    engine = open_engine(sys.argv[1])
    await migrate(engine)
    await engine.dispose()
asyncio.run(main())
"""


def is_known(name: str | None, kind: str, parents: Mapping[str, Any]) -> bool:
    """Leave out the index of words, which each database has in its own way: tables of FTS5, or a column and GIN."""
    words = kind == "column" and (parents["table_name"], name) == ("search", "words")
    return not words and not (name or "").startswith("search_words")


async def put_revision(engine: AsyncEngine, number: str) -> None:
    async with engine.begin() as connection:
        await connection.execute(text("UPDATE alembic_version SET version_num = :number"), {"number": number})


def test_the_revision_that_is_needed_is_where_the_steps_lead() -> None:
    assert head() == HEAD


async def test_an_empty_database_has_no_revision_and_is_not_current(empty_engine: AsyncEngine) -> None:
    assert await revision(empty_engine) is None
    assert not await is_current(empty_engine)


async def test_migrating_makes_a_database_current(empty_engine: AsyncEngine) -> None:
    await migrate(empty_engine)
    assert await revision(empty_engine) == HEAD
    assert await is_current(empty_engine)


async def test_migrating_twice_keeps_what_is_there(empty_engine: AsyncEngine) -> None:
    await migrate(empty_engine)
    await load(empty_engine, lines([customer(crn(1))]))
    await migrate(empty_engine)
    async with empty_engine.connect() as connection:
        assert (await connection.execute(text("SELECT crn FROM customer"))).scalars().all() == [crn(1)]


async def test_the_migrations_make_the_tables_that_the_program_uses(engine: AsyncEngine) -> None:
    assert {AUDIT_EVENT, AUDIT_SHIPPED} <= set(metadata.sorted_tables)

    def differences(connection: Connection) -> list[Any]:
        options = {"include_name": is_known}
        return list(compare_metadata(MigrationContext.configure(connection, opts=options), metadata))

    assert API_KEY.metadata is metadata
    async with engine.connect() as connection:
        assert await connection.run_sync(differences) == []


def test_processes_that_start_together_migrate_once(empty_url: str) -> None:
    command = [sys.executable, "-c", PROCESS, empty_url]
    processes = [subprocess.Popen(command, stderr=subprocess.PIPE) for _ in range(3)]
    assert [(process.communicate(timeout=60)[1], process.returncode) for process in processes] == [
        (b"", 0)
    ] * 3


async def test_engines_that_start_together_migrate_once(empty_url: str) -> None:
    engines = [open_engine(empty_url) for _ in range(4)]
    await asyncio.gather(*(migrate(engine) for engine in engines))
    assert [await is_current(engine) for engine in engines] == [True] * 4
    await asyncio.gather(*(engine.dispose() for engine in engines))


async def test_an_older_revision_is_told(engine: AsyncEngine) -> None:
    await put_revision(engine, "0000")
    assert await revision(engine) == "0000"
    assert not await is_current(engine)


async def test_a_database_of_a_newer_program_is_left_alone(engine: AsyncEngine) -> None:
    await put_revision(engine, "9999")
    assert not await is_current(engine)
    with pytest.raises(UnknownSchemaError):
        await migrate(engine)
    assert await revision(engine) == "9999"


async def test_a_migration_that_fails_leaves_nothing_behind(empty_engine: AsyncEngine) -> None:
    async with empty_engine.begin() as connection:
        await connection.execute(text("CREATE TABLE ownership (own_by TEXT)"))
    with pytest.raises(SourceUnavailable):
        await migrate(empty_engine)
    async with empty_engine.connect() as connection:
        assert await connection.run_sync(lambda sync: inspect(sync).get_table_names()) == ["ownership"]


async def test_migrating_leaves_logging_as_it_was(
    empty_engine: AsyncEngine, capfd: pytest.CaptureFixture[str]
) -> None:
    root = logging.getLogger()
    before = (root.level, list(root.handlers), logging.getLogger("alembic").level)
    await migrate(empty_engine)
    assert (root.level, list(root.handlers), logging.getLogger("alembic").level) == before
    assert capfd.readouterr() == ("", "")
