"""What is counted of sockets and streams."""

from collections.abc import Callable, Mapping
from typing import Any

from msgspec import Struct
from prometheus_client import CollectorRegistry, Counter, Gauge

from gateway.edge.sockets import (
    PROTOCOLS,
    AnswerDropped,
    Connected,
    Followed,
    HearingBack,
    HearingLost,
    LiveExecuted,
    LiveRejected,
    SlowConsumer,
)


def of_live(registry: CollectorRegistry) -> Mapping[type[Struct], Callable[[Any], None]]:
    """Return what counts each event."""
    connections = Gauge(
        "ws_connections", "Sockets and streams that are open", ["protocol"], registry=registry
    )
    for protocol in PROTOCOLS:
        connections.labels(protocol)
    subscriptions = Gauge("ws_subscriptions", "Subscriptions that are open", registry=registry)
    executions = Counter("live_executions", "Executions of what is followed", registry=registry)
    dropped = Counter(
        "ws_dropped",
        "Answers that were not sent: a newer one came, or a reader was let go",
        registry=registry,
    )
    stale = Gauge("ws_stale", "Whether what followers were told may be old", registry=registry)
    rejected = Counter("ws_rejected", "Sockets and streams that were not begun", ["why"], registry=registry)
    return {
        Connected: lambda event: connections.labels(event.protocol).inc(event.change),
        Followed: lambda event: subscriptions.inc(event.change),
        LiveExecuted: lambda _: executions.inc(),
        AnswerDropped: lambda _: dropped.inc(),
        HearingLost: lambda _: stale.set(1),
        HearingBack: lambda _: stale.set(0),
        SlowConsumer: lambda _: dropped.inc(),
        LiveRejected: lambda event: rejected.labels(event.why.value).inc(),
    }
