"""What the cache costs and bears: invalidations a minute, memory, a herd on one customer, and a Valkey that fails.

A real Valkey on this machine. `make bench BENCHES=cache` takes less than a minute.
"""

import asyncio
import multiprocessing
import resource
import tempfile
import time
from collections.abc import Callable
from pathlib import Path
from statistics import median
from typing import Any, Final

from cache import CrnCache, Keys, MemoryStore, Reach
from cache.far import AwayError
from gateway.settings import Settings
from resolvers.kept import Codec
from resolvers.neighbours import judge
from sources.parts.history import History
from sources.source import Reading
from tests.cache.stores import process
from tests.running import NOON, Gate, serving
from tests.running.people import everything_of
from tests.running.policies import unwatched
from tests.running.valkey import Shared, valkey
from tests.sources.specimens import crns, interaction

WRITERS: Final = 2
SECONDS: Final = 10
AT_ONCE: Final = 200
PEOPLE: Final = 100_000
HERD: Final = 100
FLEET: Final = 4
TIMES: Final = 60
QUERY: Final = "query($crn: CRN!) { customer(crn: $crn) { overview { completeness cards { totalCount } } } }"


def invalidating(url: str, seconds: float, told: Any) -> None:
    """Invalidate as fast as one process can; put how often."""

    async def run() -> int:
        count, until = 0, time.monotonic() + seconds
        async with process(url, listens=False) as own:
            while time.monotonic() < until:
                reaches = [(Reach(person=f"{count + one:032x}"), "bench") for one in range(AT_ONCE)]
                try:
                    await own.store._far.advance(reaches)
                except AwayError:  # it did not answer within 0.05 seconds: nothing of this counts
                    await asyncio.sleep(0.1)
                    continue
                count += AT_ONCE
        return count

    told.put(asyncio.run(run()))


def invalidations(url: str) -> None:
    told: Any = multiprocessing.Queue()

    async def heard() -> int:
        async with process(url) as reader:
            await asyncio.sleep(SECONDS + 2)
            return sum(getattr(event, "count", 0) for event in reader.events)

    writers = [
        multiprocessing.Process(target=invalidating, args=(url, SECONDS, told)) for _ in range(WRITERS)
    ]
    for writer in writers:
        writer.start()
    read = asyncio.run(heard())
    count = sum(told.get() for _ in writers)
    for writer in writers:
        writer.join()
    print(
        f"invalidations: {60 * count / SECONDS:,.0f} a minute by {WRITERS} processes; "
        f"one process heard {read:,} of {count:,}"
    )


def memory() -> None:
    """Read 100,000 customers through a cache whose memory is full long before."""

    async def run() -> None:
        most = 64 * 1024 * 1024
        store = MemoryStore(most)
        cache = CrnCache(store, Keys(b"k" * 32, "bench", "1"), judge)

        codec = Codec()

        async def fetch(asked: Any) -> dict[str, Any]:
            return {
                crn: codec.decode("interaction", codec.encode("interaction", lived(crn))) for crn in asked
            }

        before = resident()
        for start in range(0, PEOPLE, 100):
            some = [f"{number:09}X" for number in range(start, start + 100)]
            for crn, found in (await cache.look("interaction", "bench", some, fetch)).items():
                await cache.keep("interaction", "bench", crn, found)
        grown = resident() - before
        print(
            f"memory: {PEOPLE:,} customers read; kept {store.bytes / most:.1%} of the setting; "
            f"the process grew by {grown / most:.2f} times the setting"
        )

    asyncio.run(run())


def lived(crn: Any) -> Reading[Any]:
    """Six things that happened to somebody. Written down and read again, no text of it is anybody else's, too."""
    return Reading(History(crn, tuple(interaction(crn, f"{crn}-{n}", NOON) for n in range(6))), NOON)


def resident() -> int:
    pages = int(Path("/proc/self/statm").read_text("ascii").split()[1])
    return pages * resource.getpagesize()


def reading(url: str, number: int, ready: Any, go: Any, told: Any) -> None:
    """Read one cold customer a hundred times at once in a process; put how often its source was asked."""

    async def run() -> int:
        asked = 0

        async def fetch(some: Any) -> dict[str, str]:
            nonlocal asked
            asked += 1
            await asyncio.sleep(0.1)
            return dict.fromkeys(some, f"of {number}")

        async with process(url) as own:
            ready.put(number)
            await asyncio.to_thread(go.wait)

            async def read() -> None:
                found = (await own.cache.look("debt", "bench", ["A"], fetch))["A"]
                await own.cache.keep("debt", "bench", "A", found)

            await asyncio.gather(*(read() for _ in range(HERD)))
        return asked

    told.put(asyncio.run(run()))


def asked_by_herd(url: str) -> int:
    """How often the source was asked when a herd of several processes wanted one cold customer at once."""
    ready: Any = multiprocessing.Queue()
    told: Any = multiprocessing.Queue()
    go = multiprocessing.Event()
    readers = [
        multiprocessing.Process(target=reading, args=(url, number, ready, go, told))
        for number in range(FLEET)
    ]
    for one in readers:
        one.start()
    for _ in readers:
        ready.get()
    go.set()
    asked = sum(told.get() for _ in readers)
    for one in readers:
        one.join()
    return int(asked)


def herd(url: str) -> None:
    asked = asked_by_herd(url)
    print(
        f"herd: {FLEET} processes with {HERD} readers each of one cold customer: {asked} call(s) to the source"
    )


async def failing(shared: Shared) -> None:
    """Medians of an overview of customers who are not in memory, while the Valkey works, fails, and is bypassed."""
    people = crns(6 * TIMES + 40)
    records = [record for owner in people for record in everything_of(owner, NOON)]
    with tempfile.TemporaryDirectory() as folder:
        settings = Settings(
            home=Path(folder),
            redis_url=shared.url,
            rate_staff=0,
            policy_file=unwatched(Path(folder) / "policy.toml"),
        )
        async with serving(Path(folder), *records, settings=settings) as gate:
            fresh = iter(people)

            async def took(times: int = TIMES) -> list[float]:
                return [await milliseconds(gate, next(fresh)) for _ in range(times)]

            await took(20)
            base = median(await took())
            said = [f"failing: median overview {base:.1f} ms"]
            with shared.client as client:
                client.config_set("maxmemory", "1")
                said.append(f"full: median {median(await took()) - base:+.1f} ms")
                client.config_set("maxmemory", "0")
                client.flushall()
                said.append(f"flushed: {median(await took()) - base:+.1f} ms")
            with shared.stopped():
                first, bypassed = await took(5), await took()
            said.append(
                f"frozen: {median(first) - base:+.1f} ms and at worst {max(first) - base:+.1f} ms of the first "
                f"{len(first)}, then {median(bypassed) - base:+.1f} ms"
            )
            shared.kill()
            said.append(f"refused: {median(await took()) - base:+.1f} ms")
            shared.start()
            said.append(f"an empty one in its place: {median(await took()) - base:+.1f} ms")
    print("; ".join(said))


async def milliseconds(gate: Gate, crn: str) -> float:
    begun = time.perf_counter()
    answer = await gate.ask(QUERY, crn=crn)
    assert answer.data["customer"]["overview"]["completeness"] == "COMPLETE"
    return (time.perf_counter() - begun) * 1000


def main() -> None:
    parts: list[Callable[[str], None]] = [invalidations, herd]
    for part in parts:
        with valkey() as shared:
            part(shared.url)
    memory()
    with valkey() as shared:
        asyncio.run(failing(shared))


if __name__ == "__main__":
    main()
