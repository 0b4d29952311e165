"""What whoever runs the gateway asks it, on a port of its own: metrics and health. Nothing of a customer is in it."""

from prometheus_client import CONTENT_TYPE_LATEST, generate_latest
from starlette.applications import Starlette
from starlette.requests import Request
from starlette.responses import Response
from starlette.routing import Route

from gateway.app import live_of, ready_of
from gateway.edge.responding import HEADERS
from gateway.joined import Gateway
from gateway.telemetry.standing import Standing


def administration(gateway: Gateway) -> Starlette:
    """Return the application behind the admin port of a gateway that has metrics."""
    registry = gateway.telemetry.metrics.registry
    registry.register(Standing(gateway))

    async def metrics(_: Request) -> Response:
        return Response(generate_latest(registry), headers=HEADERS | {"content-type": CONTENT_TYPE_LATEST})

    return Starlette(
        routes=[
            Route("/metrics", metrics),
            Route("/health/live", live_of(gateway)),
            Route("/health/ready", ready_of(gateway)),
        ]
    )
