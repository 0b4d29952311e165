"""Measuring: those of a scenario take turns, round after round, so that whatever else the machine does falls on all."""

from collections import defaultdict
from collections.abc import Iterator, Mapping
from contextlib import ExitStack, contextmanager
from pathlib import Path
from random import Random
from statistics import median
from typing import Final
from urllib.request import Request, urlopen

import pytest
from msgspec import Struct

from tests.bench.speed import wrk
from tests.bench.speed.documents import asked, asked_by_id
from tests.bench.speed.load import Went, request
from tests.bench.speed.load import asked as load
from tests.bench.speed.machine import peak_mebibytes, used
from tests.bench.speed.profiled import profiled
from tests.bench.speed.scenarios import Scenario
from tests.bench.speed.servers import Server, Stage, Systems, Variant
from tests.sources.specimens import crns

REQUESTS: Final = 10_000
"""Most requests that are made beforehand; then they begin again."""
WARMING: Final = 1.0
WARM: Final = 1_000
"""So few people are all asked about before anything is measured: whatever keeps anything has them."""


class Turn(Struct, frozen=True):
    """What one turn of one variant showed. Times in milliseconds, `cpu` for one request, memory in MiB."""

    rate: float
    middle: float
    worst: float
    cpu: float
    calls: float
    peak: float
    size: int

    @property
    def of_a_core(self) -> float:
        """Requests a second that a core of its own would answer if nobody else held it up."""
        return 1000 / self.cpu if self.cpu else float("inf")


Turns = dict[str, list[Turn]]


class Middle(Struct, frozen=True):
    """The medians of a variant's turns."""

    turn: Turn
    spread: float


def middle(turns: list[Turn]) -> Middle:
    """Return the medians, and how far apart the fastest and the slowest turn were, as a share of the median."""
    told = Turn(*(median(getattr(one, name) for one in turns) for name in Turn.__struct_fields__))
    cores = [one.of_a_core for one in turns]
    return Middle(told, (max(cores) - min(cores)) / told.of_a_core)


def bodies(scenario: Scenario, variant: Variant) -> list[bytes]:
    """Return what is asked, in an order that is the same for everybody."""
    people, chance = crns(scenario.people), Random(scenario.name)
    ask = asked_by_id if variant.by_id else asked
    if scenario.at_once is None:
        drawn = chance.sample(people, len(people))[:REQUESTS]
        return [ask(scenario.document, crn=one) for one in drawn]
    count = min(REQUESTS, 2 * len(people)) // 4
    return [ask(scenario.document, crns=chance.sample(people, scenario.at_once)) for _ in range(count)]


def requests(scenario: Scenario, variant: Variant, server: Server) -> list[bytes]:
    """Return the requests as they go over the wire."""
    return [request(body, server.port, server.identity) for body in bodies(scenario, variant)]


def finished(scenario: Scenario, stage: Stage, systems: Systems) -> bytes:
    """Return an answer of the gateway, for the bare server to send."""
    variant = next(one for one in scenario.possible if one.peer == "ours")
    server = stage.server(variant, systems)
    told = Request(f"http://127.0.0.1:{server.port}/graphql", bodies(scenario, variant)[0], headers(server))
    with urlopen(told, timeout=30) as answer:
        body: bytes = answer.read()
    return body


def headers(server: Server) -> dict[str, str]:
    """Return the headers of a request, one by one."""
    name, _, told = server.identity.decode().strip().partition(": ")
    return {"content-type": "application/json"} | ({name: told} if name else {})


class Measuring:
    """Measures one scenario."""

    def __init__(self, scenario: Scenario, stage: Stage, profiles: Path | None = None) -> None:
        self._scenario = scenario
        self._profiles = profiles
        self._systems = stage.systems(scenario.sizes)
        self._servers: dict[str, tuple[Server, list[bytes]]] = {}
        self._folder = stage.folder
        self._wrk = scenario.fast and wrk.program() is not None
        bare = any(one.peer == "bare" for one in scenario.possible)
        body = finished(scenario, stage, self._systems) if bare else b""
        for variant in scenario.possible:
            try:
                server = stage.server(variant, self._systems, body if variant.peer == "bare" else b"")
            except pytest.skip.Exception as missing:
                print(f"{variant.name} is left out: {missing}")
                continue
            self._servers[variant.name] = (server, requests(scenario, variant, server))

    async def rounds(self, count: int, seconds: float) -> Mapping[str, list[Turn]]:
        """Return what so many rounds showed, of so many seconds each for everybody."""
        self._systems.take(*self._scenario.latency)
        found: Turns = defaultdict(list)
        known = self._scenario.people // (self._scenario.at_once or 1) if self._scenario.people < WARM else 0
        for server, made in self._servers.values():
            await load(server.port, made, self._scenario.clients, WARMING, known)
        with self._watched():
            for number in range(count):
                for name in self._servers:
                    found[name].append(await self._turn(name, number, seconds))
        self._systems.take(0, 0)
        return found

    @contextmanager
    def _watched(self) -> Iterator[None]:
        """Say meanwhile where the time of the gateways goes, where that is asked for."""
        with ExitStack() as stack:
            for number, variant in enumerate(self._scenario.possible if self._profiles is not None else ()):
                if self._profiles is not None and variant.peer == "ours" and variant.name in self._servers:
                    self._profiles.mkdir(parents=True, exist_ok=True)
                    file = self._profiles / f"{self._scenario.name}-{number}.txt"
                    stack.enter_context(profiled(self._servers[variant.name][0].pid, file))
            yield

    async def _turn(self, name: str, number: int, seconds: float) -> Turn:
        server, _ = self._servers[name]
        before, calls = used(server.pid), self._systems.calls()
        went = await self._went(name, number + 1, seconds)
        count = went.count
        return Turn(
            rate=went.rate,
            middle=went.middle,
            worst=went.worst,
            cpu=(used(server.pid) - before) / count * 1000,
            calls=(self._systems.calls() - calls) / count,
            peak=peak_mebibytes(server.pid),
            size=went.size,
        )

    async def _went(self, name: str, number: int, seconds: float) -> Went:
        server, made = self._servers[name]
        start = number * 1999 % len(made)  # each round begins elsewhere
        if self._wrk:
            file = self._folder / f"requests-{self._scenario.name}-{list(self._servers).index(name)}"
            if number == 1:
                wrk.written(file, made)
            return await wrk.asked(server.port, file, start, self._scenario.clients, seconds)
        return await load(server.port, made[start:] + made[:start], self._scenario.clients, seconds)
