"""What whoever runs the gateway asks it, on a port of its own: metrics and health. Nothing of a customer is in it."""

import asyncio
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager, suppress

from prometheus_client import CONTENT_TYPE_LATEST, generate_latest
from starlette.applications import Starlette
from starlette.requests import Request
from starlette.responses import Response
from starlette.routing import Route

from gateway.app import live, ready_of
from gateway.edge.endpoint import HEADERS
from gateway.joined import Gateway
from gateway.telemetry.standing import Lag, Standing


def administration(gateway: Gateway) -> Starlette:
    """Return the application behind the admin port of a gateway that has metrics."""
    lag, registry = Lag(), gateway.telemetry.metrics.registry
    registry.register(Standing(gateway, lag))

    async def metrics(_: Request) -> Response:
        return Response(generate_latest(registry), headers=HEADERS | {"content-type": CONTENT_TYPE_LATEST})

    @asynccontextmanager
    async def lifespan(_: Starlette) -> AsyncIterator[None]:
        watching = asyncio.create_task(lag.watch())
        yield
        watching.cancel()
        with suppress(asyncio.CancelledError):
            await watching

    return Starlette(
        routes=[
            Route("/metrics", metrics),
            Route("/health/live", live),
            Route("/health/ready", ready_of(gateway)),
        ],
        lifespan=lifespan,
    )
