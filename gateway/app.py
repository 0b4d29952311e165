"""The application: everything joined, from settings."""

from asyncio import timeout
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from hashlib import sha256
from typing import Any

from msgspec import Struct
from sqlalchemy import text
from sqlalchemy.ext.asyncio import AsyncEngine
from starlette.applications import Starlette
from starlette.exceptions import HTTPException
from starlette.requests import Request
from starlette.responses import Response
from starlette.routing import Route

from cache import CrnCache, Keys, MemoryStore
from gateway.audit import Journal
from gateway.audit_event import recorder
from gateway.audit_following import audit_followed
from gateway.auth import Authenticator, Bearers, Tokens, read_issuers
from gateway.chain import Chain
from gateway.edge import Endpoint
from gateway.edge.endpoint import Door, answered, refused
from gateway.edge.reading import PLAIN_JSON, request_id
from gateway.engine import Engine
from gateway.health import SourceHealth
from gateway.keyring import Keyring, KeyringSealer, open_keyring
from gateway.logs import Log, every
from gateway.policy_file import labels, policy
from gateway.settings import Profile, Settings, clock_of
from resolvers.caller import Caller, Purpose
from resolvers.loaders import Loaders, Neighbours, judge
from resolvers.policy import Labels, Policy, crn_scheme
from resolvers.scope import Scope
from resolvers.sealing import Sealer
from schema import build
from sources.assembly import Assembly, Surroundings, assemble
from sources.crn import CrnScheme
from sources.mix import read_mix
from sources.source import Clock, Observer
from sources.sql import check, for_reading, migrate, open_engine
from sources.window import Window

SHAPE = "1"
"""Of the records in the cache; a new one when a record changes so that a kept one cannot be read."""

READY_SECONDS = 1.0


class Gateway(Struct, frozen=True):
    """A gateway, joined but not yet listening."""

    settings: Settings
    clock: Clock
    policy: Policy
    labels: Labels
    scheme: CrnScheme
    engine: AsyncEngine
    keyring: Keyring
    sealer: Sealer
    journal: Journal
    health: SourceHealth
    observe: Observer
    assembly: Assembly
    neighbours: Neighbours
    authenticator: Authenticator

    async def close(self) -> None:
        """Let go of everything that it holds open."""
        await self.authenticator.close()
        await self.neighbours.cache.close()
        await self.assembly.close()
        await self.engine.dispose()

    def scope(
        self, number: str, caller: Caller, purpose: Purpose | None, interaction: str | None = None
    ) -> Scope:
        """Return the scope of one request, with its one `now`."""
        now = self.clock()
        most = self.settings.most_customers(caller.kind)
        return Scope(
            request_id=number,
            caller=caller,
            purpose=purpose,
            now=now,
            policy=self.policy,
            labels=self.labels,
            scheme=self.scheme,
            loaders=Loaders(self.neighbours, caller, purpose, now, most),
            sealer=self.sealer,
            source_states=lambda: self.health.states(self.neighbours.sources),
            interaction=interaction,
        )


def join(settings: Settings, log: Observer | None = None, clock: Clock | None = None) -> Gateway:
    """Return a gateway made from settings; `clock` stands in for the one that the settings ask for."""
    clock = clock or clock_of(settings)
    ruling = policy(settings.policy_file)
    health = SourceHealth(clock)
    observe = every(log or Log(), health)
    keyring = open_keyring(settings.keyring, make=not settings.production)
    engine = open_engine(settings.database)
    cache = CrnCache(MemoryStore(), Keys(keyring.subkey("cache"), settings.profile.value, SHAPE), judge)
    window = Window(ruling.reading.months, ruling.reading.items)
    around = Surroundings(engine, clock, observe, settings.source_seconds, window)
    assembly = assemble(read_mix(settings.sources), around)
    scheme = crn_scheme(ruling.crn, refuse_invented=settings.production)
    sealer = KeyringSealer(keyring)
    return Gateway(
        settings=settings,
        clock=clock,
        policy=ruling,
        labels=labels(settings.labels_file),
        scheme=scheme,
        engine=engine,
        keyring=keyring,
        sealer=sealer,
        journal=Journal(settings.journal, Chain(keyring), observe),
        health=health,
        observe=observe,
        assembly=assembly,
        neighbours=Neighbours(assembly.sources, assembly.directory, cache, clock, observe, assembly.finder),
        authenticator=Authenticator(
            Tokens(sealer, clock, personas=not settings.production),
            Bearers(read_issuers(settings.issuers_file), clock, scheme, observe),
        ),
    )


def application(gateway: Gateway) -> Starlette:
    """Return the application that serves a gateway whose database is ready (`prepare`)."""
    settings = gateway.settings
    schema = build(
        gateway.scheme, introspection=not settings.production, most_tokens=settings.document_tokens
    )
    door = Door(
        engine=Engine(schema, gateway.observe),
        observe=gateway.observe,
        authenticator=gateway.authenticator,
        journal=gateway.journal,
        recorder=recorder(gateway.keyring, sha256(schema.as_str().encode()).hexdigest()[:12]),
        scope=gateway.scope,
        usual_purpose=settings.purpose,
        most_bytes=settings.body_bytes,
    )

    @asynccontextmanager
    async def lifespan(_: Starlette) -> AsyncIterator[None]:
        async with audit_followed(gateway.journal, settings, gateway.engine, gateway.observe):
            yield
        await gateway.close()

    app = Starlette(
        routes=[
            Route("/graphql", Endpoint(door).answer, methods=["POST"]),
            Route("/health/live", _live),
            Route("/health/ready", _ready_of(gateway)),
        ],
        exception_handlers={404: _nothing_here, 405: _wrong_method, 500: _broken},
        lifespan=lifespan,
    )
    app.router.redirect_slashes = False  # an address that is not ours is answered like any other
    return app


async def prepare(profile: Profile, engine: AsyncEngine) -> None:
    """Make the database ready: the embedded profile migrates it, the others check it and raise `OldSchemaError`."""
    if profile is Profile.EMBEDDED:
        await migrate(engine)
    await check(engine)


async def _live(request: Request) -> Response:
    return answered({"status": "live"}, 200, request_id(request), PLAIN_JSON)


def _ready_of(gateway: Gateway) -> Any:
    async def ready(request: Request) -> Response:
        checks = {
            "database": await _database_answers(gateway.engine),
            "audit": await gateway.journal.works(),
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
