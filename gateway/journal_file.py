"""The file of the audit journal: its lock, and its lines from either end, never all of them at once."""

import fcntl
import os
import time
from collections.abc import Iterator
from pathlib import Path
from typing import Final

BLOCK: Final = 65_536
LONGEST: Final = 1_048_576
"""Bytes of a line that are looked at; no line of ours comes near."""

PATIENCE: Final = 5.0


def lock(file: int, how: int) -> None:
    """Take the lock of an open file (`LOCK_EX`, `LOCK_SH`); raise `TimeoutError` when others keep it."""
    end = time.monotonic() + PATIENCE
    while True:
        try:
            fcntl.flock(file, how | fcntl.LOCK_NB)
        except BlockingIOError:
            if time.monotonic() > end:
                raise TimeoutError("the journal is locked by another process") from None
            time.sleep(0.001)
        else:
            return


def lines(file: Path, begin: int = 0) -> Iterator[bytes]:
    """Yield the lines of a journal, as many as there are now: a line that is being written is not seen by half."""
    with file.open("rb") as journal:
        lock(journal.fileno(), fcntl.LOCK_SH)
        left = os.fstat(journal.fileno()).st_size - begin
        fcntl.flock(journal, fcntl.LOCK_UN)
        journal.seek(begin)
        while left > 0 and (line := journal.readline(min(left, LONGEST))):
            left -= len(line)
            rest = line
            while not rest.endswith(b"\n") and left > 0 and (rest := journal.readline(min(left, LONGEST))):
                left -= len(rest)
                line = line[: LONGEST - 1] + rest[-1:]
            yield line


def backwards(file: int, end: int) -> Iterator[tuple[int, bytes]]:
    """Yield what stands between the line breaks of an open file, from its `end` on, each with where it begins."""
    rest = b""
    while end > 0:
        begin = max(0, end - BLOCK)
        rest = os.pread(file, end - begin, begin) + rest
        at = begin + len(rest)
        rest, *parts = rest.split(b"\n")
        for part in reversed(parts):
            at -= len(part)
            yield at, part
            at -= 1
        end = begin
    yield 0, rest


def tail(file: Path, count: int) -> int:
    """Return where the last `count` lines of a journal begin."""
    begin = 0
    with file.open("rb") as journal:
        for seen, (at, _) in enumerate(backwards(journal.fileno(), os.fstat(journal.fileno()).st_size)):
            begin = at
            if seen == count:  # the first to come is what follows the last line break: nothing
                break
    return begin
