"""The schema's version: what a database has, what this program needs, and how the one becomes the other."""

from typing import Final

from alembic import command
from alembic.config import Config
from alembic.migration import MigrationContext
from alembic.script import ScriptDirectory
from sqlalchemy import Connection, text
from sqlalchemy.ext.asyncio import AsyncEngine

from sources.sql.border import across
from sources.sql.engine import for_reading

_LOCATION: Final = "sources.sql:migrations"
_LOCK: Final = text("SELECT pg_advisory_xact_lock(7283490152)")
_SYSTEM: Final = "sql"


class UnknownSchemaError(RuntimeError):
    """The database has a schema that this program does not know: a newer program has migrated it."""


class OldSchemaError(RuntimeError):
    """The database has another schema than this program needs."""


def _config(connection: Connection | None = None) -> Config:
    config = Config(attributes={"connection": connection})
    config.set_main_option("script_location", _LOCATION)
    return config


_SCRIPTS: Final = ScriptDirectory.from_config(_config())

HEAD: Final = _SCRIPTS.get_current_head()
"""The revision that this program needs; known without a database."""


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
    return MigrationContext.configure(connection).get_current_revision()


def _upgrade(connection: Connection) -> None:
    present = _revision(connection)
    if present == HEAD:
        return
    if present is not None and present not in {script.revision for script in _SCRIPTS.walk_revisions()}:
        raise UnknownSchemaError("The database was migrated by a newer version of the program.")
    command.upgrade(_config(connection), "head")
