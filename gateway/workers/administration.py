"""What a parent tells on its own admin port: how many workers serve, and how often one was replaced."""

from collections.abc import Iterator
from typing import Final

import prometheus_client
from msgspec import Struct
from prometheus_client import CONTENT_TYPE_LATEST, CollectorRegistry, Counter, Metric, generate_latest
from prometheus_client.core import GaugeMetricFamily
from prometheus_client.registry import Collector
from starlette.applications import Starlette
from starlette.requests import Request
from starlette.responses import JSONResponse, Response
from starlette.routing import Route

from gateway.edge.responding import HEADERS
from gateway.reload.metrics import of_reloads
from gateway.workers.events import Why, WorkerDied, WorkerReplaced
from gateway.workers.parent import Parent

prometheus_client.disable_created_metrics()  # type: ignore[no-untyped-call]


class Restarts:
    """Counts what happens to workers, and reloads. `registry` is its own."""

    def __init__(self) -> None:
        self.registry: Final = CollectorRegistry()
        self._restarts = Counter(
            "worker_restarts", "Workers that another one came after", ["why"], registry=self.registry
        )
        for why in Why:
            self._restarts.labels(why.value)
        self._reloads = of_reloads(self.registry)

    def __call__(self, event: Struct) -> None:
        """Count an event."""
        if isinstance(event, WorkerDied):
            self._restarts.labels(Why.DIED.value).inc()
        elif isinstance(event, WorkerReplaced):
            self._restarts.labels(event.why.value).inc()
        elif (count := self._reloads.get(type(event))) is not None:
            count(event)


class Serving(Collector):
    """Tells how many workers serve at this moment."""

    def __init__(self, parent: Parent) -> None:
        self._parent = parent

    def collect(self) -> Iterator[Metric]:
        """Yield what is measured."""
        yield GaugeMetricFamily("workers_serving", "Workers that serve", self._parent.serving)


def administration(parent: Parent, restarts: Restarts) -> Starlette:
    """Return the application behind the admin port of a parent. It is ready while anybody serves, and is to go on."""
    restarts.registry.register(Serving(parent))

    async def metrics(_: Request) -> Response:
        told = generate_latest(restarts.registry)
        return Response(told, headers=HEADERS | {"content-type": CONTENT_TYPE_LATEST})

    async def live(_: Request) -> Response:
        return JSONResponse({"status": "live"}, headers=HEADERS)

    async def ready(_: Request) -> Response:
        good = parent.serving > 0 and not parent.leaving
        workers = {"serving": parent.serving, "wanted": parent.workers}
        body = {"status": "ready" if good else "not ready", "workers": workers}
        return JSONResponse(body, 200 if good else 503, headers=HEADERS)

    return Starlette(
        routes=[Route("/metrics", metrics), Route("/health/live", live), Route("/health/ready", ready)]
    )
