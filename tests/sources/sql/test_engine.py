"""The database: which addresses are taken, and how a connection behaves."""

import asyncio
import sqlite3
from pathlib import Path
from typing import Any

import pytest
from sqlalchemy import text
from sqlalchemy.ext.asyncio import AsyncEngine

from sources.parts import CUSTOMER
from sources.sql import BadDatabaseError, SqlSource, load, migrate, open_engine
from tests.sources.specimens import IGNORED, NOW, crn, crns, customer, lines

SECRET = "hunter2"


@pytest.mark.parametrize(
    "address",
    [
        SECRET,
        "",
        f"sqlite:////nowhere/{SECRET}/overview.db",
        f"sqlite:///{SECRET}/overview.db",
        f"sqlite+pysqlcipher:///{SECRET}.db",
        f"mysql://root:{SECRET}@localhost/x",
        f"postgresql+psycopg2://root:{SECRET}@localhost/x",
        f"postgresql://root:{SECRET}@localhost:port/x",
        f"sqlite:////{SECRET}\0/x.db",
    ],
)
def test_a_bad_address_is_refused_and_not_repeated(address: str) -> None:
    with pytest.raises(BadDatabaseError) as caught:
        open_engine(address)
    assert SECRET not in f"{caught.value} {caught.value.__cause__} {caught.value!r}"


async def test_an_engine_does_not_show_its_password() -> None:
    assert SECRET not in repr(open_engine(f"postgresql://root:{SECRET}@localhost/x"))


@pytest.mark.parametrize("address", ["sqlite://", "sqlite:///:memory:", "sqlite+aiosqlite:///:memory:"])
async def test_a_database_in_memory_will_do(address: str) -> None:
    engine = open_engine(address)
    await migrate(engine)
    await load(engine, lines([customer(crn(1))]))
    answer = await SqlSource(CUSTOMER, engine, lambda: NOW, IGNORED.append).fetch([crn(1)])
    assert set(answer) == {crn(1)}
    await engine.dispose()


async def test_a_relative_path_is_below_the_folder_we_are_in(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.chdir(tmp_path)
    engine = open_engine("sqlite:///overview.db")
    await migrate(engine)
    await engine.dispose()
    assert (tmp_path / "overview.db").exists()


async def test_a_transaction_that_fails_writes_nothing(engine: AsyncEngine) -> None:
    async def work() -> None:
        async with engine.begin() as connection:
            await connection.execute(text("INSERT INTO customer VALUES ('1', '{}')"))
            raise RuntimeError

    with pytest.raises(RuntimeError):
        await work()
    async with engine.connect() as connection:
        assert (await connection.execute(text("SELECT * FROM customer"))).all() == []


async def test_a_reader_does_not_wait_for_a_writer_and_sees_what_was_before(engine: AsyncEngine) -> None:
    await load(engine, lines([customer(crn(1))]))
    source = SqlSource(CUSTOMER, engine, lambda: NOW, IGNORED.append)
    async with engine.begin() as connection:
        await connection.execute(text("DELETE FROM customer"))
        async with asyncio.timeout(2 * source.time_limit):
            assert set(await source.fetch([crn(1)])) == {crn(1)}
    assert await source.fetch([crn(1)]) == {}


async def test_a_writer_waits_for_another_longer_than_a_reader_would(
    sqlite_engine: AsyncEngine, tmp_path: Path
) -> None:
    other = sqlite3.connect(tmp_path / "overview.db", isolation_level=None)
    other.execute("BEGIN IMMEDIATE")
    waiting = asyncio.create_task(load(sqlite_engine, lines([customer(crn(1))])))
    await asyncio.sleep(1)
    assert not waiting.done()
    other.execute("COMMIT")
    assert (await waiting).counts == {"customer": 1}
    other.close()


async def test_an_import_and_readers_go_on_side_by_side(sqlite_engine: AsyncEngine) -> None:
    source: SqlSource[Any] = SqlSource(CUSTOMER, sqlite_engine, lambda: NOW, IGNORED.append)
    importing = asyncio.create_task(load(sqlite_engine, lines(customer(each) for each in crns(12_000))))
    seen = []
    while not importing.done():
        seen.append(len(await source.fetch(crns(50))))
    assert (await importing).counts == {"customer": 12_000}
    assert set(seen) <= {0, 50}


@pytest.mark.parametrize(
    ("pragma", "value"),
    [("journal_mode", "wal"), ("synchronous", 1), ("foreign_keys", 1), ("busy_timeout", 400)],
)
async def test_a_connection_is_set_up(pragma: str, value: Any, sqlite_engine: AsyncEngine) -> None:
    async with sqlite_engine.connect() as connection:
        assert (await connection.exec_driver_sql(f"PRAGMA {pragma}")).scalar_one() == value
