"""Putting decisions on record, and telling how that went."""

import time
from collections.abc import Sequence

from gateway.audit.event import AuditEvent
from gateway.audit.journal import AuditUnavailableError, Journal
from gateway.edge.answered import Recorded, RecordingFailed
from sources.source import Observer


async def record(journal: Journal, events: Sequence[AuditEvent], observe: Observer) -> None:
    """Return when the events are in the journal; raise `AuditUnavailableError`."""
    began = time.perf_counter()
    try:
        await journal.append(events)
    except AuditUnavailableError:
        observe(RecordingFailed())
        raise
    if events:
        observe(Recorded(tuple(event.action for event in events), time.perf_counter() - began))
