"""What is counted of reloads."""

from collections.abc import Callable, Mapping
from typing import Any

from msgspec import Struct
from prometheus_client import CollectorRegistry, Counter

from gateway.reload.events import ConfigRejected, ConfigReloaded, Result


def of_reloads(registry: CollectorRegistry) -> Mapping[type[Struct], Callable[[Any], None]]:
    """Return what counts each event."""
    reloads = Counter("config_reload", "Reloads of the configuration", ["result"], registry=registry)
    for result in Result:
        reloads.labels(result.value)
    return {
        ConfigReloaded: lambda _: reloads.labels(Result.RELOADED.value).inc(),
        ConfigRejected: lambda _: reloads.labels(Result.REJECTED.value).inc(),
    }
