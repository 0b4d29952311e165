"""Who opened which document, in the database: keyed hashes of both, and when. And the idempotency keys of commands."""

from collections.abc import Collection
from datetime import datetime, timedelta
from typing import Any, Final

from msgspec import Struct
from sqlalchemy import Select, bindparam, delete, select
from sqlalchemy.dialects import postgresql, sqlite
from sqlalchemy.ext.asyncio import AsyncEngine

from sources.ledger.tables import COMMAND_KEY, DOCUMENT_VIEW
from sources.sql.border import across
from sources.sql.engine import for_reading, rows
from sources.sql.tables import instant, moment

KEPT: Final = timedelta(days=1)
"""For how long an idempotency key stands for what it was used for."""

_SYSTEM: Final = "ledger"
_INSERTS: Final[dict[str, Any]] = {"sqlite": sqlite.insert, "postgresql": postgresql.insert}
_VIEW, _KEY = DOCUMENT_VIEW.c, COMMAND_KEY.c
_SEEN: Final[Select[Any]] = select(_VIEW.document, _VIEW.at).where(
    _VIEW.viewer.in_(bindparam("viewers", expanding=True)),
    _VIEW.document.in_(bindparam("documents", expanding=True)),
)
_USED: Final[Select[Any]] = select(_KEY.asked, _KEY.at).where(
    _KEY.viewer == bindparam("whose"), _KEY.command == bindparam("what"), _KEY.key == bindparam("wanted")
)


class KeptUse(Struct, frozen=True):
    """One use of an idempotency key: whose, for which command, of what, when."""

    viewer: str
    command: str
    key: str
    asked: str
    at: datetime


class ViewStore:
    """What was opened. Every method raises a `Fault` when the database fails."""

    def __init__(self, engine: AsyncEngine) -> None:
        self._engine: Final = engine
        self._insert: Final = _INSERTS[engine.dialect.name]

    async def seen(self, viewers: Collection[str], documents: Collection[str]) -> dict[str, datetime]:
        """Return when each of the documents was opened first by a viewer, who may have several hashes."""
        values = {"viewers": list(viewers), "documents": list(documents)}
        found = await across(_SYSTEM, rows(for_reading(self._engine), _SEEN, values))
        return {row.document: moment(row.at) for row in found}

    async def add(self, viewer: str, document: str, at: datetime) -> None:
        """Keep that a viewer opened a document; the first time stays."""
        await across(_SYSTEM, self._add(viewer, document, at))

    async def use(self, used: KeptUse) -> tuple[KeptUse, bool]:
        """Keep the use of an idempotency key and return it; of a key that was used within a day, that use, and True."""
        return await across(_SYSTEM, self._use(used))

    async def _add(self, viewer: str, document: str, at: datetime) -> None:
        row = {"viewer": viewer, "document": document, "at": instant(at)}
        async with self._engine.begin() as connection:
            await connection.execute(self._insert(DOCUMENT_VIEW).values(row).on_conflict_do_nothing())

    async def _use(self, used: KeptUse) -> tuple[KeptUse, bool]:
        row = {name: getattr(used, name) for name in KeptUse.__struct_fields__} | {"at": instant(used.at)}
        old = delete(COMMAND_KEY).where(_KEY.viewer == used.viewer, _KEY.at <= instant(used.at - KEPT))
        wanted = {"whose": used.viewer, "what": used.command, "wanted": used.key}
        async with self._engine.begin() as connection:
            await connection.execute(old)
            added = await connection.execute(self._insert(COMMAND_KEY).values(row).on_conflict_do_nothing())
            kept = (await connection.execute(_USED, wanted)).one()
        return KeptUse(used.viewer, used.command, used.key, kept.asked, moment(kept.at)), not added.rowcount
