"""The audit journal: every decision about a customer is on disk before the answer leaves, or nothing leaves.

One line of JSON per decision, linked to the line before, appended and synced; requests that arrive meanwhile share one
sync. Several processes may write to one journal.
"""

import asyncio
import fcntl
import os
from asyncio import Future
from collections.abc import Callable, Iterable
from contextlib import suppress
from pathlib import Path
from typing import TypeAlias

import msgspec
from msgspec import Struct

from gateway.audit.chain import BEGINNING, Chain, hash_of
from gateway.audit.event import AuditEvent
from gateway.audit.journal_file import ROOM, backwards, lock
from sources.source import Observer

Listener: TypeAlias = Callable[[bytes], None]


class AuditUnavailableError(RuntimeError):
    """The journal could not be written. Whoever waited for it must show nothing."""


class AuditUnavailable(Struct, frozen=True):
    """The journal cannot be written from now on: requests for customers are answered with no data."""


class AuditAvailable(Struct, frozen=True):
    """The journal can be written again."""


class Journal:
    """Appends events to a file that only its owner can read. `observe` is told when that begins and ends to fail."""

    def __init__(self, file: Path, chain: Chain, observe: Observer | None = None) -> None:
        self._file = file
        self._chain = chain
        self._observe = observe
        self._head, self._size = BEGINNING, -1
        self._waiting: list[tuple[list[bytes], Future[None]]] = []
        self._writer: asyncio.Task[None] | None = None
        self._listeners: list[Listener] = []
        self._failing = False

    def listen(self, listener: Listener) -> None:
        """Let somebody hear of lines once they are on disk. Whoever waits for them does not wait for the listener."""
        self._listeners.append(listener)

    async def append(self, events: Iterable[AuditEvent]) -> None:
        """Return when the events are on disk; raise `AuditUnavailableError`."""
        await self.append_written([msgspec.json.encode(event) for event in events])

    async def append_written(self, told: list[bytes]) -> None:
        """Return when events, written as JSON, are on disk; raise `AuditUnavailableError`."""
        if not told:
            return
        done: Future[None] = asyncio.get_running_loop().create_future()
        self._waiting.append((told, done))
        if self._writer is None or self._writer.done():
            self._writer = asyncio.create_task(self._write_all())
        await done  # who leaves takes it along, and the writer goes on

    def check(self) -> None:
        """Raise `AuditUnavailableError` when the journal cannot be opened, or failed and still cannot be written."""
        try:
            journal = self._open()
            try:
                if self._failing:
                    self._try(journal)
            finally:
                os.close(journal)
        except OSError:
            raise AuditUnavailableError from None

    async def works(self) -> bool:
        """Tell whether the journal can be written, and let the observer know when that has changed."""
        try:
            await asyncio.to_thread(self.check)
        except AuditUnavailableError:
            self._turn(failing=True)
        else:
            self._turn(failing=False)
        return not self._failing

    async def _write_all(self) -> None:
        while self._waiting:
            together, self._waiting = self._waiting, []
            lines = b""
            with suppress(Exception):  # whatever it is, what waited is not on disk
                lines = await asyncio.to_thread(
                    self._write, [event for told, _ in together for event in told]
                )
            for _, done in together:
                if not done.done():
                    done.set_result(None) if lines else done.set_exception(AuditUnavailableError())
            # not here: whatever goes wrong there, those who wait next are written
            asyncio.get_running_loop().call_soon(self._tell, lines)

    def _tell(self, lines: bytes) -> None:
        self._turn(failing=not lines)
        for listener in self._listeners if lines else ():
            listener(lines)

    def _turn(self, *, failing: bool) -> None:
        if failing is not self._failing:
            self._failing = failing
            if self._observe is not None:
                self._observe(AuditUnavailable() if failing else AuditAvailable())

    def _write(self, events: list[bytes]) -> bytes:
        journal = self._open()
        try:
            lock(journal, fcntl.LOCK_EX)
            before = os.fstat(journal).st_size
            lines, head = self._chain.link(events, self._head_at(journal, before))
            torn = before > 0 and os.pread(journal, 1, before - 1) != b"\n"
            _put(journal, b"\n" + lines if torn else lines, before)
            os.fsync(journal)
            self._head, self._size = head, before + torn + len(lines)
            return lines
        finally:
            os.close(journal)

    def _try(self, journal: int) -> None:
        """Write something as long as a line, and take it back; raise `OSError`."""
        lock(journal, fcntl.LOCK_EX)
        before = os.fstat(journal).st_size
        try:
            _put(journal, ROOM, before)
            os.fsync(journal)
        finally:
            os.ftruncate(journal, before)

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


def _put(journal: int, what: bytes, before: int) -> None:
    """Append something whole; raise `OSError`, with the journal as it was."""
    if os.write(journal, what) != len(what):
        os.ftruncate(journal, before)  # half a line would swallow the next one
        raise OSError("the journal took only a part")
