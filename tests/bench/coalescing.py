"""How often systems are asked when 32 clients ask at once for customers of whom nothing is kept, and what it costs one.

Two gateways, each in a process of its own, over the same seven systems: one that takes what requests miss at the same
time to a system together, and one that asks for each request by itself. Everybody is asked about once by each.
"""

import asyncio
import sys
import tempfile
import time
from collections.abc import Iterable, Iterator, Mapping
from contextlib import contextmanager
from datetime import UTC, datetime
from pathlib import Path
from statistics import median, quantiles
from typing import Final

import msgspec
import uvicorn

from gateway.app import application
from gateway.auth import Tokens
from gateway.database import ready
from gateway.joined import join
from gateway.settings import Settings
from sandbox.upstreams.running import SERVICES, Upstreams, running
from sources.crn import Crn
from tests.bench.speed.apart import alone
from tests.house import programs
from tests.running.command import HOUSE
from tests.running.people import everything_of
from tests.running.policies import unwatched
from tests.running.services import sources_file, told_by_town
from tests.sources.specimens import crns

CLIENTS: Final = 32
BUSY: Final = 1600
SOME: Final = 480
"""So many are enough to show what it is without; it takes long."""
IDLE: Final = 200
WARM: Final = 40
PEOPLE: Final = crns(WARM + IDLE + BUSY)
TOGETHER, APART = "together", "apart"
MOST: Final = 0.16
"""The aim: so many calls a request and part, of 32 clients."""
QUERY: Final = """query($crn: CRN!) { customer(crn: $crn) {
    overview { completeness cards { edges { node { id title } } } }
    profile { title } entitlements { issuesOnFile } ownership { cases { number } } debts { truncated } } }"""


def serve(how: str, port: int) -> None:
    """Serve one of the gateways, in this process."""
    settings = Settings(places_late_seconds=0)  # as many as ask are served, however busy it gets
    asyncio.run(_prepare(settings))
    gateway = join(settings)
    if how == APART:
        gateway = alone(gateway)
    uvicorn.run(application(gateway), port=port, log_config=None, access_log=False)


async def _prepare(settings: Settings) -> None:
    settings.folder.mkdir(parents=True, exist_ok=True)
    async with ready(settings):
        pass


class Client:
    """One kept connection to a gateway."""

    def __init__(self, port: int, token: str) -> None:
        self._port = port
        self._head = (
            f"POST /graphql HTTP/1.1\r\nhost: bench\r\nauthorization: Bearer {token}\r\n"
            "content-type: application/json\r\ncontent-length: "
        ).encode()
        self._ways: tuple[asyncio.StreamReader, asyncio.StreamWriter] | None = None

    async def ask(self, owner: Crn) -> float:
        """Ask about somebody; return how long it took, in seconds."""
        body = msgspec.json.encode({"query": QUERY, "variables": {"crn": owner}})
        begun = time.perf_counter()
        if self._ways is None:
            self._ways = await asyncio.open_connection("127.0.0.1", self._port)
        reader, writer = self._ways
        writer.write(self._head + str(len(body)).encode() + b"\r\n\r\n" + body)
        head = (await reader.readuntil(b"\r\n\r\n")).lower()
        length = int(head.split(b"content-length: ")[1].split(b"\r\n")[0])
        answer = await reader.readexactly(length)
        took = time.perf_counter() - begun
        assert b'"errors"' not in answer, answer
        assert b'"COMPLETE"' in answer, answer
        return took

    async def close(self) -> None:
        if self._ways is not None:
            self._ways[1].close()


class Side:
    """A gateway that is measured."""

    def __init__(self, how: str, port: int, home: Path) -> None:
        self.how = how
        self.port = port
        gateway = join(Settings(home=home))
        self.token = Tokens(gateway.sealer, gateway.clock, personas=True).issue("officer", 1)

    async def busy(self, people: Iterable[Crn]) -> tuple[list[float], float]:
        """How long each request took when 32 clients ask as fast as they can, and how long all of it."""
        left, times = iter(people), list[float]()

        async def client() -> None:
            asking = Client(self.port, self.token)
            for owner in left:
                times.append(await asking.ask(owner))
            await asking.close()

        begun = time.perf_counter()
        await asyncio.gather(*(client() for _ in range(CLIENTS)))
        return times, time.perf_counter() - begun


