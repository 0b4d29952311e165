"""Putting decisions on record, and telling how that went."""

import time
from collections.abc import Sequence

import msgspec

from gateway.audit.event import AuditEvent
from gateway.audit.journal import AuditUnavailableError, Journal
from gateway.edge.answered import Recorded, RecordingFailed
from gateway.engine import Operation
from resolvers.scope import Scope
from sources.source import Observer


async def record(journal: Journal, events: Sequence[AuditEvent], observe: Observer) -> None:
    """Return when the events are in the journal; raise `AuditUnavailableError`."""
    written = [msgspec.json.encode(event) for event in events]
    await record_written(journal, written, [event.action for event in events], observe)


async def record_written(
    journal: Journal, events: list[bytes], actions: Sequence[str], observe: Observer
) -> None:
    """Return when events that are written are in the journal, of so many actions; raise `AuditUnavailableError`."""
    began = time.perf_counter()
    try:
        await journal.append_written(events)
    except AuditUnavailableError:
        observe(RecordingFailed())
        raise
    if events:
        observe(Recorded(tuple(actions), time.perf_counter() - began))


def fingerprint_of(operation: Operation, scope: Scope) -> str:
    """Return what stands on record for the document of an operation.

    It is keyed: of a document that holds a number, a plain hash would give the number away to whoever tries all.
    """
    return scope.sealer.fingerprint("operation", operation.query.encode("utf-8", "surrogatepass"))
