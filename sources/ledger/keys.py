"""The API keys that were given out, in the database. What a key is made of is not known here, only its keyed hash.

Whatever changes a key is put on record while its transaction is open: what cannot be put on record does not happen.
"""

from collections.abc import Awaitable, Callable, Sequence
from datetime import datetime, timedelta
from typing import Any, Final, TypeAlias

from msgspec import Struct, json
from sqlalchemy import Select, bindparam, or_, select, text, update
from sqlalchemy.ext.asyncio import AsyncConnection, AsyncEngine

from sources.ledger.tables import API_KEY
from sources.sql.border import across
from sources.sql.engine import for_reading, rows
from sources.sql.tables import instant, moment

MOST_LIVE: Final = 2
"""Live keys of one caller: the one that is used, and the one that is about to take its place."""

BETWEEN_USES: Final = timedelta(minutes=1)
SYSTEM: Final = "ledger"
_FIND: Final[Select[Any]] = select(API_KEY).where(API_KEY.c.id == bindparam("wanted"))
_ALL: Final[Select[Any]] = select(API_KEY).order_by(API_KEY.c.created, API_KEY.c.id)
_LOCK: Final = text("LOCK TABLE api_key IN SHARE ROW EXCLUSIVE MODE")
_WORDS: Final = json.Decoder(tuple[str, ...])

Record: TypeAlias = Callable[[], Awaitable[None]]
"""Puts on record what is about to happen. When it raises, it does not happen."""


class TooManyKeysError(ValueError):
    """A caller has as many live keys as it may have. The message names them."""


class NoSuchKeyError(ValueError):
    """There is no such key, or none that is live."""


class ApiKey(Struct, frozen=True):
    """One key: whose it is, what it opens, from where (CIDR; empty: from anywhere), and how long.

    `digest` is the keyed hash of its secret, `pepper` the version of the keyring that made it. `kind` is the caller's
    kind as a code, `quota` in units of cost a minute, None for the usual one.
    """

    id: str
    digest: str
    pepper: int
    name: str
    kind: str
    caller: str
    organisation: str
    roles: tuple[str, ...]
    scopes: tuple[str, ...]
    networks: tuple[str, ...]
    quota: int | None
    created: datetime
    expires: datetime
    revoked: datetime | None = None
    last_used: datetime | None = None

    def is_live(self, now: datetime) -> bool:
        """Tell whether it opens anything."""
        return self.revoked is None and now < self.expires


class KeyStore:
    """The keys. Every method raises a `Fault` when the database fails."""

    def __init__(self, engine: AsyncEngine) -> None:
        self._engine: Final = engine

    async def find(self, id: str) -> ApiKey | None:
        """Return a key, live or not."""
        found = await across(SYSTEM, rows(for_reading(self._engine), _FIND, {"wanted": id}))
        return _key(found[0]) if found else None

    async def all(self) -> Sequence[ApiKey]:
        """Return all keys, also those that have ended or were revoked, in the order in which they were made."""
        return [_key(row) for row in await across(SYSTEM, rows(for_reading(self._engine), _ALL, {}))]

    async def add(self, key: ApiKey, record: Record) -> None:
        """Keep a new key; raise `TooManyKeysError`."""
        await across(SYSTEM, self._add(key, None, record))

    async def follow(self, old: ApiKey, new: ApiKey, record: Record) -> None:
        """Keep a new key beside the old one of the same caller, whose end is written anew.

        Raise `TooManyKeysError`, and `NoSuchKeyError` for an old one that is not live any more.
        """
        await across(SYSTEM, self._add(new, old, record))

    async def revoke(self, id: str, at: datetime, record: Record) -> bool:
        """Take a key back; return False for one that was taken back before, raise `NoSuchKeyError`."""
        return await across(SYSTEM, self._revoke(id, at, record))

    async def used(self, id: str, at: datetime) -> None:
        """Note that a key was used, unless that was noted within the last minute."""
        await across(SYSTEM, self._used(id, at))

    async def _add(self, key: ApiKey, old: ApiKey | None, record: Record) -> None:
        async with self._engine.begin() as connection:
            await _alone(connection)
            live = await _live(connection, key)
            if old is not None and old.id not in live:
                raise NoSuchKeyError(f"The key {old.id} is not live any more.")
            if len(live) >= MOST_LIVE:
                named = " and ".join(live)
                raise TooManyKeysError(
                    f"{key.caller} has {MOST_LIVE} live keys already ({named}). Revoke one first."
                )
            await connection.execute(API_KEY.insert().values(**_values(key)))
            if old is not None:
                ends = update(API_KEY).where(API_KEY.c.id == old.id).values(expires=instant(old.expires))
                await connection.execute(ends)
            await record()

    async def _revoke(self, id: str, at: datetime, record: Record) -> bool:
        async with self._engine.begin() as connection:
            await _alone(connection)
            found = (await connection.execute(_FIND, {"wanted": id})).first()
            if found is None:
                raise NoSuchKeyError(f"There is no key {id}.")
            if found.revoked is not None:
                return False
            taken = update(API_KEY).where(API_KEY.c.id == id).values(revoked=instant(at))
            await connection.execute(taken)
            await record()
            return True

    async def _used(self, id: str, at: datetime) -> None:
        before = or_(API_KEY.c.last_used.is_(None), API_KEY.c.last_used <= instant(at - BETWEEN_USES))
        noted = update(API_KEY).where(API_KEY.c.id == id, before).values(last_used=instant(at))
        async with self._engine.begin() as connection:
            await connection.execute(noted)


async def _alone(connection: AsyncConnection) -> None:
    """Let nobody else change keys meanwhile; on SQLite the transaction itself sees to that."""
    if connection.dialect.name == "postgresql":
        await connection.execute(_LOCK)


async def _live(connection: AsyncConnection, key: ApiKey) -> Sequence[str]:
    """Return the ids of the caller's keys that are live when a new one is made."""
    theirs = (
        select(API_KEY.c.id)
        .where(API_KEY.c.kind == key.kind, API_KEY.c.caller == key.caller)
        .where(API_KEY.c.revoked.is_(None), API_KEY.c.expires > instant(key.created))
        .order_by(API_KEY.c.created, API_KEY.c.id)
    )
    return (await connection.execute(theirs)).scalars().all()


def _values(key: ApiKey) -> dict[str, Any]:
    told: dict[str, Any] = {name: getattr(key, name) for name in key.__struct_fields__}
    for name in ("roles", "scopes", "networks"):
        told[name] = json.encode(told[name]).decode()
    for name in ("created", "expires", "revoked", "last_used"):
        told[name] = instant(told[name]) if told[name] is not None else None
    return told


def _key(row: Any) -> ApiKey:
    told = dict(row._mapping)
    for name in ("roles", "scopes", "networks"):
        told[name] = _WORDS.decode(told[name])
    for name in ("created", "expires", "revoked", "last_used"):
        told[name] = moment(told[name]) if told[name] is not None else None
    return ApiKey(**told)
