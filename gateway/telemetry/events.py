"""What happened, as an operator reads it: a name, how grave it is, and which of its fields stand in the line."""

from collections.abc import Mapping
from typing import Any, Final

from msgspec import Struct

from cache import StaleServed
from cache.events import FillSuperseded
from cache.fleet import FlightTakenOver
from cache.level_events import (
    EntryRejected,
    InvalidationGap,
    InvalidationsUntold,
    LevelChanged,
    LevelEmptied,
    WriteRefused,
)
from gateway.audit.journal import AuditAvailable, AuditUnavailable
from gateway.audit.shipping import ShippingFailed, ShippingRestarted, ShippingResumed
from gateway.audit.stdout import LinesLost
from gateway.auth import CredentialRefused, JwksMissing, JwksStale
from gateway.clocks import ClockSkew
from gateway.departure import ShutdownBegun, ShutdownDrained
from gateway.edge.answered import Answered, ClientLeft, DocumentAnswered, ViewNotKept
from gateway.edge.events import EventsHeard
from gateway.edge.sockets import HearingBack, HearingLost, LiveRejected, SlowConsumer
from gateway.edge.telephony import Heard, TelephonyHeard
from gateway.edge.traced import ExportFailed
from gateway.engine.execution import Unforeseen
from gateway.overload.files import FilesRunningOut
from gateway.overload.memory import MemorySoftLimit
from gateway.overload.places import Shed
from gateway.overload.watchdog import LoopBlocked
from gateway.rates.windows import RateStoreBack, RateStoreFailed
from gateway.reload.events import ConfigRejected, ConfigReloaded
from gateway.telemetry.levels import Level
from gateway.trusted.events import DocumentUnknown, LeftOut, ManifestLoaded, ManifestRejected
from gateway.workers.events import WorkerDied, WorkerKept, WorkerReady, WorkerReplaced, WorkerStuck
from resolvers.admission import ConflictOfInterest, GlassBroken, TooManyOpened
from sources.guard import BreakerChanged
from sources.http.reading import AnswerUnreadable, BatchFailed, RecordsDropped
from sources.http.upstream import LedElsewhere
from sources.source import SourceAsked, SourceBroke, SubjectMismatch


class Line(Struct, frozen=True):
    """One line: the event's name, its level, and what is known of it. Never a CRN, a name or a token."""

    event: str
    level: Level
    told: Mapping[str, Any]


class _Told(Struct, frozen=True):
    event: str
    level: Level
    fields: tuple[str, ...]


