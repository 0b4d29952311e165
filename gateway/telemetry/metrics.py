"""What is counted, for Prometheus. Every label has a closed set of values, and none of them is anybody's."""

from collections.abc import Callable, Iterable, Mapping
from typing import Any, Final

import prometheus_client
from msgspec import Struct
from prometheus_client import CollectorRegistry, Counter, Gauge, Histogram, ProcessCollector

from cache import FlightShared, LookedUp, OfShared, StaleServed
from cache.events import PROCESS, SHARED
from gateway.edge.answered import (
    Admitted,
    Answered,
    ClientLeft,
    DocumentAnswered,
    HttpAnswered,
    Recorded,
    RecordingFailed,
)
from gateway.edge.events import EventsHeard
from gateway.edge.telephony import TelephonyHeard
from gateway.edge.traced import SpansLost
from gateway.overload.places import Queued, Shed
from gateway.rates.rates import RateLimited
from gateway.reload.metrics import of_reloads
from gateway.telemetry.answer_metrics import of_answers
from gateway.telemetry.bound import BoundCounter, BoundHistogram
from gateway.telemetry.document_metrics import of_documents
from gateway.telemetry.events import failures
from gateway.telemetry.level_metrics import of_shared_level
from gateway.telemetry.live_metrics import of_live
from resolvers.access import BROKEN, COMMAND, Verdict
from resolvers.admission import GlassBroken
from resolvers.commands.documents import ACTIONS as DOCUMENT_ACTIONS
from resolvers.commands.documents import SHOWN
from resolvers.commands.purge_cache import PURGE
from schema import PROBLEMS
from sources.batch import BatchSent
from sources.guard import BreakerChanged, BudgetSpent, Hedged, Retried, TurnedAway
from sources.source import SourceAsked, SubjectMismatch

ADHOC: Final = "adhoc"
"""What stands for an operation whose document nobody registered: its name is the caller's to choose, and no label."""

OTHER: Final = "other"
RULES: Final = frozenset(
    "scope purpose conflict-of-interest restriction-unknown free restricted restricted-listed"
    " unknown search look-up agreement browsing address".split()
) | {BROKEN, COMMAND, PURGE}
ACTIONS: Final = frozenset("view search deny break_glass".split()) | {
    SHOWN,
    PURGE,
    *DOCUMENT_ACTIONS.values(),
}
REASONS: Final = frozenset("refused reset connect reconnected credentials 429 502 503 504".split())
SOURCE_BUCKETS: Final = (0.005, 0.01, 0.025, 0.05, 0.1, 0.2, 0.3, 0.5, 0.8, 1.0, 2.0, 5.0)
REQUEST_BUCKETS: Final = (0.005, 0.01, 0.025, 0.05, 0.1, 0.2, 0.4, 0.8, 1.5, 3.0, 5.0, 10.0)
BATCH_BUCKETS: Final = (1, 2, 4, 8, 16, 24, 32)
WAIT_BUCKETS: Final = (0.0001, 0.0005, 0.001, 0.002, 0.003, 0.005, 0.01, 0.05)
QUEUE_BUCKETS: Final = (0.001, 0.0025, 0.005, 0.01, 0.02, 0.03, 0.05, 0.1)
APPEND_BUCKETS: Final = (0.001, 0.0025, 0.005, 0.01, 0.025, 0.05, 0.1, 0.25, 1.0)

prometheus_client.disable_created_metrics()  # type: ignore[no-untyped-call]


