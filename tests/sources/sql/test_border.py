"""The border: whatever the database raises is a fault, without a word of what it said."""

import asyncio
import sqlite3
import threading
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import aiosqlite
import asyncpg
import pytest
import sqlalchemy.exc
from msgspec import Struct
from sqlalchemy.ext.asyncio import AsyncEngine

from sources.errors import Fault, SourceTimeout, SourceUnavailable
from sources.parts import CUSTOMER, INTERACTION, PARTS, Part
from sources.source import Reading, SourceAsked, ask
from sources.sql import SqlDirectory, SqlSource, is_current, load, migrate, open_engine
from sources.sql.border import across
from tests.sources.specimens import IGNORED, NOW, PATIENT, crn, customer, lines, record

SECRET = "987654321X"


def offspring(*kinds: type[BaseException]) -> Iterator[type[Exception]]:
    for kind in kinds:
        if issubclass(kind, Exception):
            yield kind
        yield from offspring(*kind.__subclasses__())


def raised(kind: type[Exception]) -> Exception:
    """An exception of this kind that says something secret, made without asking it how."""
    error = kind.__new__(kind)
    error.args = (SECRET,)
    return error


def of_module(kinds: Iterator[type[Exception]], *modules: str) -> list[type[Exception]]:
    return sorted({kind for kind in kinds if kind.__module__.startswith(modules)}, key=str)


DATABASE = [
    *of_module(offspring(sqlalchemy.exc.SQLAlchemyError), "sqlalchemy."),
    *of_module(offspring(sqlite3.Error, aiosqlite.Error), "sqlite3", "aiosqlite"),
    *of_module(
        offspring(asyncpg.PostgresError, asyncpg.InterfaceError, asyncpg.InternalClientError), "asyncpg"
    ),
    *of_module(offspring(OSError), "builtins", "socket"),
]


@pytest.mark.parametrize("kind", DATABASE, ids=lambda kind: f"{kind.__module__}.{kind.__name__}")
async def test_every_exception_of_the_database_is_a_fault_that_says_nothing_of_it(
    kind: type[Exception],
) -> None:
    async def work() -> None:
        raise raised(kind)

    with pytest.raises(Fault) as caught:
        await across("sql", work())
    fault = caught.value
    late = issubclass(kind, TimeoutError | sqlalchemy.exc.TimeoutError)
    assert type(fault) is (SourceTimeout if late else SourceUnavailable)
    assert (fault.source, fault.reason, fault.__cause__, fault.__context__) == ("sql", "database", None, None)
    assert SECRET not in f"{fault!r} {fault} {vars(fault)}"


def test_the_exceptions_of_every_library_are_among_them() -> None:
    homes = {kind.__module__.partition(".")[0] for kind in DATABASE}
    assert {"sqlalchemy", "sqlite3", "asyncpg", "builtins"} <= homes
    assert len(DATABASE) > 100


@pytest.mark.parametrize("kind", [ValueError, KeyError, AssertionError, asyncio.CancelledError])
async def test_what_is_not_of_the_database_is_not_hidden(kind: type[BaseException]) -> None:
    async def work() -> None:
        raise kind

    with pytest.raises(kind):
        await across("sql", work())


@pytest.mark.parametrize("part", PARTS, ids=str)
async def test_a_database_without_tables_is_a_fault_of_every_part(
    part: Part[Any], empty_engine: AsyncEngine
) -> None:
    events: list[Struct] = []
    source = SqlSource(part, empty_engine, lambda: NOW, events.append, time_limit=PATIENT)
    answer = await ask(source, [crn(1), crn(2)], clock=lambda: NOW, observe=events.append)
    assert [type(outcome) for outcome in answer.values()] == [SourceUnavailable, SourceUnavailable]
    assert [type(event) for event in events] == [SourceAsked]


GONE = ["postgresql://{0}:{0}@127.0.0.1:1/{0}", "postgresql://{0}@/x?host=/nowhere"]