_NAMED: Final[Mapping[type[Struct], _Told]] = {
    Answered: _Told(
        "request",
        Level.INFO,
        ("request_id", "trace_id", "caller", "outcome", "code", "status", "seconds"),
    ),
    DocumentAnswered: _Told("document", Level.INFO, ("request_id", "caller", "outcome", "status")),
    ClientLeft: _Told("client.disconnected", Level.INFO, ("request_id", "stopped", "seconds")),
    Shed: _Told("overload.shed", Level.WARNING, ("kind", "reason", "waited", "passed_over")),
    LiveRejected: _Told("ws.rejected", Level.WARNING, ("protocol", "why", "passed_over")),
    HearingLost: _Told("ws.stale", Level.WARNING, ()),
    HearingBack: _Told("ws.fresh", Level.INFO, ()),
    SlowConsumer: _Told("ws.slow_consumer", Level.WARNING, ("protocol",)),
    LoopBlocked: _Told("loop.blocked", Level.ERROR, ("seconds", "function", "file", "line")),
    MemorySoftLimit: _Told("memory.soft_limit", Level.WARNING, ("stage", "mebibytes")),
    FilesRunningOut: _Told("fd.limit", Level.WARNING, ("open", "limit")),
    ClockSkew: _Told("clock.skew", Level.WARNING, ("against", "seconds")),
    ViewNotKept: _Told("document.view_not_kept", Level.WARNING, ("request_id", "code")),
    SubjectMismatch: _Told("security.wrong_subject", Level.CRITICAL, ("part", "system", "rows")),
    LedElsewhere: _Told("security.led_elsewhere", Level.CRITICAL, ("system", "by")),
    AnswerUnreadable: _Told("source.unreadable", Level.ERROR, ("part", "system", "where")),
    RecordsDropped: _Told(
        "source.records_dropped", Level.ERROR, ("part", "system", "path", "reason", "rows")
    ),
    BatchFailed: _Told("source.batch_failed", Level.WARNING, ("part", "system", "keys")),
    BreakerChanged: _Told("source.breaker", Level.WARNING, ("system", "to", "seconds")),
    SourceBroke: _Told("source.broke", Level.ERROR, ("part", "system", "error")),
    JwksStale: _Told("auth.jwks_stale", Level.WARNING, ("issuer", "code", "reason", "age_seconds")),
    JwksMissing: _Told("auth.jwks_missing", Level.ERROR, ("issuer", "code", "reason")),
    CredentialRefused: _Told("auth.refused", Level.WARNING, ("issuer", "reason", "passed_over")),
    TelephonyHeard: _Told("telephony.message", Level.WARNING, ("system", "outcome", "code")),
    EventsHeard: _Told("events.message", Level.WARNING, ("sender", "refused", "code")),
    RateStoreFailed: _Told("rate.store_failed", Level.WARNING, ("reason",)),
    RateStoreBack: _Told("rate.store_back", Level.WARNING, ()),
    ConflictOfInterest: _Told("security.conflict_of_interest", Level.CRITICAL, ("request_id",)),
    TooManyOpened: _Told("security.browsing", Level.CRITICAL, ("request_id",)),
    GlassBroken: _Told("security.break_glass", Level.CRITICAL, ("request_id",)),
    AuditUnavailable: _Told("audit.unavailable", Level.CRITICAL, ()),
    AuditAvailable: _Told("audit.available", Level.WARNING, ()),
    ShippingFailed: _Told("audit.shipping_failed", Level.ERROR, ("reason",)),
    ShippingResumed: _Told("audit.shipping_resumed", Level.WARNING, ()),
    ShippingRestarted: _Told("audit.shipping_restarted", Level.WARNING, ()),
    LinesLost: _Told("audit.stdout_lost", Level.ERROR, ("lines",)),
    ManifestLoaded: _Told("documents.loaded", Level.INFO, ("file", "documents", "left_out")),
    DocumentUnknown: _Told("documents.unknown", Level.WARNING, ("passed_over",)),
    ManifestRejected: _Told("documents.rejected", Level.ERROR, ("file", "reason")),
    LeftOut: _Told("documents.left_out", Level.ERROR, ("file", "operation", "code")),
    Unforeseen: _Told("gateway.unforeseen", Level.ERROR, ("request_id", "error", "frames")),
    StaleServed: _Told("cache.stale_served", Level.INFO, ("part", "system", "values", "age", "passed_over")),
    WriteRefused: _Told("cache.write_refused", Level.WARNING, ("reason", "passed_over")),
    FillSuperseded: _Told("cache.fill_superseded", Level.INFO, ("part", "system")),
    LevelEmptied: _Told("cache.cold", Level.WARNING, ()),
    InvalidationGap: _Told("invalidation.gap", Level.WARNING, ("expected", "seen")),
    InvalidationsUntold: _Told("invalidation.untold", Level.WARNING, ("count",)),
    FlightTakenOver: _Told("singleflight.takeover", Level.WARNING, ("part", "system", "values")),
    ExportFailed: _Told("telemetry.export_failed", Level.WARNING, ("error",)),
    ConfigReloaded: _Told("config.reloaded", Level.INFO, ("waits",)),
    ConfigRejected: _Told("config.rejected", Level.ERROR, ("reason",)),
    ShutdownBegun: _Told("shutdown.begin", Level.INFO, ("inflight",)),
    ShutdownDrained: _Told("shutdown.drained", Level.INFO, ("seconds", "inflight")),
    WorkerReady: _Told("worker.ready", Level.INFO, ("worker",)),
    WorkerDied: _Told(
        "worker.died", Level.ERROR, ("worker", "ready", "exit_code", "signal", "pause_seconds")
    ),
    WorkerStuck: _Told("worker.stuck", Level.ERROR, ("worker", "exit_code", "signal")),
    WorkerReplaced: _Told("worker.replaced", Level.INFO, ("worker", "why")),
    WorkerKept: _Told("worker.kept", Level.ERROR, ("worker", "why", "exit_code", "signal")),
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
    ("SOURCE_UNAVAILABLE", "tls"): ("source.tls_error", Level.ERROR),
    ("SOURCE_UNAVAILABLE", "open"): (
        "source.not_asked",
        Level.INFO,
    ),  # its breaker said so once, for all of them
    ("SOURCE_UNAVAILABLE", "bulkhead"): ("source.crowded", Level.WARNING),
    ("SOURCE_UNAVAILABLE", "throttled"): ("source.throttled", Level.WARNING),
    ("SOURCE_UNAVAILABLE", "credentials"): ("source.auth_failed", Level.ERROR),
    ("SOURCE_UNAVAILABLE", "partial"): ("source.partial_batch", Level.WARNING),
    ("SOURCE_UNAVAILABLE", "status"): ("source.http_error", Level.WARNING),
    ("SOURCE_BAD_DATA", "oversize"): ("source.oversize", Level.ERROR),
}
"""Failures that have a name of their own, by their code and the first word of their reason."""

