"""The audit journal: every decision about a customer is on disk before the answer leaves, or nothing leaves.

One line of JSON per decision, appended and synced; requests that arrive meanwhile share one sync.
"""

import asyncio
import os
import uuid
from asyncio import Future
from collections.abc import Iterable
from datetime import datetime
from pathlib import Path

import msgspec
from msgspec import Struct

from cache import Keys
from resolvers.access import Decision, Verdict
from resolvers.scope import Scope


class AuditUnavailableError(RuntimeError):
    """The journal could not be written. Whoever waited for it must show nothing."""


class Actor(Struct, frozen=True):
    """Who looked."""

    kind: str
    id: str
    organisation: str


class AuditEvent(Struct, frozen=True, omit_defaults=True):
    """One decision about one customer. The customer stands in it as a keyed hash, never by number."""

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
    parts: tuple[str, ...] = ()
    operation: str | None = None


class Journal:
    """Appends events to a file that nobody but its owner can read."""

    def __init__(self, file: Path) -> None:
        self._file = file
        self._waiting: list[tuple[bytes, Future[None]]] = []
        self._writer: asyncio.Task[None] | None = None

    async def append(self, events: Iterable[AuditEvent]) -> None:
        """Return when the events are on disk; raise `AuditUnavailableError`."""
        lines = b"".join(msgspec.json.encode(event) + b"\n" for event in events)
        if not lines:
            return
        done: Future[None] = asyncio.get_running_loop().create_future()
        self._waiting.append((lines, done))
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
                await asyncio.to_thread(self._write, b"".join(lines for lines, _ in together))
            except Exception:  # whatever it was, what waited is not on disk
                failure = AuditUnavailableError()
            for _, done in together:
                if not done.done():
                    done.set_result(None) if failure is None else done.set_exception(failure)

    def _write(self, lines: bytes) -> None:
        journal = self._open()
        try:
            before = os.fstat(journal).st_size
            torn = before > 0 and os.pread(journal, 1, before - 1) != b"\n"
            lines = b"\n" + lines if torn else lines
            if os.write(journal, lines) != len(lines):
                os.ftruncate(journal, before)  # half a line would swallow the next one
                raise OSError("the journal took only a part")
            os.fsync(journal)
        finally:
            os.close(journal)

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
            parts=tuple(sorted(scope.loaders.shown.get(crn, ()))),
            operation=operation,
        )
        for crn, decision in scope.loaders.decisions.items()
    ]


def _action(decision: Decision) -> str:
    if decision.rule == "search" and decision.verdict is Verdict.OPEN:
        return "search"  # somebody was found; who was shown has an event of their own
    return {Verdict.OPEN: "view", Verdict.NOBODY: "search"}.get(decision.verdict, "deny")
