"""The calls that officers are in, in the database. With whom, is sealed by whoever keeps them here."""

from collections.abc import Mapping
from datetime import datetime
from typing import Any, Final

from msgspec import Struct
from msgspec.structs import replace
from sqlalchemy import ColumnElement, Select, and_, bindparam, or_, select, true
from sqlalchemy.dialects import postgresql, sqlite
from sqlalchemy.ext.asyncio import AsyncEngine

from sources.ledger.tables import OFFICER_CALL, TELEPHONE_SYSTEM
from sources.sql.border import across
from sources.sql.engine import for_reading, rows
from sources.sql.tables import instant, moment

_SYSTEM: Final = "ledger"
_INSERTS: Final[dict[str, Any]] = {"sqlite": sqlite.insert, "postgresql": postgresql.insert}
_HEARD: Final[Select[Any]] = select(TELEPHONE_SYSTEM)
_OF: Final[Select[Any]] = select(OFFICER_CALL).where(
    OFFICER_CALL.c.organisation == bindparam("whose"), OFFICER_CALL.c.officer == bindparam("who")
)


class KeptCall(Struct, frozen=True):
    """What was told last of an officer's line, and when its teller says it was so: `sealed` is None once it is over."""

    organisation: str
    officer: str
    call_id: str
    at: datetime
    sealed: str | None


class CallStore:
    """The calls. Every method raises a `Fault` when the database fails."""

    def __init__(self, engine: AsyncEngine) -> None:
        self._engine: Final = engine

    async def of(self, organisation: str, officer: str) -> KeptCall | None:
        """Return what was told last of an officer's line."""
        found = await self._rows(_OF, {"whose": organisation, "who": officer})
        return next((_kept(row) for row in found), None)

    async def heard(self) -> Mapping[str, datetime]:
        """Return when each telephone system was heard of last."""
        return {row.name: moment(row.heard) for row in await self._rows(_HEARD, {})}

    async def put(self, call: KeptCall) -> bool:
        """Keep what is told of a line; return False, and keep what there is, for what is no news."""
        return await across(_SYSTEM, self._put(call))

    async def end(self, call: KeptCall) -> bool:
        """Keep that a call is over; return False where another one is under way, or it is no news.

        Also of a call that nobody told of: word of how it began may come later, and is none any more.
        """
        return await across(_SYSTEM, self._end(call))

    async def hear(self, system: str, now: datetime) -> None:
        """Note that a telephone system was heard of."""
        await across(_SYSTEM, self._hear(system, now))

    async def _put(self, call: KeptCall) -> bool:
        return await self._write(call, true())

    async def _write(self, call: KeptCall, where: ColumnElement[bool]) -> bool:
        insert = self._insert(OFFICER_CALL).values(**_values(call))
        news = insert.on_conflict_do_update(
            index_elements=[OFFICER_CALL.c.organisation, OFFICER_CALL.c.officer],
            set_={name: insert.excluded[name] for name in ("call_id", "at", "sealed")},
            where=and_(OFFICER_CALL.c.at < insert.excluded.at, where),
        )
        async with self._engine.begin() as connection:
            return bool((await connection.execute(news)).rowcount)

    async def _end(self, call: KeptCall) -> bool:
        gone = OFFICER_CALL.c.sealed.is_(None)
        return await self._write(
            replace(call, sealed=None), or_(OFFICER_CALL.c.call_id == call.call_id, gone)
        )

    async def _hear(self, system: str, now: datetime) -> None:
        insert = self._insert(TELEPHONE_SYSTEM).values(name=system, heard=instant(now))
        heard = insert.on_conflict_do_update(
            index_elements=[TELEPHONE_SYSTEM.c.name], set_={"heard": insert.excluded.heard}
        )
        async with self._engine.begin() as connection:
            await connection.execute(heard)

    def _insert(self, table: Any) -> Any:
        return _INSERTS[self._engine.dialect.name](table)

    async def _rows(self, statement: Select[Any], values: dict[str, Any]) -> Any:
        return await across(_SYSTEM, rows(for_reading(self._engine), statement, values))


def _values(call: KeptCall) -> dict[str, Any]:
    told = {name: getattr(call, name) for name in KeptCall.__struct_fields__}
    return {name: instant(one) if isinstance(one, datetime) else one for name, one in told.items()}


def _kept(row: Any) -> KeptCall:
    return KeptCall(row.organisation, row.officer, row.call_id, moment(row.at), row.sealed)