class Metrics:
    """Counts what it is told of. `registry` is its own, so that several gateways can live in one process."""

    def __init__(self) -> None:
        self.registry: Final = CollectorRegistry()
        ProcessCollector(registry=self.registry)
        self._at_the_door()
        self._below()
        self._on_record()
        self._tellers: Final[Mapping[type[Struct], Callable[[Any], None]]] = {
            HttpAnswered: self._http_answered,
            Admitted: lambda event: self._inflight.labels(event.caller.value.lower()).inc(),
            Answered: self._answered,
            ClientLeft: self._left,
            Shed: lambda event: self._shed.labels(event.kind.value, event.reason.value).inc(),
            Queued: lambda event: self._queue.observe(event.seconds),
            SourceAsked: self._asked,
            BatchSent: self._sent,
            Retried: lambda event: self._retries.labels(event.system, _known(event.reason, REASONS)).inc(),
            BudgetSpent: lambda event: self._exhausted.labels(event.system).inc(),
            BreakerChanged: lambda event: self._transitions.labels(event.system, event.to.value).inc(),
            TurnedAway: lambda event: self._turned_away[event.reason].labels(event.system).inc(),
            Hedged: lambda event: self._hedges.labels(event.system, "won" if event.won else "lost").inc(),
            SubjectMismatch: lambda event: self._strangers.inc(event.rows),
            GlassBroken: lambda _: self._glass.inc(),
            DocumentAnswered: self._document_answered,
            Recorded: self._recorded,
            RecordingFailed: lambda _: self._unrecorded.inc(),
            RateLimited: lambda event: self._limited.labels(event.kind.lower()).inc(),
            TelephonyHeard: lambda event: self._telephony.labels(event.outcome.value).inc(),
            EventsHeard: self._events_heard,
            SpansLost: lambda event: self._dropped.inc(event.spans),
            **self._of_the_cache(),
            **of_answers(self.registry),
            **of_documents(self.registry, ADHOC),
            **of_live(self.registry),
            **of_shared_level(self.registry),
            **of_reloads(self.registry),
        }

    def _of_the_cache(self) -> dict[type[Struct], Callable[[Any], None]]:
        return {
            LookedUp: self._looked_up,
            FlightShared: lambda event: self._shared.labels(event.level).inc(event.values),
            StaleServed: lambda event: self._stale.labels(event.system).inc(event.values),
        }

    def hears(self, kind: type[Struct]) -> bool:
        """Tell whether such events are counted."""
        return kind in self._tellers

    def __call__(self, event: Struct) -> None:
        """Count an event."""
        teller = self._tellers.get(type(event))
        if teller is not None:
            teller(event)

    def _at_the_door(self) -> None:
        self._http = self._counter("http_requests", "Requests over HTTP", "route", "method", "code")
        self._http_seconds = self._histogram(
            "http_request_seconds", "How long they took", REQUEST_BUCKETS, "route"
        )
        self._operations = self._counter(
            "graphql_operations", "Operations that began", "operation", "outcome"
        )
        self._rejected = self._counter(
            "graphql_rejected", "Requests for an operation that was not begun", "code"
        )
        self._shed = self._counter("shed", "Requests turned away before anything was done", "class", "reason")
        self._queue = self._histogram("queue_seconds", "How long those waited that had to", QUEUE_BUCKETS)
        self._departures = self._counter("client_disconnects", "Callers that left while they were worked for")
        self._wasted = self._counter("wasted_work_seconds", "Seconds of work that was given up for it")
        self._limited = self._counter("rate_limited", "Requests beyond their caller's rate", "client_class")
        self._telephony = self._counter("telephony_messages", "Messages of telephone systems", "outcome")
        self._events = self._counter("change_events", "Events that say what has changed", "outcome")
        self._documents = self._counter("documents", "Requests for a document", "outcome")
        self._inflight = Gauge(
            "inflight", "Operations under way, by the kind of caller", ["class"], registry=self.registry
        )
        self._overview_seconds = self._histogram(
            "overview_seconds", "How long operations took that worked out overviews", REQUEST_BUCKETS
        )
        self._overviews = self._counter("overview_completeness", "Overviews worked out", "state")

    def _below(self) -> None:
        self._requests = self._counter("source_requests", "Batches asked of a source", "source", "outcome")
        self._seconds = self._histogram("source_seconds", "How long they took", SOURCE_BUCKETS, "source")
        self._batch_keys = self._histogram(
            "source_batch_keys", "How many customers a batch was about", BATCH_BUCKETS, "source"
        )
        self._batch_wait = self._histogram(
            "source_batch_wait_seconds", "How long its first one waited", WAIT_BUCKETS, "source"
        )
        self._retries = self._counter("retries", "Calls made once more", "source", "reason")
        self._exhausted = self._counter(
            "retry_budget_exhausted", "Calls that were not made once more: too many were lately", "source"
        )
        self._transitions = self._counter("breaker_transitions", "Changes of a breaker", "source", "to")
        self._turned_away = {
            "open": self._counter("breaker_rejected", "Calls that an open breaker turned away", "source"),
            "bulkhead": self._counter("bulkhead_rejected", "Calls for which there was no place", "source"),
        }
        self._hedges = self._counter("hedges", "Calls that ran beside a slow one", "source", "result")
        self._lookups = self._counter("cache_requests", "Values looked up", "source", "level", "result")
        self._stale = self._counter("cache_served_stale", "Values served past their fresh limit", "source")
        self._shared = self._counter("singleflight_shared", "Values waited for, not fetched again", "level")
        self._strangers = self._counter("wrong_subject", "Records of somebody who was not asked about")

    def _on_record(self) -> None:
        self._decisions = self._counter("authz_decisions", "Decisions about a customer", "rule", "result")
        self._glass = self._counter("breakglass", "Glasses that were broken")
        self._actions = self._counter("audit_events", "Events put into the audit journal", "action")
        self._append = self._histogram(
            "audit_append_seconds", "How long putting them there took", APPEND_BUCKETS
        )
        self._unrecorded = self._counter("audit_errors", "Requests whose events could not be put there")
        self._dropped = self._counter("otel_dropped", "Spans that were dropped")

    def _counter(self, name: str, help: str, *labels: str) -> Counter:
        return BoundCounter(name, help, labels, registry=self.registry)

    def _histogram(self, name: str, help: str, buckets: tuple[float, ...], *labels: str) -> Histogram:
        return BoundHistogram(name, help, labels, buckets=buckets, registry=self.registry)

    def _http_answered(self, event: HttpAnswered) -> None:
        self._http.labels(event.route, event.method, str(event.status)).inc()
        self._http_seconds.labels(event.route).observe(event.seconds)

    def _answered(self, event: Answered) -> None:
        if event.caller is not None:
            self._inflight.labels(event.caller.value.lower()).dec()
        self._operations.labels(event.operation or ADHOC, event.outcome.value).inc()
        if not event.executed and event.code is not None:
            self._rejected.labels(_known(event.code, PROBLEMS)).inc()
        self._decided(event.decisions)
        for state in event.overviews:
            self._overviews.labels(state.value.lower()).inc()
        if event.overviews:
            self._overview_seconds.observe(event.seconds)

    def _left(self, event: ClientLeft) -> None:
        self._departures.inc()
        if event.stopped:
            self._wasted.inc(event.seconds)

    def _decided(self, decisions: Iterable[tuple[str, Verdict]]) -> None:
        for rule, verdict in decisions:
            self._decisions.labels(_known(rule, RULES), verdict.value.lower()).inc()

    def _document_answered(self, event: DocumentAnswered) -> None:
        outcome = event.outcome if event.outcome in {"ok", "left"} else _known(event.outcome, PROBLEMS)
        self._documents.labels(outcome.lower()).inc()
        self._decided(event.decisions)

    def _asked(self, event: SourceAsked) -> None:
        wrong = [name.removeprefix("source.") for name, _ in failures(event)]
        self._requests.labels(event.system, wrong[0] if wrong else "ok").inc()
        self._seconds.labels(event.system).observe(event.seconds)

    def _sent(self, event: BatchSent) -> None:
        self._batch_keys.labels(event.system).observe(event.keys)
        self._batch_wait.labels(event.system).observe(event.waited)

    def _looked_up(self, event: LookedUp) -> None:
        shared = event.shared or OfShared()
        hits, stale = event.hits - shared.hits, event.stale - shared.stale
        self._count(
            event.system, PROCESS, hit=hits, stale=stale, miss=event.misses + shared.hits + shared.stale
        )
        self._count(
            event.system,
            SHARED,
            hit=shared.hits,
            stale=shared.stale,
            miss=shared.misses,
            bypass=shared.bypassed,
        )

    def _count(self, system: str, level: str, **counts: int) -> None:
        for result, count in counts.items():
            if count:
                self._lookups.labels(system, level, result).inc(count)

    def _events_heard(self, event: EventsHeard) -> None:
        for outcome, count in event.counts.items():
            if count:
                self._events.labels(outcome).inc(count)

    def _recorded(self, event: Recorded) -> None:
        for action in event.actions:
            self._actions.labels(_known(action, ACTIONS)).inc()
        self._append.observe(event.seconds)


def _known(value: str, closed: Any) -> str:
    return value if value in closed else OTHER
