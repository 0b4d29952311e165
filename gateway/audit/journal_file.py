"""The file of the audit journal: its lock, and its lines from either end, never all of them at once."""

import fcntl
import os
import time
from collections.abc import Iterator, Sequence
from hashlib import sha256
from pathlib import Path
from typing import BinaryIO, Final

from msgspec import Struct

BLOCK: Final = 65_536
LONGEST: Final = 1_048_576
"""Bytes of a line that are looked at; no line of ours comes near."""

PATIENCE: Final = 5.0

ROOM: Final = b'{"event_id":"'.ljust(1_536)
"""What is written to see whether there is room for a line; should it stay there, it looks like a line that was torn."""

PORTION: Final = 524_288
_MARKED: Final = 4_096


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
        left = _size(journal) - begin
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


class Portion(Struct, frozen=True):
    """Whole lines of a journal that follow on one another: up to where they reach, and what stands before there.

    `size` is that of the journal when it was looked at.
    """

    lines: Sequence[bytes]
    end: int
    mark: str
    size: int


def identity(file: Path) -> str | None:
    """Return what tells a journal from every other one, wherever it is put: a hash of its first line.

    None for one that has no line yet; raise `OSError`.
    """
    try:
        with file.open("rb") as journal:
            first = journal.readline(LONGEST)
    except FileNotFoundError:
        return None
    return sha256(first).hexdigest() if first.endswith(b"\n") else None


class MovedError(ValueError):
    """What stood before a place in a journal does not stand there: it is another journal, or it was cut."""


def portion(file: Path, begin: int = 0, mark: str | None = None, most: int = PORTION) -> Portion:
    """Return the whole lines from `begin` on, within the next `most` bytes; raise `OSError`.

    Raise `MovedError` when what stands before `begin` is not what the `mark` was made from.
    """
    with file.open("rb") as journal:
        size = _size(journal)
        if begin > size or (mark is not None and _mark(journal, begin) != mark):
            raise MovedError
        journal.seek(begin)
        read = journal.read(min(most, size - begin))
        whole = read[: read.rfind(b"\n") + 1]
        end = begin + len(whole)
        if not whole and begin + len(read) < size:
            end = _after_line(journal, begin, size)  # nobody writes such a line here
        return Portion(whole.split(b"\n")[:-1], end, _mark(journal, end), size)


def breaks(file: Path, begin: int = 0) -> int:
    """Return how many line breaks there are from `begin` on."""
    with file.open("rb") as journal:
        journal.seek(begin)
        return sum(block.count(b"\n") for block in iter(lambda: journal.read(PORTION), b""))


def _size(journal: BinaryIO) -> int:
    """Return the size of a journal at a moment when nobody writes to it."""
    lock(journal.fileno(), fcntl.LOCK_SH)
    size = os.fstat(journal.fileno()).st_size
    fcntl.flock(journal, fcntl.LOCK_UN)
    return size


def _mark(journal: BinaryIO, place: int) -> str:
    """Return a hash of what stands before a place: of the line, and of some before it."""
    begin = max(0, place - _MARKED)
    return sha256(os.pread(journal.fileno(), place - begin, begin)).hexdigest()


def _after_line(journal: BinaryIO, begin: int, size: int) -> int:
    """Return where a very long line ends; where it begins when it has no end yet."""
    at = begin
    while at < size:
        block = os.pread(journal.fileno(), min(PORTION, size - at), at)
        found = block.find(b"\n")
        if found >= 0:
            return at + found + 1
        at += len(block)
    return begin
