"""A gateway of a folder, served over HTTP for as long as a test needs it."""

import asyncio
import socket
import time
from collections.abc import AsyncIterator, Callable, Iterable, Mapping, Sequence
from contextlib import asynccontextmanager
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

import msgspec
import uvicorn
from httpx2 import AsyncClient
from msgspec import Struct
from starlette.applications import Starlette

from cache import CrnCache
from gateway.app import application
from gateway.auth import Tokens
from gateway.joined import Gateway, join
from gateway.settings import Settings
from gateway.telemetry.events import Line
from gateway.telemetry.events import lines as lines_of
from gateway.telemetry.levels import Level
from resolvers.neighbours import judge
from sources.search import Finder
from sources.source import Source
from sources.sql import load
from tests.running.answers import Answer
from tests.running.fresh import make_ready
from tests.sources.specimens import lines

NOON = datetime(2025, 3, 10, 1, 0, tzinfo=UTC)
"""Noon of Monday, 10 March 2025 in Sydney."""
PATIENCE = 10.0
"""Seconds that a source may take in a test that does not speak of time."""
LONGEST = 60.0
"""Seconds within which a request is answered in a test that does not speak of them."""

Replace = Callable[[Source[Any]], Source[Any]]
ReplaceFinder = Callable[[Finder | None], Finder | None]


def usual(event: Struct) -> list[Line]:
    """The lines of an event in the log of a gateway that is not asked for more."""
    return [line for line in lines_of(event) if line.level is not Level.INFO]


class Hands:
    """A clock that shows what a test set it to."""

    def __init__(self, now: datetime) -> None:
        self.now = now

    def __call__(self) -> datetime:
        return self.now


class Gate:
    """A gateway as its callers meet it."""

    def __init__(self, gateway: Gateway, hands: Hands, client: AsyncClient, events: list[Struct]) -> None:
        self.gateway = gateway
        self.hands = hands
        self.client = client
        self.events = events

    def token(self, persona: str = "officer", hours: int = 12) -> str:
        return Tokens(self.gateway.sealer, self.gateway.clock, personas=True).issue(persona, hours)

    async def ask(
        self,
        document: str,
        persona: str = "officer",
        headers: Mapping[str, str] | None = None,
        **variables: Any,
    ) -> Answer:
        """The answer to an operation."""
        body = {"query": document, "variables": variables}
        return await self.post(msgspec.json.encode(body), persona, headers)

    async def post(
        self, body: bytes, persona: str = "officer", headers: Mapping[str, str] | None = None
    ) -> Answer:
        """The answer to a body as it is."""
        usual = {"authorization": f"Bearer {self.token(persona)}", "content-type": "application/json"}
        return await self.send("POST", "/graphql", body, usual | dict(headers or {}))

    async def send(self, method: str, path: str, body: bytes, headers: Mapping[str, str]) -> Answer:
        sent = [(name.encode(), value.encode("latin-1")) for name, value in headers.items()]
        answer = await self.client.request(method, path, content=body, headers=sent)
        return Answer(answer.status_code, dict(answer.headers), answer.text)

    @property
    def log(self) -> list[Line]:
        """What its operators were told."""
        return [line for event in self.events for line in usual(event)]

    async def tell(self, *records: Any) -> None:
        """Let the database learn of more, as an import does."""
        await imported(self.gateway, records)

    @property
    def journal(self) -> list[dict[str, Any]]:
        file = self.gateway.settings.journal
        return [msgspec.json.decode(line) for line in file.read_bytes().splitlines()] if file.exists() else []


async def imported(gateway: Gateway, records: Iterable[Any]) -> None:
    loaded = await load(gateway.engine, lines(records))
    assert not loaded.refused, loaded.refused


