"""What is counted of documents: what they might cost, what they came to, and which of them go too far."""

from collections.abc import Callable, Mapping
from typing import Any, Final

from msgspec import Struct
from prometheus_client import CollectorRegistry

from gateway.engine.execution import Appraised, CostTold, HandedBack
from gateway.telemetry.bound import BoundCounter, BoundHistogram
from gateway.trusted.events import LeftOut, Looked, ManifestLoaded, ManifestRejected

COST_BUCKETS: Final = (1, 5, 10, 25, 50, 100, 250, 500, 1_000, 2_500, 5_000, 10_000)


def of_documents(registry: CollectorRegistry, adhoc: str) -> Mapping[type[Struct], Callable[[Any], None]]:
    """Return what counts each event; `adhoc` stands for the name of an operation that nobody registered."""
    cost = BoundHistogram(
        "graphql_cost",
        "What operations might cost, in objects",
        ["operation"],
        buckets=COST_BUCKETS,
        registry=registry,
    )
    objects = BoundHistogram(
        "graphql_answer_objects",
        "Objects in their answers",
        ["operation"],
        buckets=COST_BUCKETS,
        registry=registry,
    )
    excess = BoundCounter(
        "graphql_excess",
        "Documents that go further than they may, refused or not",
        ["code"],
        registry=registry,
    )

    handed_back = BoundCounter(
        "graphql_handed_back", "Values that compiled code left to the library", registry=registry
    )

    def appraised(event: Appraised) -> None:
        cost.labels(event.operation or adhoc).observe(event.cost)
        if event.excess is not None:
            excess.labels(event.excess).inc()

    return {
        Appraised: appraised,
        CostTold: lambda event: objects.labels(event.operation or adhoc).observe(event.objects),
        HandedBack: lambda event: handed_back.inc(event.values),
        **_of_manifests(registry),
    }


def _of_manifests(registry: CollectorRegistry) -> Mapping[type[Struct], Callable[[Any], None]]:
    looked = BoundCounter(
        "trusted_documents",
        "Documents looked for among those that are registered",
        ["result"],
        registry=registry,
    )
    manifests = BoundCounter("trusted_manifests", "Manifests read", ["result"], registry=registry)
    left_out = BoundCounter(
        "trusted_documents_left_out", "Documents of manifests that are not used", ["code"], registry=registry
    )
    return {
        Looked: lambda event: looked.labels(event.result.value).inc(),
        ManifestLoaded: lambda _: manifests.labels("loaded").inc(),
        ManifestRejected: lambda _: manifests.labels("rejected").inc(),
        LeftOut: lambda event: left_out.labels(event.code).inc(),
    }
