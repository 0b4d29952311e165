"""The audit journal: every decision about a customer is on disk before the answer leaves, or nothing leaves.

One line of JSON per decision, linked to the line before, appended and synced; requests that arrive meanwhile share one
sync. Several processes may write to one journal.
"""

import asyncio
import fcntl
import os
import uuid
from asyncio import Future
from collections.abc import Iterable
from datetime import datetime
from pathlib import Path

import msgspec
from msgspec import Struct

from cache import Keys
from gateway.chain import BEGINNING, Chain, hash_of
from gateway.journal_file import backwards, lock
from resolvers.access import COMMAND, Decision, Verdict
from resolvers.scope import Scope


class AuditUnavailableError(RuntimeError):
    """The journal could not be written. Whoever waited for it must show nothing."""


class Actor(Struct, frozen=True):
    """Who looked."""

    kind: str
    id: str
    organisation: str


class AuditEvent(Struct, frozen=True, omit_defaults=True):
    """One decision about one customer, or what an operator did. The customer stands in it as a keyed hash.

    `customer` is empty where it is about none; `subject` is what else it is about, such as the id of a key.
    """

    event_id: str
    at: datetime
    actor: Actor
    customer: str
    action: str
    verdict: str
    rule: str
    request_id: str
    policy: str
    purpose: str | None = None
    code: str | None = None
    grant: str | None = None
    unchecked: bool = False
    parts: tuple[str, ...] = ()
    operation: str | None = None
    subject: str | None = None


class Journal:
    """Appends events to a file that nobody but its owner can read."""

    def __init__(self, file: Path, chain: Chain) -> None:
        self._file = file
        self._chain = chain
        self._head, self._size = BEGINNING, -1
        self._waiting: list[tuple[list[bytes], Future[None]]] = []
        self._writer: asyncio.Task[None] | None = None

    async def append(self, events: Iterable[AuditEvent]) -> None:
        """Return when the events are on disk; raise `AuditUnavailableError`."""
        told = [msgspec.json.encode(event) for event in events]
        if not told:
            return
        done: Future[None] = asyncio.get_running_loop().create_future()
        self._waiting.append((told, done))
        if self._writer is None or self._writer.done():
            self._writer = asyncio.create_task(self._write_all())
        await asyncio.shield(done)

    def check(self) -> None:
        """Raise `AuditUnavailableError` when the journal cannot be opened for writing."""
        try:
            os.close(self._open())
        except OSError:
            raise AuditUnavailableError from None

    async def _write_all(self) -> None:
        while self._waiting:
            together, self._waiting = self._waiting, []
            failure: Exception | None = None
            try:
                await asyncio.to_thread(self._write, [event for told, _ in together for event in told])
            except Exception:  # whatever it was, what waited is not on disk
                failure = AuditUnavailableError()
            for _, done in together:
                if not done.done():
                    done.set_result(None) if failure is None else done.set_exception(failure)

    def _write(self, events: list[bytes]) -> None:
        journal = self._open()
        try:
            lock(journal, fcntl.LOCK_EX)
            before = os.fstat(journal).st_size
            lines, head = self._chain.link(events, self._head_at(journal, before))
            torn = before > 0 and os.pread(journal, 1, before - 1) != b"\n"
            lines = b"\n" + lines if torn else lines
            if os.write(journal, lines) != len(lines):
                os.ftruncate(journal, before)  # half a line would swallow the next one
                raise OSError("the journal took only a part")
            os.fsync(journal)
            self._head, self._size = head, before + len(lines)
        finally:
            os.close(journal)

    def _head_at(self, journal: int, size: int) -> bytes:
        """Return the hash that the next line follows.

        A journal that became shorter goes on from where it was, so that what was cut off is missing from the chain.
        """
        if size <= self._size:
            return self._head
        ours = (hash_of(line) for _, line in backwards(journal, size) if self._chain.linked(line))
        return next(ours, BEGINNING)

    def _open(self) -> int:
        return os.open(self._file, os.O_RDWR | os.O_APPEND | os.O_CREAT, 0o600)


def events_of(scope: Scope, keys: Keys, at: datetime, operation: str | None) -> list[AuditEvent]:
    """Return what goes on record of a request: one event for each customer that was decided on."""
    caller = scope.caller
    actor = Actor(caller.kind.value, caller.id, caller.organisation)
    return [
        AuditEvent(
            event_id=uuid.uuid4().hex,  # the request's own number is the caller's choice, and may come twice
            at=at,
            actor=actor,
            customer=keys.person(crn),
            action=_action(decision),
            verdict=decision.verdict.value,
            rule=decision.rule,
            request_id=scope.request_id,
            policy=scope.policy.edition,
            purpose=scope.purpose.value if scope.purpose is not None else None,
            code=decision.code,
            grant=decision.grant,
            unchecked=decision.unchecked,
            parts=tuple(sorted(scope.loaders.shown.get(crn, ()))),
            operation=operation,
        )
        for crn, decision in scope.loaders.decisions.items()
        if scope.loaders.recorded.get(crn) != decision
    ]


def _action(decision: Decision) -> str:
    if decision.rule == COMMAND:
        return "break_glass"
    if decision.rule == "search" and decision.verdict is Verdict.OPEN:
        return "search"  # somebody was found; who was shown has an event of their own
    return {Verdict.OPEN: "view", Verdict.NOBODY: "search"}.get(decision.verdict, "deny")