@asynccontextmanager
async def serving(
    folder: Path,
    *records: Any,
    now: datetime = NOON,
    policy: str | None = None,
    replaced: Mapping[str, Replace] | None = None,
    settings: Settings | None = None,
    finder: ReplaceFinder | None = None,
    seconds: Callable[[], float] = time.time,
    unproved: int = 0,
    ages: Callable[[], float] | None = None,
    clock: Hands | None = None,
) -> AsyncIterator[Gate]:
    """A gateway that knows these records. `replaced` puts other sources in the places of parts, `finder` another one.
    `ages` is what the age of what it keeps is counted by, `clock` one that runs, where none shall stand at `now`.

    `seconds` is what its rates are counted by; requests without a good token are not limited unless `unproved` says so.
    Its sources may take their time on a busy machine, unless `settings` says how long: then twice that.
    """
    if policy is not None:
        (folder / "policy.toml").write_text(policy, "utf-8")
    file = folder / "policy.toml" if policy is not None else None
    hands, events = clock or Hands(now), list[Struct]()
    chosen = settings or Settings(home=folder, policy_file=file)
    patient = patiently(chosen, unproved)
    gateway = join(patient, log=events.append, clock=hands, seconds=seconds)
    gateway = with_sources(gateway, replaced or {})
    gateway = ageing(gateway, ages) if ages is not None else gateway
    if finder is not None:
        neighbours = msgspec.structs.replace(gateway.neighbours, finder=finder(gateway.neighbours.finder))
        gateway = msgspec.structs.replace(gateway, neighbours=neighbours)
    await make_ready(gateway.engine)
    await imported(gateway, records)
    async with (
        listening(application(gateway), patient.proxies) as address,
        AsyncClient(base_url=address, timeout=20, verify=False) as client,
    ):
        yield Gate(gateway, hands, client, events)


def patiently(chosen: Settings, unproved: int) -> Settings:
    """The settings, with time for a busy machine where they do not speak of it."""
    told = chosen.model_fields_set
    more: dict[str, Any] = {f"deadline_{kind}": LONGEST for kind in ("staff", "partner", "service")}
    more = {name: value for name, value in more.items() if name not in told}
    more |= (
        {} if "places_late_seconds" in told else {"places_late_seconds": 0}
    )  # a busy machine is always late
    patience = 2 * chosen.source_seconds if "source_seconds" in told else PATIENCE
    return chosen.model_copy(update={**more, "source_seconds": patience, "rate_unproved": unproved})


def ageing(gateway: Gateway, ages: Callable[[], float]) -> Gateway:
    """The gateway with a cache in which things grow old by another clock."""
    shared = gateway.shared
    cache = CrnCache(shared.store, shared.keys, judge, monotonic=ages, observe=gateway.observe)
    neighbours = msgspec.structs.replace(gateway.neighbours, cache=cache)
    return msgspec.structs.replace(gateway, neighbours=neighbours)


def with_sources(gateway: Gateway, replaced: Mapping[str, Replace]) -> Gateway:
    sources = dict(gateway.neighbours.sources)
    for part, replace in replaced.items():
        sources[part] = replace(sources[part])
    neighbours = msgspec.structs.replace(gateway.neighbours, sources=sources)
    return msgspec.structs.replace(gateway, neighbours=neighbours)


@asynccontextmanager
async def listening(app: Starlette, proxies: Sequence[str] = ()) -> AsyncIterator[str]:
    """The address at which an application answers; who comes through `proxies` is whom they say."""
    with socket.create_server(("127.0.0.1", 0)) as listener:
        listener.setsockopt(socket.IPPROTO_TCP, socket.TCP_NODELAY, 1)  # this event loop leaves it out
        config = uvicorn.Config(
            app,
            log_config=None,
            access_log=False,
            lifespan="on",
            proxy_headers=bool(proxies),
            forwarded_allow_ips=list(proxies),
        )
        server = uvicorn.Server(config)
        task = asyncio.create_task(server.serve(sockets=[listener]))
        while not server.started:
            assert not task.done(), "it did not start"
            await asyncio.sleep(0.005)
        try:
            host, port = listener.getsockname()
            yield f"http://{host}:{port}"
        finally:
            server.should_exit = True
            await task