@contextmanager
def gateways(folder: Path, sources: Path) -> Iterator[dict[str, Side]]:
    """Both gateways, each in a process of its own."""
    with served(folder, sources, TOGETHER) as together, served(folder, sources, APART) as apart:
        yield {TOGETHER: together, APART: apart}


@contextmanager
def served(folder: Path, sources: Path, how: str) -> Iterator[Side]:
    home, port = folder / how, programs.free_port()
    home.mkdir()
    env = programs.environment(
        PYTHONPATH=str(HOUSE),
        OVERVIEW_HOME=str(home),
        OVERVIEW_SOURCES=str(sources),
        OVERVIEW_POLICY_FILE=str(unwatched(home / "policy.toml")),
        OVERVIEW_RATE_STAFF="0",
        OVERVIEW_SOURCE_SECONDS="10",
    )
    command = [sys.executable, "-m", "tests.bench.coalescing", how, str(port)]
    log = folder / f"{how}.log"
    with programs.running(command, env, home, log) as process:
        programs.wait_until(programs.answers(f"http://127.0.0.1:{port}/health/ready"), process, log)
        yield Side(how, port, home)


async def in_turns(sides: Mapping[str, Side], people: Iterable[Crn]) -> dict[str, list[float]]:
    """How long each request took of one client, which asks both in turn."""
    clients = {how: Client(side.port, side.token) for how, side in sides.items()}
    times: dict[str, list[float]] = {how: [] for how in sides}
    for number, owner in enumerate(people):
        for how in sorted(sides, reverse=bool(number % 2)):
            times[how].append(await clients[how].ask(owner))
    for client in clients.values():
        await client.close()
    return times


def tell_idle(times: Mapping[str, list[float]]) -> None:
    alone, other = (median(times[how]) * 1000 for how in (TOGETHER, APART))
    print(f"one client: {alone:.2f} ms (median), {other:.2f} ms without; ratio {alone / other:.3f}")


async def busy(side: Side, systems: Upstreams, people: list[Crn]) -> float:
    """32 clients; return how many calls a part a request cost."""
    before = sum(systems.calls(name).requests for name in SERVICES)
    times, took = await side.busy(people)
    calls = (sum(systems.calls(name).requests for name in SERVICES) - before) / len(SERVICES) / len(people)
    middle, last = median(times) * 1000, quantiles(times, n=100)[98] * 1000
    print(
        f"{CLIENTS} clients, {side.how:8}: {calls:.3f} calls a request and part,"
        f" {len(people) / took:4.0f} requests a second, {middle:.0f} ms (median), {last:.0f} ms (p99)"
    )
    return calls


async def main() -> None:
    now = datetime.now(UTC)
    told = told_by_town(record for owner in PEOPLE for record in everything_of(owner, now))
    warm, quiet, rest = PEOPLE[:WARM], PEOPLE[WARM : WARM + IDLE], PEOPLE[WARM + IDLE :]
    with tempfile.TemporaryDirectory() as folder:
        async with running(told) as systems:
            sources = sources_file(Path(folder), systems.addresses)
            with gateways(Path(folder), sources) as sides:
                await in_turns(sides, warm)  # by one client: many open connections that nobody uses cost time
                tell_idle(await in_turns(sides, quiet))
                await busy(sides[APART], systems, rest[:SOME])
                calls = await busy(sides[TOGETHER], systems, rest)
    print(f"the aim is less than {MOST}: {'reached' if calls < MOST else 'missed'}")


if __name__ == "__main__":
    if len(sys.argv) > 1:
        serve(sys.argv[1], int(sys.argv[2]))
    else:
        asyncio.run(main())
