"""What a gateway tells of itself beside its log: metrics and traces, each loaded only when a setting asks for it."""

from asyncio import open_connection, timeout
from importlib import import_module
from typing import Any, Final
from urllib.parse import urlsplit

from msgspec import Struct

from gateway.doctor.finding import Finding, Light
from gateway.edge.traced import Tracing, Untraced
from gateway.settings import Settings
from gateway.telemetry.logs import every
from sources.source import Observer

NAME: Final = "customer-overview-gateway"
REACH_SECONDS: Final = 1.0


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


async def look(endpoint: str) -> Finding:
    """Return whether somebody listens where traces go."""
    what = "collector of traces"
    if await _takes_connections(endpoint):
        return Finding(what, Light.GREEN, "it takes connections")
    mend = "Requests do not notice, but traces are lost: look at the collector, or correct OVERVIEW_OTLP_ENDPOINT."
    return Finding(what, Light.AMBER, "nobody answers", mend)


async def _takes_connections(endpoint: str) -> bool:
    url = urlsplit(endpoint)
    port = url.port or (443 if url.scheme == "https" else 80)
    try:
        async with timeout(REACH_SECONDS):
            _, writer = await open_connection(url.hostname, port)
    except OSError:  # a time-out is one
        return False
    writer.close()
    return True