_ASKED: Final = ("part", "system", "keys", "known", "faults", "seconds", "reasons")
FAILURES: Final = frozenset(name for name, _ in (*_BY_CODE.values(), *_BY_REASON.values()))
"""Every way in which asking a source can fail."""

_MAC: Final = _Told("security.cache_mac", Level.CRITICAL, ("part", "system"))
_SHAPE: Final = _Told("cache.schema_miss", Level.INFO, ("part", "system"))
_AWAY: Final = _Told("cache.unavailable", Level.WARNING, ("reason",))
_BACK: Final = _Told("cache.available", Level.WARNING, ())

FIELDS: Final[Mapping[str, tuple[str, ...]]] = (
    {told.event: told.fields for told in (*_NAMED.values(), _MAC, _SHAPE, _AWAY, _BACK)}
    | dict.fromkeys(FAILURES, _ASKED)
    | {"library": ("logger", "where", "text", "error", "frames")}
)
"""What may stand in the lines of each event, beside its name, its level and its time. Nothing else comes out."""


def lines(event: Struct) -> list[Line]:
    """Return the lines of an event; none for one that is worth none."""
    if isinstance(event, SourceAsked):
        return [Line(*name, _fields(event, _ASKED)) for name in failures(event)]
    if isinstance(event, TelephonyHeard) and not _is_trouble(event):
        return []
    if isinstance(event, EventsHeard) and (event.sender is None or not event.counts.get("refused")):
        return []
    told = _told(event)
    return [Line(told.event, told.level, _fields(event, told.fields))] if told is not None else []


def highest(kind: type[Struct]) -> Level | None:
    """Return the gravest level of what may be said of such events; None where they are worth no line, ever."""
    if kind in _SEVERAL:
        return Level.CRITICAL
    told = _NAMED.get(kind)
    return told.level if told is not None else None


_SEVERAL: Final = frozenset({SourceAsked, EntryRejected, LevelChanged})
"""Events whose line depends on what is in them."""


def _told(event: Struct) -> _Told | None:
    if isinstance(event, EntryRejected):
        return _MAC if event.reason == "mac" else _SHAPE
    if isinstance(event, LevelChanged):
        return _AWAY if event.bypassed else _BACK
    return _NAMED.get(type(event))


def failures(event: SourceAsked) -> list[tuple[str, Level]]:
    """Return what went wrong, each thing once: by its reason where that has a name of its own, else by its code."""
    found: list[tuple[str, Level]] = []
    for code in event.faults:
        named = [
            _BY_REASON[key] for reason in event.reasons if (key := (code, reason.split(" ")[0])) in _BY_REASON
        ]
        found += named or [_BY_CODE[code]]
    return list(dict.fromkeys(found))


def _is_trouble(event: TelephonyHeard) -> bool:
    """Tell whether somebody has to look after it. What nobody known signed is counted, and fills no log."""
    return event.outcome is Heard.FAILED or (event.outcome is Heard.REFUSED and event.system is not None)


def _fields(event: Struct, names: tuple[str, ...]) -> Mapping[str, Any]:
    told = {name: getattr(event, name) for name in names}
    return {name: value for name, value in told.items() if value is not None}
