"""Traces by OpenTelemetry: the operation, and under it each look into the cache, each batch of a source, each call.

Spans are made of the events that there are anyway, when they are over: nothing below knows of it. No span holds a
document, a variable, an address with a number in it, or the words of an exception. Loaded only for a collector.
"""

import logging
import re
import time
from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from importlib.metadata import version
from typing import Any, Final

from msgspec import Struct
from opentelemetry.context import Context
from opentelemetry.sdk.resources import Resource
from opentelemetry.sdk.trace import TracerProvider
from opentelemetry.sdk.trace.sampling import ParentBased, TraceIdRatioBased
from opentelemetry.trace import (
    Span,
    SpanKind,
    Status,
    StatusCode,
    format_trace_id,
    get_current_span,
    use_span,
)
from opentelemetry.trace.propagation.tracecontext import TraceContextTextMapPropagator

from cache import FlightShared, LookedUp
from gateway.edge.answered import Answered, Outcome
from gateway.telemetry.events import failures
from gateway.telemetry.exporting import Queue
from gateway.telemetry.opening import NAME
from sources.batch import BatchShared
from sources.http.calls import Called
from sources.source import Observer, SourceAsked

_PARENT: Final = re.compile(r"[0-9a-f]{2}(-[0-9a-f]{32})(-[0-9a-f]{16})-[0-9a-f]{2}")
_W3C: Final = TraceContextTextMapPropagator()
_FAILED: Final = Status(StatusCode.ERROR)


class Operation:
    """The span of one operation."""

    def __init__(self, span: Span) -> None:
        self._span = span

    def tell(self, answered: Answered, kind: str | None) -> None:
        """Say how it ended, and whether it was a query or a mutation."""
        if not self._span.is_recording():
            return
        told = {
            "http.response.status_code": answered.status,
            "overview.outcome": answered.outcome.value,
            "overview.caller": answered.caller.value if answered.caller is not None else None,
            "overview.code": answered.code,
            "graphql.operation.type": kind,
        }
        self._span.set_attributes({key: value for key, value in told.items() if value is not None})
        if answered.outcome is Outcome.FAILED:
            self._span.set_status(_FAILED)


class Traces:
    """Keeps a share `ratio` of the traces that begin here, and every one that its caller keeps."""

    def __init__(self, endpoint: str, ratio: float, observe: Observer) -> None:
        # of a collector that is away, the one event is enough
        logging.getLogger("opentelemetry.exporter").setLevel(logging.CRITICAL)
        self._provider = TracerProvider(
            sampler=ParentBased(TraceIdRatioBased(ratio)),
            resource=Resource({"service.name": NAME, "service.version": version(NAME)}),
            shutdown_on_exit=False,
        )
        self._provider.add_span_processor(Queue(endpoint, observe))
        self._tracer = self._provider.get_tracer(NAME)

    @contextmanager
    def request(self, traceparent: str | None) -> Iterator[Operation]:
        """Run a request in a span of its own, under its caller's where that is well said."""
        span = self._tracer.start_span(
            "POST /graphql",
            context=_context(traceparent),
            kind=SpanKind.SERVER,
            attributes={"http.request.method": "POST", "http.route": "/graphql"},
        )
        try:
            with use_span(span, record_exception=False, set_status_on_exception=False):
                yield Operation(span)
        finally:
            span.end()

    def trace_id(self) -> str | None:
        """Return the id of the trace at hand."""
        context = get_current_span().get_span_context()
        return format_trace_id(context.trace_id) if context.is_valid else None

    def headers(self) -> Mapping[str, str]:
        """Return the `traceparent` of the trace at hand."""
        carried: dict[str, str] = {}
        _W3C.inject(carried)
        return carried

    def __call__(self, event: Struct) -> None:
        """Make a span of an event that tells of a step which is over."""
        if not get_current_span().get_span_context().trace_flags.sampled:
            return
        match event:
            case SourceAsked():
                wrong = [name for name, _ in failures(event)]
                told = {
                    "overview.keys": event.keys,
                    "overview.known": event.known,
                    "overview.failures": wrong,
                }
                self._step(f"ask {event.part}", event.seconds, _place(event) | told, failed=bool(wrong))
            case LookedUp():
                counts = {"hits": event.hits, "stale": event.stale, "misses": event.misses}
                told = {f"overview.cache.{name}": count for name, count in counts.items()}
                self._step(f"look up {event.part}", event.seconds, _place(event) | told)
            case FlightShared():
                self._step(f"wait for {event.part}", 0.0, _place(event) | {"overview.keys": event.values})
            case BatchShared():
                told = {"overview.keys": event.keys}
                self._step(f"share {event.part}", event.seconds, _place(event) | told)
            case Called():
                self._call(event)

    def close(self) -> None:
        """Hand over what is left, for a second or two, and stop."""
        self._provider.shutdown()

    def _call(self, event: Called) -> None:
        told: dict[str, Any] = {"http.request.method": event.method, "overview.system": event.system}
        if event.status is not None:
            told["http.response.status_code"] = event.status
        if event.code is not None:
            told["error.type"] = event.code
        failed = event.status is None or event.status >= 400
        self._step(f"{event.method} {event.system}", event.seconds, told, SpanKind.CLIENT, failed=failed)

    def _step(
        self,
        name: str,
        seconds: float,
        told: Mapping[str, Any],
        kind: SpanKind = SpanKind.INTERNAL,
        *,
        failed: bool = False,
    ) -> None:
        end = time.time_ns()
        span = self._tracer.start_span(name, kind=kind, attributes=told, start_time=end - int(seconds * 1e9))
        if failed:
            span.set_status(_FAILED)
        span.end(end)


def _place(event: SourceAsked | LookedUp | FlightShared | BatchShared) -> dict[str, Any]:
    return {"overview.part": event.part, "overview.system": event.system}


def _context(traceparent: str | None) -> Context:
    """Return the context of a caller's span. Of what else a caller says of its trace, nothing is taken."""
    good = traceparent is not None and _PARENT.fullmatch(traceparent)
    return _W3C.extract({"traceparent": traceparent} if good else {}, Context())
