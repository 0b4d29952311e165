"""A gateway joined from its settings: everything that serves, checks and commands work with."""

import time
from asyncio import to_thread
from collections.abc import Callable
from datetime import datetime, timedelta
from typing import Any, TypeAlias

from msgspec import Struct
from sqlalchemy.ext.asyncio import AsyncEngine

from cache import CrnCache, Keys
from cache.pieces import Pieces
from gateway.audit.chain import Chain
from gateway.audit.event import Recorder, recorder
from gateway.audit.journal import AuditUnavailableError, Journal
from gateway.auth import ApiKeys, Authenticator, Bearers, Tokens, read_issuers
from gateway.auth.api_keys import USE
from gateway.clocks import Clocks, clock_of, clocks_of
from gateway.departure import Departure
from gateway.edge.limiting import Attempts, Limits
from gateway.edge.recording import record
from gateway.grants import SealedGrants
from gateway.health import SourceHealth
from gateway.keyring import Keyring, KeyringSealer, open_keyring
from gateway.overload.admission import Admission, shares
from gateway.overload.memory import Memory
from gateway.overload.places import Places
from gateway.overload.watchdog import Watchdog
from gateway.rates.rates import SHAPE as SHAPE_OF_WINDOWS
from gateway.rates.rates import Rates
from gateway.rules import Ruling, read_rules
from gateway.settings import Settings
from gateway.shared import Shared, open_shared
from gateway.sharing import redis_of, windows_of
from gateway.telemetry.logs import open_log
from gateway.telemetry.opening import Telemetry, open_telemetry
from gateway.telemetry.sampling import Sampled
from gateway.telemetry.telling import every
from gateway.telephony.calls import Calls
from gateway.telephony.systems import read_systems
from gateway.views import HiddenViews
from gateway.watching import memory_of, watchdog_of
from resolvers.admission import standing
from resolvers.asking import Asking
from resolvers.caller import Caller, CallerKind, Purpose
from resolvers.loaders import Loaders
from resolvers.neighbours import Neighbours, judge
from resolvers.outdated import Invalidator
from resolvers.policy import Policy, crn_scheme
from resolvers.recency import local_day
from resolvers.refusal import Refusal
from resolvers.scope import Scope, batched
from resolvers.sealing import Sealer
from resolvers.viewing import has_opened
from sources.assembly import Assembly, DocumentLimits, Surroundings, assemble
from sources.coalescing import Coalescing
from sources.crn import CrnScheme
from sources.ledger import CallStore, GrantStore, KeyStore, ViewStore
from sources.mix import read_mix
from sources.source import Clock, Observer
from sources.sql import open_engine
from sources.window import Window

Seconds: TypeAlias = Callable[[], float]


class Gateway(Struct, frozen=True):
    """A gateway, joined but not yet listening."""

    settings: Settings
    clock: Clock
    ruling: Ruling
    scheme: CrnScheme
    engine: AsyncEngine
    keyring: Keyring
    sealer: Sealer
    journal: Journal
    recorder: Recorder
    health: SourceHealth
    observe: Observer
    telemetry: Telemetry
    assembly: Assembly
    neighbours: Neighbours
    authenticator: Authenticator
    views: HiddenViews
    limits: Limits
    calls: Calls
    redis: Any
    shared: Shared
    watchdog: Watchdog
    clocks: Clocks
    departure: Departure

    async def close(self) -> None:
        """Let go of everything that it holds open."""
        await self.authenticator.close()
        await self.limits.rates.close()
        if self.redis is not None:
            await self.redis.aclose()
        await self.neighbours.cache.close()
        await self.shared.close()
        await self.neighbours.coalescing.close()
        await self.assembly.close()
        await self.engine.dispose()
        await to_thread(self.telemetry.tracing.close)

    @property
    def policy(self) -> Policy:
        """The policy that holds now."""
        return self.ruling.now.policy

    @property
    def invalidator(self) -> Invalidator:
        """What says that something kept is out of date."""
        return Invalidator(self.neighbours)

    def scope(
        self, number: str, caller: Caller, purpose: Purpose | None, interaction: str | None = None
    ) -> Scope:
        """Return the scope of one request, with its one `now`."""
        now = self.clock()
        asking = self._asking(number, caller, purpose, interaction, now)
        return Scope(
            request_id=number,
            caller=caller,
            purpose=purpose,
            now=now,
            policy=self.policy,
            labels=self.ruling.now.labels,
            scheme=self.scheme,
            loaders=Loaders(
                self.neighbours,
                asking,
                self.settings.most_customers(caller.kind),
                time.monotonic() + self.settings.deadline(caller.kind),
            ),
            sealer=self.sealer,
            source_states=lambda: self.health.states(self.neighbours.sources),
            record=self.record,
            switchboard=self.calls,
            interaction=interaction,
            trace_id=self.telemetry.tracing.trace_id(),
            views=self.views,
            has_opened=batched(has_opened(self.views, caller)),
            address_seconds=self.settings.pdf_address_seconds,
            invalidator=self.invalidator,
            pieces=self.neighbours.pieces,
        )

    async def record(self, scope: Scope, operation: str | None = None, name: str | None = None) -> None:
        """Put on record what was decided in a request and is not on record yet; raise the refusal."""
        loaders = scope.loaders  # what is decided while this is written goes on record after it
        now = {crn: standing(one, loaders.seen.get(crn, ())) for crn, one in loaders.decisions.items()}
        try:
            await record(self.journal, self.recorder.decided(scope, operation, name), self.observe)
        except AuditUnavailableError:
            raise Refusal("AUDIT_UNAVAILABLE") from None
        loaders.recorded.update(now)

    def _asking(
        self, number: str, caller: Caller, purpose: Purpose | None, interaction: str | None, now: datetime
    ) -> Asking:
        zone = self.policy.tz
        today = local_day(now, zone)
        agreement = self.ruling.now.agreements.get(caller.organisation)
        if caller.kind is not CallerKind.PARTNER or (agreement is not None and not agreement.holds(today)):
            agreement = None
        return Asking(
            caller=caller,
            purpose=purpose,
            now=now,
            rules=self.policy.access,
            interaction=interaction,
            agreement=agreement,
            earliest=agreement.earliest(today, zone) if agreement is not None else None,
            request_id=number,
        )


