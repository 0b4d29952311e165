"""What a gateway tells of itself beside its log: metrics and traces, each loaded only when a setting asks for it."""

from importlib import import_module
from typing import Any, Final

from msgspec import Struct

from gateway.edge.traced import Tracing, Untraced
from gateway.settings import Settings
from gateway.telemetry.telling import every
from sources.source import Observer

NAME: Final = "customer-overview-gateway"


class Telemetry(Struct, frozen=True):
    """`observe` is told of everything that happens. `metrics` is None where nobody asks for them."""

    observe: Observer
    tracing: Tracing
    metrics: Any


def open_telemetry(settings: Settings, log: Observer) -> Telemetry:
    """Return what the settings ask for; `log` is told when the collector of traces is away."""
    metrics: Any = None
    if settings.admin_port is not None:
        metrics = import_module("gateway.telemetry.metrics").Metrics()
    counted = every(log, *([metrics] if metrics is not None else []))
    tracing: Tracing = Untraced()
    if settings.otlp_endpoint is not None:
        tracing = import_module("gateway.telemetry.tracing").Traces(
            settings.otlp_endpoint, settings.trace_ratio, counted
        )
    return Telemetry(every(counted, tracing), tracing, metrics)
