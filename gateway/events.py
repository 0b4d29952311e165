"""What happened, as an operator reads it: a name, how grave it is, and which of its fields stand in the line."""

from collections.abc import Mapping
from typing import Any, Final

import msgspec
from msgspec import Struct

from gateway.audit import AuditAvailable, AuditUnavailable
from gateway.audit_shipping import ShippingFailed, ShippingRestarted, ShippingResumed
from gateway.audit_stdout import LinesLost
from gateway.auth import JwksMissing, JwksStale
from gateway.engine.execution import Unforeseen
from sources.http.reading import AnswerUnreadable, BatchFailed, RecordsDropped
from sources.http.upstream import LedElsewhere
from sources.source import SourceAsked, SourceBroke, SubjectMismatch
from sources.words import Word


class Level(Word):
    """How grave an event is."""

    WARNING = "warning", "Something failed that fails now and then."
    ERROR = "error", "Somebody has to mend something."
    CRITICAL = "critical", "A security event."


class Line(Struct, frozen=True):
    """One line: the event's name, its level, and what is known of it. Never a CRN, a name or a token."""

    event: str
    level: Level
    told: Mapping[str, Any]


_NAMED: Final[Mapping[type[Struct], tuple[str, Level]]] = {
    SubjectMismatch: ("security.wrong_subject", Level.CRITICAL),
    LedElsewhere: ("security.led_elsewhere", Level.CRITICAL),
    AnswerUnreadable: ("source.unreadable", Level.ERROR),
    RecordsDropped: ("source.records_dropped", Level.ERROR),
    BatchFailed: ("source.batch_failed", Level.WARNING),
    SourceBroke: ("source.broke", Level.ERROR),
    JwksStale: ("auth.jwks_stale", Level.WARNING),
    JwksMissing: ("auth.jwks_missing", Level.ERROR),
    AuditUnavailable: ("audit.unavailable", Level.CRITICAL),
    AuditAvailable: ("audit.available", Level.WARNING),
    ShippingFailed: ("audit.shipping_failed", Level.ERROR),
    ShippingResumed: ("audit.shipping_resumed", Level.WARNING),
    ShippingRestarted: ("audit.shipping_restarted", Level.WARNING),
    LinesLost: ("audit.stdout_lost", Level.ERROR),
    Unforeseen: ("gateway.unforeseen", Level.ERROR),
}

_BY_CODE: Final = {
    "SOURCE_TIMEOUT": ("source.timeout", Level.WARNING),
    "SOURCE_UNAVAILABLE": ("source.unavailable", Level.WARNING),
    "SOURCE_BAD_DATA": ("source.bad_data", Level.ERROR),
    "SOURCE_WRONG_SUBJECT": ("source.wrong_subject", Level.CRITICAL),
}
_BY_REASON: Final = {
    ("SOURCE_TIMEOUT", "connect"): ("source.connect_timeout", Level.WARNING),
    ("SOURCE_UNAVAILABLE", "reset"): ("source.reset", Level.WARNING),
    ("SOURCE_UNAVAILABLE", "throttled"): ("source.throttled", Level.WARNING),
    ("SOURCE_UNAVAILABLE", "credentials"): ("source.auth_failed", Level.ERROR),
    ("SOURCE_UNAVAILABLE", "partial"): ("source.partial_batch", Level.WARNING),
    ("SOURCE_UNAVAILABLE", "status"): ("source.http_error", Level.WARNING),
    ("SOURCE_BAD_DATA", "oversize"): ("source.oversize", Level.ERROR),
}
"""Failures that have a name of their own, by their code and the first word of their reason."""


def lines(event: Struct) -> list[Line]:
    """Return the lines of an event; none for one that needs no eye."""
    if isinstance(event, SourceAsked):
        return [Line(*name, msgspec.structs.asdict(event)) for name in _failures(event)]
    named = _NAMED.get(type(event))
    return [Line(*named, msgspec.structs.asdict(event))] if named is not None else []


def _failures(event: SourceAsked) -> list[tuple[str, Level]]:
    """Return what went wrong, each thing once: by its reason where that has a name of its own, else by its code."""
    found: list[tuple[str, Level]] = []
    for code in event.faults:
        named = [
            _BY_REASON[key] for reason in event.reasons if (key := (code, reason.split(" ")[0])) in _BY_REASON
        ]
        found += named or [_BY_CODE[code]]
    return list(dict.fromkeys(found))
