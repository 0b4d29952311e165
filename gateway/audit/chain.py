"""The chain of the audit journal: every line carries the hash of the line before, and a hash that needs our key.

A line is the event, then `prev`, then `hash`: an HMAC-SHA-256 over everything that stands before it, byte for byte.
A line that is changed, taken out, moved or added without the key shows. Lines that are cut off at the end show only
to somebody who noted a later hash elsewhere, and to a gateway that was running meanwhile.
"""

import hmac
from collections import deque
from collections.abc import Iterable, Iterator
from datetime import datetime
from hashlib import sha256
from typing import Final

import msgspec
from msgspec import Struct

from gateway.keyring import Keyring
from sources.words import Word

BEGINNING: Final = b"0" * 64
"""What stands for the line before the first."""

_HASH, _PREV, _END = b',"hash":"', b',"prev":"', b'"}'
_SEAL = len(_HASH) + len(BEGINNING) + len(_END)
_START = b'{"event_id":"'
_EXPLAINED = 64


class Chain:
    """Links lines with the current key, and tells which ones were linked, with any key that is kept."""

    def __init__(self, keyring: Keyring) -> None:
        self._keys = tuple(keyring.subkeys("audit chain").values())
        self._likely = self._keys[0]

    def link(self, events: Iterable[bytes], head: bytes) -> tuple[bytes, bytes]:
        """Return events, each an object of JSON, as lines that go on from `head`, and the new head."""
        lines = []
        for event in events:
            content = event[:-1] + _PREV + head + b'"'
            head = _hash(self._keys[0], content)
            lines.append(content + _HASH + head + _END + b"\n")
        return b"".join(lines), head

    def linked(self, line: bytes) -> bool:
        """Whether this line is, to the byte, one of ours."""
        if not is_sealed(line):
            return False
        said, content = hash_of(line), line[:-_SEAL]
        for key in (self._likely, *self._keys):  # neighbours are mostly of one version
            if hmac.compare_digest(_hash(key, content), said):
                self._likely = key
                return True
        return False

    def claims(self, line: bytes) -> list[bytes]:
        """Return the hashes that the line could have, one for each key, and the one that it says it has."""
        return [*(_hash(key, line[:-_SEAL]) for key in self._keys), hash_of(line)]


def _hash(key: bytes, content: bytes) -> bytes:
    return hmac.digest(key, content, sha256).hex().encode()


def is_sealed(line: bytes) -> bool:
    """Whether a line ends as those of the chain do, whoever wrote it."""
    return line.endswith(_END) and line[-_SEAL:].startswith(_HASH)


def hash_of(line: bytes) -> bytes:
    """Return the hash that a line says it has."""
    return line[-_SEAL + len(_HASH) : -len(_END)]


def _prev_of(line: bytes) -> bytes:
    return line[-_SEAL - len(BEGINNING) - 1 : -_SEAL - 1]


class Damage(Word):
    """What is wrong at a line."""

    CHANGED = "changed", "It is not as the gateway wrote it, or the gateway did not write it."
    MISSING = "missing or moved", "It does not follow on the line before."
    TORN = "torn", "Its end is not there: a process ended while it wrote, and showed nothing; or it was cut."


class Flaw(Struct, frozen=True):
    """One place where a chain is broken."""

    line: int
    damage: Damage


class Dated(Struct):
    """The part of an event that says when, and that it is one."""

    event_id: str
    at: datetime


class Walk:
    """Goes along a journal from line to line, tells where its chain is broken, and counts what it saw."""

    def __init__(self, chain: Chain, head: bytes | None = BEGINNING, noted: bytes | None = None) -> None:
        """Begin at `head`; without one, at whatever the first line follows. `noted` is a hash to look out for."""
        self._chain = chain
        self._head = head
        self._explained: deque[bytes] = deque(maxlen=_EXPLAINED)
        self._noted = noted
        self.met = noted is None
        self.events = 0
        self.before = 0
        """How many events stand before the chain: of a gateway that kept none."""
        self.begins: int | None = None
        self.first: datetime | None = None
        self.last: datetime | None = None

    @property
    def head(self) -> str:
        """The hash of the last line that is ours."""
        return (self._head or BEGINNING).decode()

    def flaws(self, lines: Iterable[bytes]) -> Iterator[Flaw]:
        """Yield every place where the chain is broken."""
        for number, line in enumerate(lines, 1):
            content, whole = line.removesuffix(b"\n"), line.endswith(b"\n")
            if self._chain.linked(content):
                damage = self._linked(number, content, whole)
            elif self.begins is None and whole and _is_older(content):
                self._older(content)
                damage = None
            else:
                damage = self._other(content, whole)
            if damage is not None:
                yield Flaw(number, damage)

    def _linked(self, number: int, line: bytes, whole: bool) -> Damage | None:
        self.begins = self.begins or number
        prev = _prev_of(line)
        follows = self._head is None or prev == self._head or prev in self._explained
        self._head = hash_of(line)
        self._explained.clear()
        self.met = self.met or self._head == self._noted
        self._count(line)
        if not follows:
            return Damage.MISSING
        return None if whole else Damage.TORN

    def _older(self, line: bytes) -> None:
        self.before += 1
        self._head = BEGINNING
        self._count(line)

    def _other(self, line: bytes, whole: bool) -> Damage:
        if len(line) > _SEAL:
            self._explained += self._chain.claims(line)  # the next line was linked to this one as it was
        if not whole or (_begins_as_ours(line) and not is_sealed(line) and not _is_event(line)):
            return Damage.TORN
        return Damage.CHANGED

    def _count(self, line: bytes) -> None:
        event = msgspec.json.decode(line, type=Dated)
        self.events += 1
        self.first = self.first or event.at
        self.last = event.at


def _begins_as_ours(line: bytes) -> bool:
    return line != b"" and line.startswith(_START[: len(line)])


def _is_older(line: bytes) -> bool:
    return _PREV not in line and _HASH not in line and _is_event(line)


def _is_event(line: bytes) -> bool:
    try:
        msgspec.json.decode(line, type=Dated)
    except (msgspec.DecodeError, UnicodeDecodeError):
        return False
    return True
