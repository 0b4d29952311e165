"""How cost grows: with the cards of a customer, the customers whom the cache knows, those who follow; and memory."""

import time
from collections.abc import AsyncIterator, Iterator
from random import Random
from typing import Any, Final

import msgspec

from cache import CrnCache, Keys, MemoryStore
from resolvers.neighbours import judge
from sources.source import Reading
from tests.bench.speed.documents import OVERVIEW
from tests.bench.speed.live import followed
from tests.bench.speed.load import asked
from tests.bench.speed.machine import mebibytes
from tests.bench.speed.rows import Sizes
from tests.bench.speed.scenarios import COLD, MERCURIUS, PLAIN, WARM, Scenario
from tests.bench.speed.servers import Stage
from tests.bench.speed.turns import Measuring, finished, middle, requests
from tests.running.serving import NOON
from tests.sources.specimens import customer

CARDS: Final = (10, 100, 1_000)
KNOWN: Final = (1_000, 10_000, 100_000, 1_000_000)
SUBSCRIBERS: Final = (10, 100, 1_000)
DAYS: Final = 27
"""Over so many days a customer's interactions lie: the overview shows them all."""
LOOKS: Final = 20_000
MANY: Final = Scenario("memory", ())

Cells = tuple[str, ...]


async def of_memory(stage: Stage, seconds: float) -> AsyncIterator[Cells]:
    """Yield the memory of each server before it was asked anything, and after answers of which nothing is kept."""
    systems = stage.systems(Sizes())
    for variant in (PLAIN, MERCURIUS, COLD):
        server = stage.server(variant, systems, anew=True)
        first = mebibytes(server.pid)
        await asked(server.port, requests(MANY, variant, server), MANY.clients, seconds)
        yield variant.name, f"{first:.0f} MiB", f"{mebibytes(server.pid):.0f} MiB"


async def of_cards(stage: Stage, rounds: int, seconds: float) -> AsyncIterator[Cells]:
    """Yield what an overview of records in memory costs, by how many cards it has."""
    for many in CARDS:
        sizes = Sizes(many, 0, 0, DAYS * 24 * 60 // many)
        name = f"cards-{many}"
        scenario = Scenario(name, (WARM,), document=OVERVIEW, people=20, clients=4, sizes=sizes)
        answer = msgspec.json.decode(finished(scenario, stage, stage.systems(sizes)))
        cards = answer["data"]["customer"]["overview"]["cards"]["totalCount"]
        (turns,) = (await Measuring(scenario, stage).rounds(rounds, seconds)).values()
        turn = middle(turns).turn
        yield f"{cards:,}", f"{turn.cpu:.2f} ms of CPU", f"{turn.middle:.1f} ms (p50)"


async def of_customers() -> AsyncIterator[Cells]:
    """Yield what of the processor it takes to find a record in memory, by how many the cache knows."""
    store = MemoryStore(2**34)
    cache, chance, known = CrnCache(store, Keys(b"k" * 32, "bench", "1"), judge), Random(4), 0
    for many in KNOWN:
        begun = time.process_time()
        for some in numbers(known, many):
            for crn, found in (await cache.look("customer", "bench", some, told)).items():
                await cache.keep("customer", "bench", crn, found)
        kept = (time.process_time() - begun) / (many - known) * 1e6
        known = many
        drawn = [f"{chance.randrange(many):09}X" for _ in range(LOOKS)]
        begun = time.process_time()
        for crn in drawn:
            await cache.look("customer", "bench", [crn], told)
        took = (time.process_time() - begun) / LOOKS * 1e6
        yield f"{many:,}", f"{took:.1f} µs to find one", f"{kept:.1f} µs to keep one"


def numbers(start: int, end: int) -> Iterator[list[str]]:
    for first in range(start, end, 100):
        yield [f"{number:09}X" for number in range(first, min(first + 100, end))]


async def told(asked: Any) -> dict[str, Any]:
    return {crn: Reading(customer(crn), NOON) for crn in asked}


async def of_subscribers(stage: Stage, seconds: float) -> AsyncIterator[Cells]:
    """Yield how long a change takes to a socket, by how many follow 100 customers."""
    for many in SUBSCRIBERS:
        seen = await followed(stage, many, seconds)
        times = f"{seen.middle:.0f} ms (p50), {seen.worst:.0f} ms (p99)"
        rest = f"{seen.told:.1%} told, {seen.core:.0%} of a core, {seen.peak:.0f} MiB"
        yield f"{many:,}", times, f"{seen.changes:.0f} changes a second, {rest}"
