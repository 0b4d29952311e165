"""A stage with a Valkey that gateways share: the one that is watched meets it through a proxy, and so does another one,
through a proxy of its own. More can be started as processes.
"""

import asyncio
import time
from collections.abc import AsyncIterator, Mapping
from contextlib import AsyncExitStack, ExitStack, asynccontextmanager
from pathlib import Path
from typing import Any, Final

import msgspec
from httpx2 import AsyncClient

from cache import Entry, Place
from cache.envelope import Envelopes, Rejected
from gateway.settings import Profile, Settings
from gateway.telemetry.events import lines
from resolvers.kept import Codec
from sources.crn import Crn
from sources.sql import open_engine
from tests.chaos.driving import Driver, driving
from tests.chaos.proxy import Kit, proxies
from tests.chaos.stage import QUESTION, Asked, Stage, place, staged
from tests.house.programs import answers, environment, free_port, running, wait_until
from tests.running import NOON, Answer, Gate, serving
from tests.running.command import HOUSE, OVERVIEW
from tests.running.fresh import make_ready
from tests.running.policies import unwatched
from tests.running.senders import SECRET, events_file
from tests.running.until import until
from tests.running.valkey import Shared, valkey
from tests.sources.specimens import crn

CROWD: Final = tuple(crn(number) for number in range(200, 260))
"""People of whom the systems know, and the cache nothing."""
FRESH: Final = tuple(crn(number) for number in range(300, 400))
"""Others, one for each time that somebody is needed whom nobody has asked about."""
SENDERS: Final = f'[senders.crier]\nsecrets = ["{SECRET}"]\nparts = ["all"]\n'
WARM: Final = 20
EVERYDAY: Final = {"request", "loop.blocked"}
"""Events that go with every answer, or with a busy machine."""


class CachedStage(Stage):
    """A stage whose gateway shares its cache with `other`, by way of a `shared` Valkey."""

    def __init__(
        self, stage: Stage, other: Gate, shared: Shared, wires: Kit, cut: Driver, more: ExitStack
    ) -> None:
        super().__init__(stage.gate, stage.systems, stage.kit, stage.drive, stage.authority, stage.ages)
        self.asked = stage.asked
        self.other, self.shared, self.wires, self.cut = other, shared, wires, cut
        self.keys: Final = stage.gate.gateway.shared.keys
        self.more: Final = more
        self.others: Final[list[Asked]] = []
        self.busiest = 0
        self._dead = False
        self._began = 0
        self._fresh: Final = iter(FRESH)
        self._newcomers = 0

    async def ask_other(self, *crns: Crn) -> Answer:
        """Ask the other gateway about people."""
        answer = await self.other.ask(QUESTION, crns=list(crns))
        assert [one["overview"]["completeness"] for one in answer.data["customers"]] == ["COMPLETE"] * len(
            crns
        )
        return answer

    def keep(self, asked: Asked) -> None:
        """Take note of what a process answered, as of what is asked here."""
        self.others.append(asked)

    def kill(self) -> None:
        """Let the Valkey end, and lose all that it holds."""
        self.shared.kill()
        self._dead = True

    def number(self, owner: Crn) -> int:
        """The number that somebody's entries live under."""
        with self.shared.client as client:
            told: Any = client.get(self.keys.generations("", self.keys.person(owner))[0])
        return int(told)

    def fresh(self) -> Crn:
        """Somebody whom nobody has asked about."""
        return next(self._fresh)

    def place(self, part: str, owner: Crn) -> Place:
        """Where something of somebody is kept."""
        return self.keys.place(part, self.system(part), owner)

    @property
    def envelopes(self) -> Envelopes:
        """What opens entries as the gateway does."""
        keyring = self.gate.gateway.keyring
        return Envelopes(Codec(), keyring.subkeys("cache-mac"), keyring.subkeys("cache-seal"))

    def entry(self, part: str, owner: Crn) -> Entry | Rejected | None:
        """What stands on the shared level of somebody; None where nothing does."""
        where = self.place(part, owner)
        with self.shared.client as client:
            told: Any = client.get(where.key)
        return self.envelopes.open(where, told) if told is not None else None

    async def invalidated(self, owner: Crn) -> None:
        """Let the other gateway say that what is kept of somebody is out of date, and everybody be told."""
        assert await self.other.gateway.neighbours.cache.invalidate(owner, cause="event")

    def begin(self) -> None:
        """Forget what was told of up to now."""
        self._began = len(self.gate.events)

    @property
    def told(self) -> frozenset[str]:
        """The names of all events of the watched gateway since the beginning, whatever their level, but the everyday
        ones."""
        return (
            frozenset(line.event for event in self.gate.events[self._began :] for line in lines(event))
            - EVERYDAY
        )

    async def until_told(self, event: str) -> None:
        """Wait until the log has an event."""
        await until(lambda: event in self.told)

    async def shares(self) -> bool:
        """Tell whether the gateway shows what the other one has just read, and asks no system for it."""
        newcomer = self.fresh()
        await self.ask_other(newcomer)
        before = self.calls()
        await self.ask(newcomer)
        return self.calls() == before

    async def reconnect(self) -> None:
        await super().reconnect()
        self._newcomers += 1
        await self.other.ask(QUESTION, crns=[crn(600_000 + self._newcomers)])

    async def rest(self) -> None:
        await super().rest()
        for gate in (self.gate, self.other):
            answering, _ = gate.gateway.shared.clients
            await answering.connection_pool.disconnect(inuse_connections=False)

    async def heal(self) -> None:
        await super().heal()
        await self.cut.reset()
        if self._dead:
            self.shared.start()
        with self.shared.client as client:
            client.config_set("maxmemory", "0")


