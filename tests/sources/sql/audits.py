"""Journals that are shipped, and what stands in SQL of them."""

from collections.abc import Sequence
from pathlib import Path

import msgspec
from msgspec import Struct
from sqlalchemy import select
from sqlalchemy.ext.asyncio import AsyncEngine

from gateway.audit.event import AuditEvent
from gateway.audit.journal import Journal
from gateway.audit.shipping import Shipper
from sources.ledger.audit import AuditLedger, Filing, Reached
from sources.ledger.tables import AUDIT_EVENT
from tests.gateway.journals import CHAIN

PORTION = 2_000
"""Bytes that are shipped at once: a few lines."""


class DiedError(Exception):
    """The process ended here."""


class DyingLedger(AuditLedger):
    """A ledger whose process ends once events are filed, before it is said how far the journal was shipped."""

    async def file(
        self, journal: str, events: Sequence[Filing], before: Reached | None, reached: Reached
    ) -> bool:
        nowhere = Reached(-1, "", reached.at)
        assert not await super().file(journal, events, nowhere, reached)
        raise DiedError


def shipper(
    file: Path, engine: AsyncEngine, heard: list[Struct] | None = None, ledger: AuditLedger | None = None
) -> Shipper:
    return Shipper(file, ledger or AuditLedger(engine), (heard if heard is not None else []).append, PORTION)


async def append(file: Path, *events: AuditEvent) -> None:
    """Let a gateway that has just started write events."""
    await Journal(file, CHAIN).append(events)


async def filed(engine: AsyncEngine) -> list[str]:
    """The lines that stand in SQL, in order."""
    async with engine.connect() as connection:
        return sorted((await connection.execute(select(AUDIT_EVENT.c.line))).scalars())


def whole(file: Path) -> list[str]:
    """The whole events of a journal, in order, each once."""
    found = {}
    text = file.read_bytes() if file.exists() else b""
    for line in text.split(b"\n")[:-1]:
        try:
            found[msgspec.json.decode(line, type=AuditEvent).event_id] = line.decode()
        except (msgspec.MsgspecError, UnicodeDecodeError):
            continue
    return sorted(found.values())
