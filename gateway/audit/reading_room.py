"""The reading room: where an operator reads the audit in SQL. Whoever reads is on the journal before that."""

from collections.abc import AsyncIterator, Awaitable, Callable, Sequence
from contextlib import asynccontextmanager
from datetime import UTC, date, datetime, time, timedelta
from functools import partial
from pathlib import Path
from typing import Final, TypeAlias
from zoneinfo import ZoneInfo

import msgspec
from msgspec import Struct

from gateway.audit.chain import Chain
from gateway.audit.event import Actor, AuditEvent, Recorder, recorder
from gateway.audit.journal import Journal
from gateway.audit.operators import operator_event
from gateway.audit.shipping import Shipper
from gateway.database import ready
from gateway.keyring import open_keyring
from gateway.policy_file import policy
from gateway.settings import Settings
from resolvers.policy import crn_scheme
from sources.crn import Crn, CrnScheme
from sources.ledger.audit import AuditLedger, Found, Place, Span
from sources.source import Observer
from sources.sql.tables import BEGINNING, moment

READ: Final = "audit_read"
PRUNE: Final = "audit_prune"
PAGE: Final = 1_000
LAST: Final = datetime.max.replace(tzinfo=UTC)

Question: TypeAlias = Callable[[Place | None, int], Awaitable[Sequence[Found]]]


class Seen(Struct, frozen=True):
    """An event as it is read: whether it is as a gateway wrote it, to the byte; the number, where it was opened."""

    event: AuditEvent
    proved: bool
    crn: str | None = None


class ReadingRoom(Struct, frozen=True):
    """What reading the audit takes. Raises `AuditUnavailableError` where nobody can be put on record."""

    zone: ZoneInfo
    edition: str
    scheme: CrnScheme
    recorder: Recorder
    chain: Chain
    journal: Journal
    ledger: AuditLedger
    observe: Observer
    file: Path

    async def ship(self, file: Path | None = None) -> int:
        """Take what the journal, or another one, holds into SQL, and return how many events that were."""
        return await Shipper(file or self.file, self.ledger, self.observe).ship()

    def who_saw(self, crn: Crn, span: Span) -> AsyncIterator[Seen]:
        """Yield the events about a customer, oldest first."""
        event = self.recorder.about(operator_event(READ, "who-saw", self.edition), crn)
        return self._read(event, partial(self.ledger.who_saw, self.recorder.hashes(crn), span))

    def what_saw(
        self, actor: str, kind: str | None, span: Span, *, numbers: bool = False
    ) -> AsyncIterator[Seen]:
        """Yield the events of an actor, oldest first; with the customers' `numbers`, where they can be opened."""
        whose = f"{kind} {actor}" if kind is not None else actor
        parts = ("crn",) if numbers else ()
        event = operator_event(READ, "what-saw", self.edition, subject=whose, parts=parts)
        return self._read(event, partial(self.ledger.what_saw, actor, kind, span), numbers=numbers)

    async def prune(self, day: date) -> int:
        """Remove the events of before a day from SQL, and return how many there were. The journal keeps them."""
        event = operator_event(PRUNE, "prune", self.edition, subject=day.isoformat())
        await self.journal.append([event])
        await self.ship()
        return await self.ledger.forget(self._begin(day))

    def span(self, first: date | None, last: date | None) -> Span:
        """Return the span of days of the policy's zone; without a day it has no end on that side."""
        since = self._begin(first) if first is not None else BEGINNING
        ends = last is not None and last < date.max
        return Span(since, self._begin(last + timedelta(days=1)) if last is not None and ends else LAST)

    async def _read(
        self, event: AuditEvent, question: Question, *, numbers: bool = False
    ) -> AsyncIterator[Seen]:
        await self.journal.append([event])
        await self.ship()
        place: Place | None = None
        while page := await question(place, PAGE):
            for found in page:
                if found.place.event_id != event.event_id:
                    yield self._seen(found, numbers)
            place = page[-1].place

    def _seen(self, found: Found, numbers: bool) -> Seen:
        try:
            event = msgspec.json.decode(found.line, type=AuditEvent)
        except msgspec.MsgspecError:
            return Seen(_unreadable(found.place), proved=False)
        proved = self.chain.linked(found.line.encode())
        return Seen(event, proved, self.recorder.opened(event) if numbers else None)

    def _begin(self, day: date) -> datetime:
        return datetime.combine(day, time.min, self.zone)


def _unreadable(place: Place) -> AuditEvent:
    """Return what stands for an event whose line was spoilt in SQL: the journal has it."""
    at, nobody = moment(place.at), Actor("?", "?", "")
    return AuditEvent(place.event_id, at, nobody, "", "unreadable", "?", "?", "?", "?")


@asynccontextmanager
async def reading_room(settings: Settings, observe: Observer) -> AsyncIterator[ReadingRoom]:
    """Open the reading room of a deployment; raise what stands in the way."""
    ruling = policy(settings.policy_file)
    keyring = open_keyring(settings.keyring, make=False)
    chain = Chain(keyring)
    async with ready(settings) as engine:
        yield ReadingRoom(
            zone=ruling.tz,
            edition=ruling.edition,
            scheme=crn_scheme(ruling.crn, refuse_invented=settings.production),
            recorder=recorder(keyring),
            chain=chain,
            journal=Journal(settings.journal, chain),
            ledger=AuditLedger(engine),
            observe=observe,
            file=settings.journal,
        )
