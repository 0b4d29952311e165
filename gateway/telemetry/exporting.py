"""The way of spans to the collector: a bounded queue and short time-outs, so that no request ever waits for it."""

import time
from collections.abc import Sequence
from threading import Thread
from typing import Final

import requests
from opentelemetry.context import Context
from opentelemetry.exporter.otlp.proto.http import Compression
from opentelemetry.exporter.otlp.proto.http.trace_exporter import OTLPSpanExporter
from opentelemetry.sdk.trace import ReadableSpan, Span, SpanProcessor
from opentelemetry.sdk.trace.export import BatchSpanProcessor, SpanExporter, SpanExportResult

from gateway.edge.traced import ExportFailed, SpansLost
from sources.source import Observer

QUEUE: Final = 2048
BATCH: Final = 256
EVERY_MS: Final = 1000
SECONDS: Final = 1.0
"""How long the collector may take to answer one batch."""
LAST_SECONDS: Final = 0.7
"""How long spans are still handed over when the gateway stops."""
STOP_SECONDS: Final = 1.7
"""How long the gateway waits for that at most, whatever the collector does."""


class Handing(SpanExporter):
    """Hands batches to the collector, and tells when it is away. Runs in the thread of the queue."""

    def __init__(self, endpoint: str, observe: Observer) -> None:
        session = requests.Session()
        session.trust_env = False  # no proxy, no password of the environment
        url = f"{endpoint.rstrip('/')}/v1/traces"
        self._collector = OTLPSpanExporter(
            endpoint=url, timeout=SECONDS, compression=Compression.Gzip, session=session
        )
        self._observe = observe
        self._failing = False
        self._until = float("inf")
        self.taken = 0

    def export(self, spans: Sequence[ReadableSpan]) -> SpanExportResult:
        """Hand over a batch; a failure loses it."""
        self.taken += len(spans)
        result, error = SpanExportResult.FAILURE, "stopped"
        if time.monotonic() < self._until:
            try:
                result, error = self._collector.export(spans), "refused"
            except Exception as raised:  # whatever it is, its thread goes on
                error = type(raised).__name__
        if result is not SpanExportResult.SUCCESS:
            self._observe(SpansLost(len(spans)))
            if not self._failing and error != "stopped":
                self._observe(ExportFailed(error))
        self._failing = result is not SpanExportResult.SUCCESS
        return result

    def stop_soon(self) -> None:
        """Hand nothing over any more once a moment has passed."""
        self._until = time.monotonic() + LAST_SECONDS

    def shutdown(self) -> None:
        """Let go of the connection."""
        self._collector.shutdown()  # type: ignore[no-untyped-call]


class Queue(SpanProcessor):
    """Keeps spans until they are handed over, so many at most; what is too much is dropped and counted."""

    def __init__(self, endpoint: str, observe: Observer) -> None:
        self._handing = Handing(endpoint, observe)
        self._inner = BatchSpanProcessor(
            self._handing,
            max_queue_size=QUEUE,
            schedule_delay_millis=EVERY_MS,
            max_export_batch_size=BATCH,
        )
        self._observe = observe
        self._given = 0

    def on_start(self, span: Span, parent_context: Context | None = None) -> None:
        """Do nothing: a span is told when it is over."""

    def on_end(self, span: ReadableSpan) -> None:
        """Take a span, or drop it."""
        if span.context is None or not span.context.trace_flags.sampled:
            return
        # each number is written by one thread alone
        if self._given - self._handing.taken >= QUEUE:
            self._observe(SpansLost(1))
            return
        self._given += 1
        self._inner.on_end(span)

    def shutdown(self) -> None:
        """Hand over what there is, for a moment, and stop; a collector that hangs is left behind."""
        self._handing.stop_soon()
        ending = Thread(target=self._inner.shutdown, daemon=True)
        ending.start()
        ending.join(STOP_SECONDS)

    def force_flush(self, timeout_millis: int = 30000) -> bool:
        """Do nothing: batches go by themselves."""
        return True
