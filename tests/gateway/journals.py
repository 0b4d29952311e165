"""Journals as the gateway writes them, and what is found in them."""

import asyncio
from collections.abc import Iterable
from datetime import UTC, datetime, timedelta
from pathlib import Path

import msgspec

from gateway.audit.chain import Chain, Damage, Walk
from gateway.audit.event import Actor, AuditEvent
from gateway.audit.journal import Journal
from gateway.audit.journal_file import lines
from gateway.keyring import Keyring

CHAIN = Chain(Keyring(b"k" * 32))
FIRST = datetime(2025, 3, 10, tzinfo=UTC)
EVENT = AuditEvent("e1", FIRST, Actor("STAFF", "o", "a"), "h", "view", "OPEN", "free", "r", "p")


def event(number: int) -> AuditEvent:
    """Event number so-and-so: an hour lies between one and the next."""
    return msgspec.structs.replace(EVENT, event_id=f"e{number}", at=FIRST + timedelta(hours=number - 1))


def written(file: Path, numbers: Iterable[int], chain: Chain = CHAIN, together: int = 7) -> list[bytes]:
    """The lines of a journal after a gateway that has just started wrote these events."""

    async def run() -> None:
        journal, told = Journal(file, chain), [event(number) for number in numbers]
        for begin in range(0, len(told), together):
            await asyncio.gather(*(journal.append([one]) for one in told[begin : begin + together]))

    asyncio.run(run())
    return file.read_bytes().splitlines(keepends=True)


def flaws(file: Path, chain: Chain = CHAIN) -> dict[int, Damage]:
    """Where its chain is broken, and how."""
    return {flaw.line: flaw.damage for flaw in Walk(chain).flaws(lines(file))}


def whole(file: Path, noted: bytes | None = None) -> bool:
    """Whether nothing is wrong with it, and it holds the hash that was noted."""
    walk = Walk(CHAIN, noted=noted)
    return not list(walk.flaws(lines(file))) and walk.met and walk.begins is not None
