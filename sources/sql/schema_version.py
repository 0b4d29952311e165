"""The schema's version: what a database has, what this program needs, and how the one becomes the other."""

import re
from importlib import import_module
from importlib.resources import files
from typing import Final

from sqlalchemy import Connection, inspect, text
from sqlalchemy.ext.asyncio import AsyncEngine

from sources.sql.border import across
from sources.sql.engine import for_reading

_TABLE: Final = "alembic_version"
_LOCK: Final = text("SELECT pg_advisory_xact_lock(7283490152)")
_SYSTEM: Final = "sql"


class UnknownSchemaError(RuntimeError):
    """The database has a schema that this program does not know: a newer program has migrated it."""


class OldSchemaError(RuntimeError):
    """The database has another schema than this program needs."""


_VERSIONS: Final = files("sources.sql") / "migrations" / "versions"
_STEP: Final = re.compile(r"(\d{4})_\w+\.py")

HEAD: Final = max(step[1] for file in _VERSIONS.iterdir() if (step := _STEP.fullmatch(file.name)))
"""The revision that this program needs: that of the last step; known without a database, and without loading steps."""


async def revision(engine: AsyncEngine) -> str | None:
    """Return the revision that the database has, None for an empty one; raise a `Fault` of the database."""
    return await across(_SYSTEM, _read(engine))


async def is_current(engine: AsyncEngine) -> bool:
    """Tell whether the database has the schema that this program needs, no older and no newer one."""
    return await revision(engine) == HEAD


async def check(engine: AsyncEngine) -> None:
    """Raise `OldSchemaError` when the database has another schema than this program needs."""
    if not await is_current(engine):
        raise OldSchemaError("The database is of another version than this gateway. Run `overview migrate`.")


async def migrate(engine: AsyncEngine) -> None:
    """Bring the database to `HEAD`, all or nothing; raise `UnknownSchemaError` or a `Fault`.

    Processes that start together wait for one another; a database that is current is left as it is.
    One call at a time in a process: Alembic keeps its state in a module.
    """
    await across(_SYSTEM, _migrate(engine))


async def _read(engine: AsyncEngine) -> str | None:
    async with for_reading(engine).connect() as connection:
        return await connection.run_sync(_revision)


async def _migrate(engine: AsyncEngine) -> None:
    async with engine.begin() as connection:
        if connection.dialect.name == "postgresql":
            await connection.execute(_LOCK)
        await connection.run_sync(_upgrade)


def _revision(connection: Connection) -> str | None:
    if not inspect(connection).has_table(_TABLE):
        return None
    return connection.execute(text(f"SELECT version_num FROM {_TABLE}")).scalar_one_or_none()  # noqa: S608 - ours


def _upgrade(connection: Connection) -> None:
    present = _revision(connection)
    if present == HEAD:
        return
    steps = import_module("sources.sql.migrating")  # most processes find everything done
    if present is not None and not steps.knows(present):
        raise UnknownSchemaError("The database was migrated by a newer version of the program.")
    steps.upgrade(connection)
