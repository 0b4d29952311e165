"""Grants of broken glass, in the database. Whom a grant opens, and why, is sealed by whoever keeps it here."""

from collections.abc import Sequence
from datetime import datetime
from typing import Any, Final

from msgspec import Struct
from sqlalchemy import (
    Select,
    bindparam,
    select,
    update,
)
from sqlalchemy.exc import IntegrityError
from sqlalchemy.ext.asyncio import AsyncEngine

from sources.ledger.tables import ACCESS_GRANT
from sources.sql.border import across
from sources.sql.engine import for_reading, rows
from sources.sql.tables import instant, moment

_SYSTEM: Final = "ledger"
_GRANT: Final[Select[Any]] = select(ACCESS_GRANT)
_MINE: Final = (
    ACCESS_GRANT.c.organisation == bindparam("whose"),
    ACCESS_GRANT.c.officer == bindparam("who"),
)
_LIVE: Final = _GRANT.where(*_MINE, ACCESS_GRANT.c.until > bindparam("now"))
_BY_KEY: Final = _GRANT.where(*_MINE, ACCESS_GRANT.c.key == bindparam("wanted"))
_ALL: Final = _GRANT.order_by(ACCESS_GRANT.c.since, ACCESS_GRANT.c.id)


class KeptGrant(Struct, frozen=True):
    """One grant as it is kept: its words are sealed."""

    id: str
    organisation: str
    officer: str
    key: str
    sealed: str
    interaction: str
    since: datetime
    until: datetime
    reviewed_at: datetime | None = None
    reviewed_by: str | None = None


class GrantStore:
    """The grants. Every method raises a `Fault` when the database fails."""

    def __init__(self, engine: AsyncEngine) -> None:
        self._engine: Final = engine

    async def live(self, organisation: str, officer: str, now: datetime) -> Sequence[KeptGrant]:
        """Return an officer's grants that have not ended."""
        values = {"whose": organisation, "who": officer, "now": instant(now)}
        return [_kept(row) for row in await self._rows(_LIVE, values)]

    async def all(self, *, reviewed: bool) -> Sequence[KeptGrant]:
        """Return all grants, oldest first; without `reviewed` only those that wait for their review."""
        statement = _ALL if reviewed else _ALL.where(ACCESS_GRANT.c.reviewed_at.is_(None))
        return [_kept(row) for row in await self._rows(statement, {})]

    async def add(self, grant: KeptGrant) -> KeptGrant:
        """Keep a grant, and return it; where its officer used its key before, return the one that was kept then."""
        return await across(_SYSTEM, self._add(grant))

    async def review(self, id: str, at: datetime, by: str) -> bool:
        """Note who reviewed a grant and when; return False where there is no such grant that waits for it."""
        return await across(_SYSTEM, self._review(id, at, by))

    async def _add(self, grant: KeptGrant) -> KeptGrant:
        try:
            async with self._engine.begin() as connection:
                await connection.execute(ACCESS_GRANT.insert().values(**_values(grant)))
        except IntegrityError:
            values = {"whose": grant.organisation, "who": grant.officer, "wanted": grant.key}
            (before,) = await rows(for_reading(self._engine), _BY_KEY, values)
            return _kept(before)
        return grant

    async def _review(self, id: str, at: datetime, by: str) -> bool:
        waiting = (ACCESS_GRANT.c.id == id, ACCESS_GRANT.c.reviewed_at.is_(None))
        reviewed = update(ACCESS_GRANT).where(*waiting).values(reviewed_at=instant(at), reviewed_by=by)
        async with self._engine.begin() as connection:
            return (await connection.execute(reviewed)).rowcount == 1

    async def _rows(self, statement: Select[Any], values: dict[str, Any]) -> Sequence[Any]:
        return await across(_SYSTEM, rows(for_reading(self._engine), statement, values))


def _values(grant: KeptGrant) -> dict[str, Any]:
    told = {name: getattr(grant, name) for name in KeptGrant.__struct_fields__}
    return {name: instant(one) if isinstance(one, datetime) else one for name, one in told.items()}


def _kept(row: Any) -> KeptGrant:
    return KeptGrant(
        id=row.id,
        organisation=row.organisation,
        officer=row.officer,
        key=row.key,
        sealed=row.sealed,
        interaction=row.interaction,
        since=moment(row.since),
        until=moment(row.until),
        reviewed_at=moment(row.reviewed_at) if row.reviewed_at is not None else None,
        reviewed_by=row.reviewed_by,
    )
