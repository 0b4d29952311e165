"""The shipper: takes what the journal holds into SQL, in the background, and never stands in a request's way.

It begins where it left off, and an event that comes twice is there once: whatever ends in the middle is done again.
Lines that are no events, torn ones among them, are passed over.
"""

import asyncio
from asyncio import to_thread
from collections.abc import Iterable, Iterator
from datetime import UTC, datetime
from pathlib import Path
from typing import Final

import msgspec
from msgspec import Struct

from gateway.audit.event import AuditEvent
from gateway.audit.journal_file import PORTION, MovedError, Portion, breaks, identity, portion
from sources.errors import Fault
from sources.ledger.audit import LONGEST_KEY, AuditLedger, Filing, Reached
from sources.source import Observer

POLL_SECONDS: Final = 1.0
GATHER_SECONDS: Final = 1.0
"""How long after a write is waited for more, so that one transaction takes many events."""

LONGEST_WAIT: Final = 30.0

_DECODER: Final = msgspec.json.Decoder(AuditEvent)


class ShippingFailed(Struct, frozen=True):
    """Events do not get into SQL from now on. They are on the journal all the same."""

    reason: str


class ShippingResumed(Struct, frozen=True):
    """Events get into SQL again, and what had been left is there."""


class ShippingRestarted(Struct, frozen=True):
    """The journal is another one, or was cut: it is shipped from its beginning."""


class Lag(Struct, frozen=True):
    """How many lines of a journal are not shipped, and whether any of it ever was."""

    lines: int
    begun: bool


class Shipper:
    """Ships one journal, so many bytes in each transaction. Several processes may ship the same one."""

    def __init__(self, file: Path, ledger: AuditLedger, observe: Observer, most: int = PORTION) -> None:
        self._file = file
        self._ledger = ledger
        self._observe = observe
        self._most = most
        self._woken = asyncio.Event()
        self._journal: str | None = None
        self._seen: tuple[int, int, int] | None = None

    def wake(self, _lines: bytes) -> None:
        """Ship soon: something was written."""
        self._woken.set()

    async def run(self) -> None:
        """Ship whatever comes, for ever. While that fails, try again after longer and longer."""
        wait = POLL_SECONDS
        failing = False
        while True:
            try:
                await self._ship_what_changed()
            except Exception as error:  # whatever it is: the next try may do
                if not failing:
                    self._observe(ShippingFailed(_reason(error)))
                failing = True
                await asyncio.sleep(wait)
                wait = min(2 * wait, LONGEST_WAIT)
                continue
            if failing:
                self._observe(ShippingResumed())
            failing, wait = False, POLL_SECONDS
            await self._something_new()

    async def ship(self) -> int:
        """Ship what the journal holds now, and return how many events that were; raise a `Fault` or `OSError`."""
        journal = await to_thread(identity, self._file)
        if journal is None:
            return 0
        if self._journal not in (None, journal):
            self._observe(ShippingRestarted())
        self._journal = journal
        shipped, goal = 0, None
        while True:
            before = await self._ledger.reached(journal)
            some, goes_on = await to_thread(self._next, before)
            goal = some.size if goal is None else goal
            if before is not None and goes_on and some.end == before.position:
                return shipped
            filings = list(_filings(some.lines))
            reached = Reached(some.end, some.mark, datetime.now(UTC))
            if not await self._ledger.file(journal, filings, before, reached):
                continue  # another process was quicker
            shipped += len(filings)
            if not goes_on:
                self._observe(ShippingRestarted())
            if some.end >= goal:
                return shipped

    async def _ship_what_changed(self) -> None:
        seen = self._look()
        if seen is not None and seen != self._seen:
            await self.ship()
        self._seen = seen

    def _look(self) -> tuple[int, int, int] | None:
        try:
            state = self._file.stat()
        except FileNotFoundError:
            return None
        return state.st_ino, state.st_size, state.st_mtime_ns

    async def _something_new(self) -> None:
        try:
            async with asyncio.timeout(POLL_SECONDS):
                await self._woken.wait()
        except TimeoutError:
            return
        await asyncio.sleep(GATHER_SECONDS)
        self._woken.clear()

    def _next(self, before: Reached | None) -> tuple[Portion, bool]:
        """Return what is to be shipped next, and whether it goes on from what was shipped before."""
        if before is None:
            return portion(self._file, most=self._most), True
        try:
            return portion(self._file, before.position, before.mark, self._most), True
        except MovedError:
            return portion(self._file, most=self._most), False


async def behind(file: Path, ledger: AuditLedger) -> Lag:
    """Return how far shipping is behind a journal; raise a `Fault` or `OSError`."""
    journal = await to_thread(identity, file)
    if journal is None:
        return Lag(0, begun=False)
    reached = await ledger.reached(journal)
    return Lag(await to_thread(breaks, file, reached.position if reached else 0), reached is not None)


def _filings(lines: Iterable[bytes]) -> Iterator[Filing]:
    for line in lines:
        try:
            event, text = _DECODER.decode(line), line.decode()
        except (msgspec.MsgspecError, UnicodeDecodeError):
            continue
        if (
            event.at.tzinfo is not None
            and 0 < len(event.event_id) <= LONGEST_KEY
            and "\0" not in event.event_id
        ):
            yield _filing(event, text)


def _filing(event: AuditEvent, line: str) -> Filing:
    return Filing(
        event_id=event.event_id,
        at=event.at,
        customer=event.customer,
        actor_kind=event.actor.kind,
        actor_id=event.actor.id,
        actor_organisation=event.actor.organisation,
        action=event.action,
        verdict=event.verdict,
        rule=event.rule,
        request_id=event.request_id,
        line=line,
    )


def _reason(error: Exception) -> str:
    """Return what failed, without a word of what it says."""
    return error.code if isinstance(error, Fault) else type(error).__name__