@asynccontextmanager
async def cached(folder: Path, **more: Any) -> AsyncIterator[CachedStage]:
    """A stage of gateways that share a Valkey, all of them warm. `more` is as for `staged`."""
    policy = unwatched(folder / "policy.toml")
    async with AsyncExitStack() as stack:
        more_of_them = stack.enter_context(ExitStack())
        shared = more_of_them.enter_context(valkey())
        wires = await stack.enter_async_context(proxies({}))
        cut = await stack.enter_async_context(driving(wires))
        own, others = [await wires.add(name, place(shared.url)) for name in ("valkey", "others")]
        stage = await stack.enter_async_context(
            staged(
                folder,
                people=(*CROWD, *FRESH),
                cache_url=f"redis://{own.listen}/0",
                profile=Profile.DEVELOPMENT,
                events_file=events_file(folder, SENDERS),
                policy_file=policy,
                rate_staff=0,
                **more,
            )
        )
        home = folder / "other"
        home.mkdir()
        settings = stage.gate.gateway.settings.model_copy(
            update={
                "home": home,
                "keyring_file": stage.gate.gateway.settings.keyring,
                "cache_url": f"redis://{others.listen}/0",
            }
        )
        other = await stack.enter_async_context(serving(home, settings=settings, now=NOON))
        cached = CachedStage(stage, other, shared, wires, cut, more_of_them)
        await cut.reset()
        await _warm(cached)
        yield cached


async def _warm(stage: CachedStage) -> None:
    """Ask until what one gateway has read the other one shows: on a busy machine the first time takes long."""
    for _ in range(WARM):
        if await stage.shares():
            return
        await asyncio.sleep(0.25)
    raise AssertionError(stage.asked[-1].answer.text)


class Process:
    """A gateway in a process of its own."""

    def __init__(self, pid: int, client: AsyncClient, token: str) -> None:
        self.pid = pid
        self._client, self._token = client, token

    async def ask(self, *crns: Crn) -> Asked:
        """Ask it about people."""
        began = time.perf_counter()
        answer = await self.say(QUESTION, crns=crns)
        return Asked(crns, answer, time.perf_counter() - began)

    async def say(self, document: str, **variables: Any) -> Answer:
        """The answer to an operation."""
        body = msgspec.json.encode({"query": document, "variables": variables})
        headers = {"authorization": f"Bearer {self._token}", "content-type": "application/json"}
        answer = await self._client.post("/graphql", content=body, headers=headers)
        return Answer(answer.status_code, dict(answer.headers), answer.text)


@asynccontextmanager
async def process(stage: CachedStage, name: str, packages: Path = HOUSE) -> AsyncIterator[Process]:
    """One more gateway that shares the Valkey, made of these packages, once it has answered about somebody."""
    home, port = stage.gate.gateway.settings.folder / name, free_port()
    home.mkdir()
    engine = open_engine(f"sqlite+aiosqlite:///{home / 'overview.db'}")
    await make_ready(engine)
    await engine.dispose()
    env = environment(PYTHONPATH=str(packages), **_settings(stage.gate.gateway.settings, home, stage.shared))
    command = [*OVERVIEW, "serve", "--port", str(port)]
    with ExitStack() as stack:
        own = stack.enter_context(running(command, env, home, home / "log"))
        ready = answers(f"http://127.0.0.1:{port}/health/ready")
        try:
            await asyncio.to_thread(wait_until, ready, own, home / "log")
            async with AsyncClient(base_url=f"http://127.0.0.1:{port}", timeout=30) as client:
                one = Process(own.pid, client, stage.gate.token())
                await one.ask(stage.fresh())  # everything is compiled and connected
                yield one
        finally:
            await asyncio.to_thread(stack.close)


def _settings(settings: Settings, home: Path, shared: Shared) -> Mapping[str, str]:
    return {
        "OVERVIEW_HOME": str(home),
        "OVERVIEW_PROFILE": settings.profile.value,
        "OVERVIEW_SOURCES": settings.sources,
        "OVERVIEW_KEYRING_FILE": str(settings.keyring),
        "OVERVIEW_POLICY_FILE": str(settings.policy_file),
        "OVERVIEW_CACHE_URL": shared.url,
        "OVERVIEW_NOW": NOON.isoformat(),
        "OVERVIEW_RATE_STAFF": "0",
        "OVERVIEW_SOURCE_SECONDS": "10",
        "OVERVIEW_DEADLINE_STAFF": "60",
    }