@pytest.mark.parametrize("address", GONE)
async def test_a_database_that_is_not_there_is_a_fault_for_everybody_who_asks(address: str) -> None:
    engine = open_engine(address.format(SECRET))
    asked: Any = {
        "fetch": lambda: SqlSource(CUSTOMER, engine, lambda: NOW, IGNORED.append).fetch([crn(1)]),
        "resolve": lambda: SqlDirectory(engine).resolve([]),
        "load": lambda: load(engine, lines([customer(crn(1))])),
        "migrate": lambda: migrate(engine),
        "is_current": lambda: is_current(engine),
    }
    for question in asked.values():
        with pytest.raises(SourceUnavailable) as caught:
            await question()
        assert SECRET not in str(caught.value) + repr(caught.value)
    await engine.dispose()


async def threads_ended() -> None:
    """A connection that could not be opened has a thread, which tells the loop once more before it ends."""
    for thread in threading.enumerate():
        if "_connection_worker" in thread.name:
            await asyncio.to_thread(thread.join, 5)


async def test_a_file_that_is_gone_is_a_fault(tmp_path: Path) -> None:
    folder = tmp_path / "state"
    folder.mkdir()
    engine = open_engine(f"sqlite:///{folder / 'overview.db'}")
    folder.rmdir()
    source = SqlSource(CUSTOMER, engine, lambda: NOW, IGNORED.append, time_limit=PATIENT)
    assert type((await ask(source, [crn(1)], lambda: NOW, IGNORED.append))[crn(1)]) is SourceUnavailable
    await engine.dispose()
    await threads_ended()


async def test_a_file_that_is_no_database_is_a_fault(tmp_path: Path) -> None:
    (tmp_path / "overview.db").write_bytes(b"not a database, but long enough to be looked at" * 100)
    engine = open_engine(f"sqlite:///{tmp_path / 'overview.db'}")
    source = SqlSource(CUSTOMER, engine, lambda: NOW, IGNORED.append, time_limit=PATIENT)
    assert type((await ask(source, [crn(1)], lambda: NOW, IGNORED.append))[crn(1)]) is SourceUnavailable
    await engine.dispose()
    await threads_ended()


async def test_a_locked_database_is_a_fault_within_the_time_limit(
    sqlite_engine: AsyncEngine, tmp_path: Path
) -> None:
    await load(sqlite_engine, lines(record(part, crn(1)) for part in PARTS))
    await sqlite_engine.dispose()
    other = sqlite3.connect(tmp_path / "overview.db", isolation_level=None)
    other.execute("PRAGMA locking_mode = EXCLUSIVE")
    other.execute("BEGIN EXCLUSIVE")
    source = SqlSource(INTERACTION, sqlite_engine, lambda: NOW, IGNORED.append)
    async with asyncio.timeout(2 * source.time_limit):
        answer = await ask(source, [crn(1)], lambda: NOW, IGNORED.append)
    assert isinstance(answer[crn(1)], SourceUnavailable | SourceTimeout)
    other.close()
    source = SqlSource(INTERACTION, sqlite_engine, lambda: NOW, IGNORED.append, time_limit=PATIENT)
    assert isinstance((await ask(source, [crn(1)], lambda: NOW, IGNORED.append))[crn(1)], Reading)


async def test_a_full_pool_is_a_fault_within_the_time_limit(engine: AsyncEngine) -> None:
    await load(engine, lines([customer(crn(1))]))
    source = SqlSource(CUSTOMER, engine, lambda: NOW, IGNORED.append)
    taken = [await engine.connect() for _ in range(16)]
    async with asyncio.timeout(2 * source.time_limit):
        answer = await ask(source, [crn(1)], lambda: NOW, IGNORED.append)
    assert type(answer[crn(1)]) is SourceTimeout
    for connection in taken:
        await connection.close()
    source = SqlSource(CUSTOMER, engine, lambda: NOW, IGNORED.append, time_limit=PATIENT)
    assert isinstance((await ask(source, [crn(1)], lambda: NOW, IGNORED.append))[crn(1)], Reading)
