"""How long searches take among 10,000 people, how fast people are imported, and what an idle gateway holds."""

import asyncio
import socket
import tempfile
import time
from collections.abc import Iterator
from datetime import date
from pathlib import Path
from random import Random
from statistics import median, quantiles
from typing import Final

from msgspec import json

from sandbox.calendar import Calendar
from sandbox.crn import crn
from sandbox.customer import customer
from sandbox.households import SIZE, household
from sandbox.life import Life
from sources.search import Criteria
from sources.sql import SqlFinder, load, migrate, open_engine
from tests.running.command import served
from tests.sources.sql.servers import postgres_server

PEOPLE: Final = 10_000
TIMES: Final = 200
PAGE: Final = 21
QUESTIONS: Final = {
    "a rare name": "craig papadopoulos",
    "a common name": "smith",
    "a beginning": "sm",
    "what sounds alike": "smyth",
    "a telephone number": "0491 570 006",
    "its last four digits": "0006",
    "an address and a name": "smith parramatta",
    "a word of most addresses": "street",
    "a date of birth": "12/03/1989",
    "a CRN": crn(101),
    "nobody": "zzyzx",
}


def lines() -> Iterator[bytes]:
    """The customers of a town, without their histories."""
    encode, calendar = json.Encoder().encode, Calendar(date(2026, 3, 10))
    for first in range(0, PEOPLE, SIZE):
        for person in household(1, first):
            life = Life(person, calendar, Random(str(person.number)))
            yield encode({"part": "customer", "record": customer(life, PEOPLE)})


async def measure(name: str, url: str, people: list[bytes]) -> None:
    engine = open_engine(url)
    await migrate(engine)
    begun = time.perf_counter()
    await load(engine, people)
    rate = PEOPLE / (time.perf_counter() - begun)
    print(f"\n{name}: {PEOPLE:,} people imported, {rate:,.0f} a second")
    finder = SqlFinder(engine)
    for kind, text in QUESTIONS.items():
        wanted, taken = Criteria(quick=text), []
        for _ in range(TIMES):
            begun = time.perf_counter()
            found = await finder.find(wanted, PAGE, None)
            taken.append((time.perf_counter() - begun) * 1000)
        hits = f"{len(found.found)}{'+' if found.more else ''} found"
        print(
            f"  {kind:26} median {median(taken):5.1f} ms   p95 {quantiles(taken, n=20)[-1]:5.1f} ms   {hits}"
        )
    await engine.dispose()


def idle_gateway() -> None:
    with socket.create_server(("127.0.0.1", 0)) as free:
        port = free.getsockname()[1]
    with (
        tempfile.TemporaryDirectory() as home,
        served(Path(home, "log"), home=Path(home), port=port) as process,
    ):
        time.sleep(1)
        status = Path(f"/proc/{process.pid}/status").read_text("utf-8")
    resident = next(line.split()[1] for line in status.splitlines() if line.startswith("VmRSS"))
    print(f"\nan idle gateway: {int(resident) / 1024:,.0f} MiB resident")


def main() -> None:
    people = list(lines())
    with tempfile.TemporaryDirectory() as folder:
        asyncio.run(measure("SQLite", f"sqlite:///{folder}/overview.db", people))
        with postgres_server(Path(folder, "log")) as server:
            asyncio.run(measure("PostgreSQL", server.url(server.create()), people))
    idle_gateway()


if __name__ == "__main__":
    main()
