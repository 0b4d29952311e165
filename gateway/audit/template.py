"""An event of the audit that is written but for what is its own each time: its id, its time, its request, its seal.

Whoever is told the same again, by the same decision, stands on record by the same event: only that is filled in.
"""

import time
from datetime import UTC, datetime
from typing import Final

import msgspec
from msgspec import Struct
from msgspec.structs import replace

from gateway.audit.event import AuditEvent, Recorder
from gateway.ids import new_id
from sources.crn import Crn

_NEVER: Final = datetime(9999, 12, 31, 23, 59, 59, 999_999, UTC)
"""A moment at which nothing happens: it marks the place of another."""
_NUMBER: Final = 9_111_111_111_111_111_111
"""Nanoseconds that no machine has run for: they mark the place of others."""


class Template(Struct, frozen=True):
    """An event about a customer. `pieces` are what stands before, between and behind what is filled in."""

    crn: Crn
    action: str
    pieces: tuple[bytes, ...]

    @property
    def bytes(self) -> int:
        """What it weighs."""
        return sum(map(len, self.pieces))


def template_of(event: AuditEvent, crn: Crn) -> Template | None:
    """Return the template of an event about a customer; None where it is none that can be filled in again."""
    if event.sealed is None:
        return None
    marks = [new_id() for _ in range(4)]  # drawn by chance: nobody can have them stand anywhere else
    number, request, seal, trace = marks
    told = replace(
        event, event_id=number, at=_NEVER, request_id=request, mono=_NUMBER, sealed=seal, trace_id=trace
    )
    rest, pieces = msgspec.json.encode(told), list[bytes]()
    for place in (
        number.encode(),
        msgspec.json.encode(_NEVER),
        request.encode(),
        b"%d" % _NUMBER,
        seal.encode(),
        b',"trace_id":"%s"' % trace.encode(),
    ):
        if rest.count(place) != 1:
            return None
        piece, rest = rest.split(place)
        pieces.append(piece)
    return Template(crn, event.action, (*pieces, rest))


def filled_in(
    template: Template, recorder: Recorder, at: datetime, request_id: str, trace_id: str | None
) -> bytes:
    """Return an event of a request, as it is written: it was decided at a moment."""
    event_id = new_id()
    sealed = recorder.sealed(template.crn, event_id) or ""
    before, until_at, until_request, until_mono, until_seal, until_trace, rest = template.pieces
    return b"".join(
        (
            before,
            event_id.encode(),
            until_at,
            msgspec.json.encode(at),
            until_request,
            request_id.encode(),
            until_mono,
            b"%d" % time.monotonic_ns(),
            until_seal,
            sealed.encode(),
            until_trace,
            b"" if trace_id is None else b',"trace_id":"%s"' % trace_id.encode(),
            rest,
        )
    )
