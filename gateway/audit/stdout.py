"""The audit on standard output, for whoever collects logs: one line of JSON for each event, after it is on disk.

A reader that is slow, stuck or gone costs lines there, never a request: they are counted, and the journal has them.
"""

import os
import time
from queue import Empty, Full, Queue
from threading import Lock, Thread
from typing import Final

from msgspec import Struct

from sources.source import Observer

MOST_WAITING: Final = 10_000
CLOSING_SECONDS: Final = 1.0
TELLING_SECONDS: Final = 60.0


class LinesLost(Struct, frozen=True):
    """So many lines did not get to standard output since the last such event. They are on the journal."""

    lines: int


class AuditStdout:
    """Writes lines to an open file from a thread of its own. `most` lines may wait."""

    def __init__(self, out: int, observe: Observer, most: int = MOST_WAITING) -> None:
        self._out = out
        self._observe = observe
        self._waiting: Queue[bytes | None] = Queue(most)
        self._counting = Lock()
        self._lost = 0
        self._next_told = 0.0
        self._thread = Thread(target=self._write_all, name="audit stdout", daemon=True)
        self._thread.start()

    def put(self, lines: bytes) -> None:
        """Let lines be written when it is their turn; those for which there is no room are lost."""
        for line in lines.splitlines(keepends=True):
            try:
                self._waiting.put_nowait(line)
            except Full:
                self._count(1)
        self._tell(at_last=False)

    def close(self) -> None:
        """Let what waits be written, if that is quickly done."""
        try:
            self._waiting.put(None, timeout=CLOSING_SECONDS)
            self._thread.join(CLOSING_SECONDS)
        except Full:
            pass
        while self._thread.is_alive() and not self._waiting.empty():
            try:
                self._count(self._waiting.get_nowait() is not None)
            except Empty:
                break
        self._tell(at_last=True)

    def _write_all(self) -> None:
        while (line := self._waiting.get()) is not None:
            try:
                _write(self._out, line)
            except OSError:
                self._count(1)

    def _count(self, lines: int) -> None:
        with self._counting:
            self._lost += lines

    def _tell(self, *, at_last: bool) -> None:
        """Say how many lines were lost: at once when it begins, and from then on now and then."""
        now = time.monotonic()
        with self._counting:
            if not self._lost or not (at_last or now >= self._next_told):
                return
            lost, self._lost, self._next_told = self._lost, 0, now + TELLING_SECONDS
        self._observe(LinesLost(lost))


def _write(out: int, line: bytes) -> None:
    while line:
        line = line[os.write(out, line) :]
