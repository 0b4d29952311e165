"""The application that serves a gateway: its addresses, and what it answers where nothing else does."""

from asyncio import timeout
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from typing import Any

from msgspec.structs import replace
from sqlalchemy import text
from sqlalchemy.ext.asyncio import AsyncEngine
from starlette.applications import Starlette
from starlette.exceptions import HTTPException
from starlette.middleware import Middleware
from starlette.requests import Request
from starlette.responses import Response
from starlette.routing import BaseRoute, Route, WebSocketRoute

from gateway.audit.following import audit_followed
from gateway.changes.senders import read_senders
from gateway.contracts import views
from gateway.edge import Endpoint
from gateway.edge.documents import ROUTE, Counter, Documents
from gateway.edge.endpoint import Door, Stream
from gateway.edge.events import Events
from gateway.edge.front import Answering as Doorway
from gateway.edge.front import Front
from gateway.edge.reading import PLAIN_JSON, request_id
from gateway.edge.repeats import Ground, Repeats
from gateway.edge.responding import answered, refused
from gateway.edge.seen import Watch
from gateway.edge.telephony import Telephony
from gateway.edge.timing import Timing
from gateway.engine import Engine
from gateway.engine.answering import answering_of
from gateway.explorer import explorer_routes
from gateway.graph import executor_of, schema_of
from gateway.joined import Gateway
from gateway.live import Live, Sockets, Streams, Topics
from gateway.overload.pace import Pace
from gateway.overload.pacing import paced
from gateway.settings import Profile
from gateway.trusted.checking import Checker
from gateway.trusted.mode import Mode
from gateway.trusted.registrations import Registrations
from gateway.trusted.resolving import Resolver
from gateway.trusted.shelf import Shelf
from schema.build import Silent
from sources.sql import for_reading

READY_SECONDS = 1.0


def application(gateway: Gateway, schema: Silent | None = None) -> Starlette:
    """Return the application that serves a gateway whose database is ready: its own graph, or that of a `schema`."""
    settings, door = gateway.settings, _door(gateway, schema)

    @asynccontextmanager
    async def lifespan(_: Starlette) -> AsyncIterator[None]:
        gateway.shared.start()
        async with (
            gateway.watchdog.watching(),
            door.resolver.shelf.watching(),
            live.hearing.watching(),
            paced(gateway.limits.places, Pace(settings.places, settings.places_late_seconds)),
            audit_followed(gateway.journal, settings, gateway.engine, gateway.observe),
        ):
            yield
            await live.close()
        await gateway.close()

    live = _live(gateway, door)
    routes = _routes(gateway, door, live)
    app = Starlette(
        routes=routes,
        middleware=_around(gateway, routes),
        exception_handlers={404: _nothing_here, 405: _wrong_method, 500: _broken},
        lifespan=lifespan,
    )
    app.router.redirect_slashes = False  # an address that is not ours is answered like any other
    app.state.live, app.state.departure = live, gateway.departure
    return app


def _door(gateway: Gateway, schema: Silent | None) -> Door:
    settings = gateway.settings
    engine = _engine_of(gateway, schema or schema_of(settings, gateway.scheme))
    answering = answering_of(settings, gateway.observe)
    return Door(
        engine=engine,
        answering=answering,
        observe=gateway.observe,
        authenticator=gateway.authenticator,
        record=gateway.record,
        scope=gateway.scope,
        usual_purpose=settings.purpose,
        most_bytes=settings.body_bytes,
        watch=Watch(gateway.observe, gateway.telemetry.tracing),
        limits=gateway.limits,
        resolver=_resolver(gateway, engine),
        any_by_address=settings.profile is Profile.DEVELOPMENT,
        repeats=Repeats(answering, engine, ground_of(gateway)),
    )


def ground_of(gateway: Gateway) -> Ground:
    """Return what a request that is known by its bytes is answered on."""
    return Ground(
        neighbours=gateway.neighbours,
        ruling=gateway.ruling,
        recorder=gateway.recorder,
        journal=gateway.journal,
        clock=gateway.clock,
        trace_id=gateway.telemetry.tracing.trace_id,
        observe=gateway.observe,
    )


def _around(gateway: Gateway, routes: list[BaseRoute]) -> list[Middleware]:
    known = frozenset(str(getattr(route, "path", "")) for route in routes)
    return [
        Middleware(Timing, observe=gateway.observe, routes=known),
        Middleware(
            Front, origins=gateway.settings.allowed_origins, observe=gateway.observe, doors=_doors(routes)
        ),
    ]


def _engine_of(gateway: Gateway, schema: Silent) -> Engine:
    settings = gateway.settings
    return Engine(
        schema,
        gateway.observe,
        introspects=not settings.production,
        most_tokens=settings.document_tokens,
        enforcement=settings.document_limits,
        most_bytes=settings.answer_bytes,
    )


def _contracts(gateway: Gateway, door: Door) -> list[BaseRoute]:
    """Return the routes of the contracts: each is a door with another schema, and follows nothing."""
    settings = gateway.settings
    found = views(
        settings.contracts_file,
        gateway.scheme,
        introspection=not settings.production,
        executor=executor_of(settings),
    )
    engines = {name: _engine_of(gateway, view) for name, view in found.items()}
    doors = {
        name: replace(door, engine=engine, repeats=Repeats(door.answering, engine, ground_of(gateway)))
        for name, engine in engines.items()
    }
    return [_asking(gateway, f"/graphql/{name}", one) for name, one in doors.items()]


