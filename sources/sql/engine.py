"""The database: its address, its connections, and how they are set up."""

import asyncio
import sqlite3
from collections.abc import Callable, Mapping, Sequence
from contextlib import suppress
from functools import partial
from pathlib import Path
from typing import Any, Final

from sqlalchemy import Connection, Select, event
from sqlalchemy.engine import URL, make_url
from sqlalchemy.exc import ArgumentError, DBAPIError, OperationalError
from sqlalchemy.ext.asyncio import AsyncEngine, create_async_engine

_DRIVERS: Final = {
    "sqlite": "sqlite+aiosqlite",
    "sqlite+aiosqlite": "sqlite+aiosqlite",
    "postgresql": "postgresql+asyncpg",
    "postgresql+asyncpg": "postgresql+asyncpg",
}
# Whoever asks has a time limit, and waits for a connection within it: the pool's own is only there to end somehow.
_POOL: Final[dict[str, Any]] = {"pool_size": 8, "max_overflow": 8, "pool_timeout": 10}

# Pages lie in memory or on flash: what is far apart costs hardly more than what is side by side. Without this,
# PostgreSQL reads a whole table of people where an index would have led to a few.
_NO_DISK_ARMS: Final = {"random_page_cost": "1.1"}

# One wait for a lock stays below the time limit of a read; a writer, who may wait longer, tries again.
_LOCK_WAITS: Final = 25
_SET_UP_WAITS: Final = 5
"""A connection that is set up looks at the file, too, and may meet a writer whose disk is slow."""
_PRAGMAS: Final = (
    "PRAGMA busy_timeout = 400",
    "PRAGMA foreign_keys = ON",
    "PRAGMA synchronous = NORMAL",
    "PRAGMA cache_size = -16384",
    "PRAGMA mmap_size = 268435456",
)

# Held here: nobody else may hold the task of a statement whose asker has left.
_UNDER_WAY: Final[set[asyncio.Task[Sequence[Any]]]] = set()


class BadDatabaseError(ValueError):
    """The address cannot be the address of our database. Its message holds neither path nor password."""


def open_engine(url: str) -> AsyncEngine:
    """Return the engine for an SQLite file or a PostgreSQL database; raise `BadDatabaseError`.

    `begin()` opens a real transaction that on SQLite holds the write lock from its first moment.
    Nothing is connected to yet.
    """
    address = _address(url)
    if address.get_backend_name() == "sqlite":
        return _sqlite(address)
    return create_async_engine(
        address, hide_parameters=True, connect_args={"timeout": 5, "server_settings": _NO_DISK_ARMS}, **_POOL
    )


def for_reading(engine: AsyncEngine) -> AsyncEngine:
    """Return the same engine for statements that each stand alone and need no transaction."""
    if engine.dialect.name == "sqlite":
        return engine.execution_options(stands_alone=True)
    return engine.execution_options(isolation_level="AUTOCOMMIT")


async def rows(engine: AsyncEngine, statement: Select[Any], values: Mapping[str, Any]) -> Sequence[Any]:
    """Return all rows of a statement that stands alone.

    Whoever leaves does not wait until the connection is closed: with a server that says nothing, that takes seconds.
    """
    asking = asyncio.create_task(_asked(engine, statement, values))
    _UNDER_WAY.add(asking)
    asking.add_done_callback(_over)
    try:
        return await asyncio.shield(asking)
    except asyncio.CancelledError:
        asking.cancel()
        raise


async def _asked(engine: AsyncEngine, statement: Select[Any], values: Mapping[str, Any]) -> Sequence[Any]:
    try:
        return await _once(engine, statement, values)
    except DBAPIError as error:
        if not error.connection_invalidated:
            raise
    # a kept connection that the server had closed meanwhile: all like it are gone from the pool now
    return await _once(engine, statement, values)


async def _once(engine: AsyncEngine, statement: Select[Any], values: Mapping[str, Any]) -> Sequence[Any]:
    async with engine.connect() as connection:
        found: Sequence[Any] = (await connection.execute(statement, values)).all()
        return found


def _over(asked: asyncio.Task[Sequence[Any]]) -> None:
    _UNDER_WAY.discard(asked)
    if not asked.cancelled():
        asked.exception()  # taken note of, even when whoever asked has left


def _address(url: str) -> URL:
    try:
        address = make_url(url)
        return address.set(drivername=_DRIVERS[address.drivername])
    except (ArgumentError, ValueError):
        raise BadDatabaseError("The database's address cannot be read.") from None
    except KeyError:
        raise BadDatabaseError("The database must be sqlite or postgresql.") from None


def _sqlite(address: URL) -> AsyncEngine:
    file = address.database or ":memory:"
    in_memory = ":memory:" in file
    if not in_memory and not Path(file.removeprefix("file:")).parent.is_dir():
        raise BadDatabaseError("The folder of the database file does not exist.")
    settings = {} if in_memory else _POOL
    engine = create_async_engine(
        address, hide_parameters=True, connect_args={"isolation_level": None, "timeout": 0.0}, **settings
    )
    event.listen(engine.sync_engine, "connect", _set_up)
    event.listen(engine.sync_engine, "begin", _begin)
    return engine


def _set_up(connection: Any, _record: Any) -> None:
    try:
        _set(connection.cursor())
    except Exception:
        connection.close()  # the pool does not know it yet, and its thread would live on
        raise


def _set(cursor: Any) -> None:
    # In this mode readers and a writer do not wait for each other. The file keeps it; when another process
    # holds the file just now, that process or our next connection sets it.
    with suppress(sqlite3.OperationalError):
        cursor.execute("PRAGMA journal_mode = WAL")
    for pragma in _PRAGMAS:
        _patiently(partial(cursor.execute, pragma), _SET_UP_WAITS)
    cursor.close()


def _begin(connection: Connection) -> None:
    """Take the write lock before anything is read, so that no transaction fails half-way for want of it."""
    if connection.get_execution_options().get("stands_alone"):
        return
    _patiently(partial(connection.exec_driver_sql, "BEGIN IMMEDIATE"), _LOCK_WAITS)


def _patiently(run: Callable[[], Any], waits: int) -> None:
    """Run something that may have to wait for a lock so many times; raise what the last one raised."""
    for _ in range(waits - 1):
        try:
            run()
            return
        except (OperationalError, sqlite3.OperationalError):
            continue
    run()