def join(
    settings: Settings, log: Observer | None = None, clock: Clock | None = None, seconds: Seconds = time.time
) -> Gateway:
    """Return a gateway made from settings; `clock` stands in for theirs, and rates are counted by `seconds`."""
    clock = clock or clock_of(settings)
    rules, health = read_rules(settings), SourceHealth(clock)
    telemetry = open_telemetry(settings, Sampled(log or open_log(settings), clock))
    observe = every(telemetry.observe, health)
    keyring = open_keyring(settings.keyring, make=not settings.production)
    around = _around(settings, rules.policy, open_engine(settings.database), clock, observe, telemetry)
    assembly = assemble(read_mix(settings.sources), around)
    scheme, redis = crn_scheme(rules.policy.crn, refuse_invented=settings.production), redis_of(settings)
    shared, memory = open_shared(settings, keyring, observe), memory_of(settings, observe)
    limits = _limits(settings, keyring, redis, memory, observe, seconds)
    return Gateway(
        settings=settings,
        clock=clock,
        ruling=Ruling(rules),
        scheme=scheme,
        engine=around.engine,
        keyring=keyring,
        sealer=KeyringSealer(keyring),
        journal=Journal(settings.journal, Chain(keyring), observe),
        recorder=recorder(keyring),
        health=health,
        observe=observe,
        telemetry=telemetry,
        assembly=assembly,
        neighbours=_neighbours(settings, keyring, assembly, around, shared),
        authenticator=_authenticator(settings, keyring, around.engine, around, scheme),
        views=HiddenViews(ViewStore(around.engine), keyring),
        limits=limits,
        calls=_calls(settings, keyring, around.engine),
        redis=redis,
        shared=shared,
        clocks=(clocks := clocks_of(shared.ahead, assembly, observe)),
        watchdog=watchdog_of(settings, memory, clocks, observe),
        departure=Departure(observe, lambda: limits.places.inside),
    )


def _around(
    settings: Settings,
    ruling: Policy,
    engine: AsyncEngine,
    clock: Clock,
    observe: Observer,
    telemetry: Telemetry,
) -> Surroundings:
    return Surroundings(
        engine=engine,
        clock=clock,
        observe=observe,
        seconds=settings.source_seconds,
        window=Window(ruling.reading.months, ruling.reading.items),
        headers=telemetry.tracing.headers,
        documents=DocumentLimits(settings.pdf_seconds, settings.pdf_bytes),
    )


def _authenticator(
    settings: Settings, keyring: Keyring, engine: AsyncEngine, around: Surroundings, scheme: CrnScheme
) -> Authenticator:
    clock = around.clock
    return Authenticator(
        Tokens(KeyringSealer(keyring), clock, personas=not settings.production),
        Bearers(read_issuers(settings.issuers_file), clock, scheme, around.observe),
        ApiKeys(KeyStore(engine), keyring.subkeys(USE), clock, live=settings.production),
        clock,
        around.observe,
    )


def _limits(
    settings: Settings,
    keyring: Keyring,
    redis: Any,
    memory: Memory,
    observe: Observer,
    seconds: Seconds,
) -> Limits:
    keys = Keys(keyring.subkey("rates"), settings.profile.value, SHAPE_OF_WINDOWS)
    windows = windows_of(redis, keys, observe, seconds)
    rates = Rates(settings.quotas, keys, observe, windows, seconds)
    admission = Admission(
        shares(settings.places, settings.places_partner, settings.places_export), settings.place_seconds
    )
    attempts = Attempts(settings.rate_unproved, seconds)
    return Limits(rates, attempts, Places(admission, memory, observe), observe)


def _calls(settings: Settings, keyring: Keyring, engine: AsyncEngine) -> Calls:
    return Calls(
        CallStore(engine),
        KeyringSealer(keyring),
        read_systems(settings.telephony_file),
        timedelta(seconds=settings.telephony_silence),
    )


def _neighbours(
    settings: Settings, keyring: Keyring, assembly: Assembly, around: Surroundings, shared: Shared
) -> Neighbours:
    return Neighbours(
        sources=assembly.sources,
        directory=assembly.directory,
        cache=CrnCache(shared.store, shared.keys, judge, observe=around.observe),
        clock=around.clock,
        observe=around.observe,
        coalescing=Coalescing(around.clock, around.observe),
        finder=assembly.finder,
        grants=SealedGrants(GrantStore(around.engine), KeyringSealer(keyring)),
        documents=assembly.documents,
        pieces=Pieces(settings.pieces_bytes) if settings.pieces_bytes else None,
    )