def _live(gateway: Gateway, door: Door) -> Live:
    """Return what sockets and streams share, told of everything that may change an answer."""
    live = Live(door, gateway.settings, Topics(gateway.neighbours.cache), gateway.clock)
    gateway.calls.listen(live.topics.rang)
    gateway.health.listen(live.changed_health)
    return live


def _resolver(gateway: Gateway, engine: Engine) -> Resolver:
    """Return what finds documents. A text is registered as it is sent where developers are alone with themselves."""
    settings = gateway.settings
    shelf = Shelf(settings.documents_folder, Checker(engine.appraiser), gateway.observe)
    shelf.look()
    registers = settings.profile is Profile.DEVELOPMENT and settings.documents is not Mode.ENFORCE
    return Resolver(shelf, settings.documents, gateway.observe, Registrations() if registers else None)


def _routes(gateway: Gateway, door: Door, live: Live) -> list[BaseRoute]:
    telephony = Telephony(gateway.calls, gateway.scheme, gateway.limits, gateway.clock, gateway.observe)
    return [
        *(() if gateway.settings.production else explorer_routes("/graphql")),
        _asking(gateway, "/graphql", door, Streams(live).begin),
        *_contracts(gateway, door),
        WebSocketRoute("/graphql", Sockets(live).answer),
        *([Route("/telephony", telephony.answer, methods=["POST"])] if gateway.calls.systems else []),
        *_changes(gateway),
        _fetching(gateway),
        Route("/health/live", live_of(gateway)),
        Route("/health/ready", ready_of(gateway)),
    ]


def _doors(routes: list[BaseRoute]) -> dict[str, Doorway]:
    """Return what answers operations, by its address: most requests are for them."""
    asking = (one for one in routes if isinstance(one, Asking))
    return {one.path: one.endpoint for one in asking}


class Asking(Route):
    """A route of operations."""


def _asking(gateway: Gateway, path: str, door: Door, stream: Stream | None = None) -> Asking:
    """Return a route of operations. By GET come queries that are registered; in development any."""
    route = Asking(path, Endpoint(door, stream).answer)
    by_get = door.any_by_address or gateway.settings.documents_folder is not None
    route.methods = {"POST", "GET"} if by_get else {"POST"}
    return route


def _changes(gateway: Gateway) -> list[Route]:
    """Return the route of what systems say has changed, none where nobody may say so."""
    senders = read_senders(gateway.settings.events_file, gateway.invalidator.systems)
    events = Events(
        senders,
        gateway.invalidator,
        gateway.scheme,
        gateway.limits,
        gateway.clock,
        gateway.observe,
    )
    return [Route("/events", events.answer, methods=["POST"])] if senders else []


def _fetching(gateway: Gateway) -> Route:
    """Return the route of documents. It has no HEAD: a look is a look, whatever its reader wants of it."""
    counter = Counter(
        observe=gateway.observe,
        authenticator=gateway.authenticator,
        record=gateway.record,
        scope=gateway.scope,
        limits=gateway.limits,
        sealer=gateway.sealer,
        views=gateway.views,
        clock=gateway.clock,
    )
    route = Route(ROUTE, Documents(counter).answer)
    route.methods = {"GET"}
    return route


def live_of(gateway: Gateway) -> Any:
    """Return what answers whether the process is alive: not when its event loop stood still for long, lately."""

    async def live(request: Request) -> Response:
        good = gateway.watchdog.is_live
        body = {"status": "live" if good else "not live"}
        return answered(body, 200 if good else 503, request_id(request), PLAIN_JSON)

    return live


def ready_of(gateway: Gateway) -> Any:
    """Return what answers whether a gateway is ready."""

    async def ready(request: Request) -> Response:
        checks = {
            "database": await _database_answers(gateway.engine),
            "audit": await gateway.journal.works(),
            "load": not gateway.limits.places.shedding,
            "loop": gateway.watchdog.is_ready,
            "staying": not gateway.departure.begun,
        }
        good = all(checks.values())
        status = {name: "ok" if fine else "failing" for name, fine in checks.items()}
        body = {"status": "ready" if good else "not ready", "checks": status}
        return answered(body, 200 if good else 503, request_id(request), PLAIN_JSON)

    return ready


async def _database_answers(engine: AsyncEngine) -> bool:
    try:
        async with timeout(READY_SECONDS), for_reading(engine).connect() as connection:
            await connection.execute(text("SELECT 1"))
    except Exception:  # whichever driver it is, and whatever it says: the database does not answer
        return False
    return True


async def _nothing_here(request: Request, _: Exception) -> Response:
    return refused("NOT_FOUND", request_id(request), PLAIN_JSON)


async def _wrong_method(request: Request, error: Exception) -> Response:
    more = error.headers if isinstance(error, HTTPException) else None  # what the address does allow
    return refused("METHOD_NOT_ALLOWED", request_id(request), PLAIN_JSON, more=more)


async def _broken(request: Request, _: Exception) -> Response:
    return refused("INTERNAL", request_id(request), PLAIN_JSON)
