"""What is counted of the level of the cache that processes share, and of what is said to be out of date."""

from collections.abc import Callable, Mapping
from typing import Any, Final

from msgspec import Struct
from prometheus_client import CollectorRegistry, Gauge

from cache.events import FillSuperseded
from cache.level_events import (
    EntryRejected,
    InvalidationGap,
    InvalidationsHeard,
    LevelChanged,
    LevelFailed,
    WriteRefused,
)
from gateway.telemetry.bound import BoundCounter, BoundHistogram
from resolvers.outdated import Cause, Invalidated

LAG_BUCKETS: Final = (0.001, 0.0025, 0.005, 0.01, 0.025, 0.05, 0.1, 0.25, 1.0)


def of_shared_level(registry: CollectorRegistry) -> Mapping[type[Struct], Callable[[Any], None]]:
    """Return what counts each event."""

    def counter(name: str, help: str, *labels: str) -> BoundCounter:
        return BoundCounter(name, help, labels, registry=registry)

    rejected = counter(
        "cache_rejected", "Entries that were not used: forged, moved, or of another shape", "reason"
    )
    refused = counter("cache_write_errors", "Writes that the shared level did not take", "reason")
    superseded = counter("cache_fill_superseded", "Values not kept: invalidated while they were fetched")
    bypassed = Gauge("cache_bypass", "1 while the shared level is left alone", registry=registry)
    failed = counter("cache_errors", "Times that it did not answer", "reason")
    return {
        EntryRejected: lambda event: rejected.labels(event.reason).inc(),
        WriteRefused: lambda event: refused.labels(event.reason).inc(),
        FillSuperseded: lambda _: superseded.inc(),
        LevelChanged: lambda event: bypassed.set(event.bypassed),
        LevelFailed: lambda event: failed.labels(event.reason).inc(),
        **_of_invalidations(registry),
    }


def _of_invalidations(registry: CollectorRegistry) -> Mapping[type[Struct], Callable[[Any], None]]:
    told = BoundCounter(
        "invalidations",
        "Times that something kept was said to be out of date",
        ["cause"],
        registry=registry,
    )
    gaps = BoundCounter("invalidation_gaps", "Times that invalidations were missed", registry=registry)
    lag = BoundHistogram(
        "invalidation_lag_seconds",
        "How long after being told they were heard",
        buckets=LAG_BUCKETS,
        registry=registry,
    )

    def heard(event: InvalidationsHeard) -> None:
        told.labels(Cause.STREAM.value).inc(event.count)
        lag.observe(event.lag)

    return {
        InvalidationGap: lambda _: gaps.inc(),
        Invalidated: lambda event: told.labels(event.cause.value).inc(),
        InvalidationsHeard: heard,
    }
