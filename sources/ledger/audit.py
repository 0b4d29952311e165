"""The audit in SQL: the events of all journals, each once, found by customer and by actor; how far each was shipped.

The journal is what counts. What stands here can be made anew from it, and an event that comes again changes nothing.
"""

from asyncio import timeout
from collections.abc import Awaitable, Sequence
from datetime import datetime
from typing import Any, Final, TypeVar

from msgspec import Struct
from sqlalchemy import Select, delete, select, tuple_, update
from sqlalchemy.dialects import postgresql, sqlite
from sqlalchemy.ext.asyncio import AsyncConnection, AsyncEngine

from sources.ledger.tables import AUDIT_EVENT, AUDIT_SHIPPED
from sources.sql.border import across
from sources.sql.engine import for_reading, rows
from sources.sql.tables import instant, moment
from sources.sql.upsert import many

T = TypeVar("T")

LONGEST_KEY: Final = 200
"""Characters of a text by which events are found: an index holds no longer ones."""

ROWS_AT_ONCE: Final = 5_000

_INSERTS: Final[dict[str, Any]] = {"sqlite": sqlite.insert, "postgresql": postgresql.insert}


class Filing(Struct, frozen=True, array_like=True):
    """An event as it is filed: what it is found by, and its line."""

    event_id: str
    at: datetime
    customer: str
    actor_kind: str
    actor_id: str
    actor_organisation: str
    action: str
    verdict: str
    rule: str
    request_id: str
    line: str


class Reached(Struct, frozen=True):
    """How far a journal was shipped, and what stands before there, as a hash. `at` is when."""

    position: int
    mark: str
    at: datetime


class Place(Struct, frozen=True):
    """Where a page of events ended."""

    at: int
    event_id: str = ""


class Span(Struct, frozen=True):
    """From a moment on, and up to another one, which is not included."""

    since: datetime
    until: datetime


class Found(Struct, frozen=True):
    """An event's line as it is filed, and its place."""

    line: str
    place: Place


class AuditLedger:
    """Files events, and finds them; raises a `Fault`. `time_limit` is in seconds, for a statement or transaction."""

    def __init__(self, engine: AsyncEngine, system: str = "ledger", time_limit: float = 10.0) -> None:
        self.system: Final = system
        self.time_limit: Final = time_limit
        self._engine: Final = engine
        self._insert: Final = _INSERTS[engine.dialect.name]

    async def reached(self, journal: str) -> Reached | None:
        """Return how far a journal was shipped, None when it never was."""
        shipped = AUDIT_SHIPPED.c
        question = select(shipped.position, shipped.mark, shipped.at).where(shipped.journal == journal)
        for position, mark, at in await self._rows(question):
            return Reached(position, mark, moment(at))
        return None

    async def file(
        self, journal: str, events: Sequence[Filing], before: Reached | None, reached: Reached
    ) -> bool:
        """File events, those that are not there yet, and say how far the journal was shipped, all in one transaction.

        False when somebody else has moved that on from `before`: the events are filed all the same.
        """
        return await self._in_time(self._file(journal, events, before, reached))

    async def who_saw(
        self, customer: Sequence[str], span: Span, after: Place | None, size: int
    ) -> Sequence[Found]:
        """Return the first events about a customer, who has a keyed hash for each key there was, oldest first."""
        theirs = AUDIT_EVENT.c.customer
        about = theirs.in_(map(key, customer)) if len(customer) > 1 else theirs == key(customer[0])
        return await self._found(about, span, after, size)

    async def what_saw(
        self, actor: str, kind: str | None, span: Span, after: Place | None, size: int
    ) -> Sequence[Found]:
        """Return the first events of an actor, of one kind or of any, oldest first."""
        theirs = AUDIT_EVENT.c.actor_id == key(actor)
        if kind is not None:
            theirs &= AUDIT_EVENT.c.actor_kind == kind
        return await self._found(theirs, span, after, size)

    async def forget(self, before: datetime) -> int:
        """Remove the events of before a moment, and return how many there were."""
        removed = 0
        while some := await self._in_time(self._forget(before)):
            removed += some
        return removed

    async def _file(
        self, journal: str, events: Sequence[Filing], before: Reached | None, reached: Reached
    ) -> bool:
        insert = self._insert(AUDIT_EVENT).on_conflict_do_nothing()
        # in one order: two that ship at once must not each wait for the other
        filed = sorted(map(_row, events))
        async with self._engine.begin() as connection:
            await many(connection, insert, filed, [column.name for column in AUDIT_EVENT.columns])
            return await self._move(connection, journal, before, reached)

    async def _move(
        self, connection: AsyncConnection, journal: str, before: Reached | None, reached: Reached
    ) -> bool:
        shipped = AUDIT_SHIPPED.c
        now = {"position": reached.position, "mark": reached.mark, "at": instant(reached.at)}
        if before is None:
            first = self._insert(AUDIT_SHIPPED).values(journal=journal, **now).on_conflict_do_nothing()
            return (await connection.execute(first)).rowcount == 1
        same = (
            shipped.journal == journal,
            shipped.position == before.position,
            shipped.mark == before.mark,
        )
        return (await connection.execute(update(AUDIT_SHIPPED).where(*same).values(now))).rowcount == 1

    async def _found(self, whose: Any, span: Span, after: Place | None, size: int) -> Sequence[Found]:
        event, start = AUDIT_EVENT.c, after or Place(instant(span.since))
        question = (
            select(event.line, event.at, event.event_id)
            .where(whose, event.at < instant(span.until))
            .where(tuple_(event.at, event.event_id) > tuple_(start.at, start.event_id))
            .order_by(event.at, event.event_id)
            .limit(size)
        )
        return [Found(line, Place(at, number)) for line, at, number in await self._rows(question)]

    async def _forget(self, before: datetime) -> int:
        event = AUDIT_EVENT.c
        some = select(event.event_id).where(event.at < instant(before)).limit(ROWS_AT_ONCE)
        async with self._engine.begin() as connection:
            removed = await connection.execute(delete(AUDIT_EVENT).where(event.event_id.in_(some)))
            return removed.rowcount

    async def _rows(self, question: Select[Any]) -> Sequence[Any]:
        return await self._in_time(rows(for_reading(self._engine), question, {}))

    async def _in_time(self, work: Awaitable[T]) -> T:
        return await across(self.system, self._limited(work))

    async def _limited(self, work: Awaitable[T]) -> T:
        async with timeout(self.time_limit):
            return await work


def key(text: str) -> str:
    """Return a text as events are found by it: PostgreSQL has no NUL, and an index no very long texts."""
    return text.replace("\0", "\ufffd")[:LONGEST_KEY]


def _row(filing: Filing) -> tuple[Any, ...]:
    return (
        filing.event_id,
        instant(filing.at),
        key(filing.customer),
        key(filing.actor_kind),
        key(filing.actor_id),
        key(filing.actor_organisation),
        key(filing.action),
        key(filing.verdict),
        key(filing.rule),
        key(filing.request_id),
        filing.line,
    )
