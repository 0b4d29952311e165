"""Whether the person with 50,000 things in the history pages as fast as a quiet one.

One gateway with both of them in SQLite; pages over real sockets, in turns; the ratio of the medians.
"""

import asyncio
import tempfile
import time
from datetime import timedelta
from pathlib import Path
from statistics import median
from typing import Any, Final

from gateway.settings import Settings
from tests.running import NOON, Gate, serving
from tests.running.people import ANNE, BORIS, by_phone, person

BUSY: Final = 50_000
QUIET: Final = 45
TIMES: Final = 40
PAGES: Final = 100
MINUTES: Final = timedelta(minutes=31)
DOCUMENT: Final = """query($crn: CRN!, $filter: TimelineFilter, $first: Int, $after: String) { customer(crn: $crn) {
    timeline(filter: $filter, first: $first, after: $after) {
        edges { node { title } } pageInfo { hasNextPage endCursor } } } }"""


def lived(owner: Any, count: int) -> list[Any]:
    return [by_phone(owner, f"{n:05}", NOON - MINUTES * n, title=f"Number {n}") for n in range(count)]


async def page(gate: Gate, crn: Any, first: int = 20, after: str | None = None, **filter: Any) -> Any:
    answer = await gate.ask(DOCUMENT, crn=crn, first=first, after=after, filter=filter)
    return answer.data["customer"]["timeline"]


async def milliseconds(gate: Gate, crn: Any, after: str | None, filter: dict[str, Any]) -> float:
    begun = time.perf_counter()
    await page(gate, crn, after=after, **filter)
    return (time.perf_counter() - begun) * 1000


async def main() -> None:
    with tempfile.TemporaryDirectory() as folder:
        settings = Settings(home=Path(folder), rate_staff=0)
        people = (person(ANNE), person(BORIS), *lived(ANNE, BUSY), *lived(BORIS, QUIET))
        async with serving(Path(folder), *people, settings=settings) as gate:
            after = None
            for _ in range(PAGES):
                after = (await page(gate, ANNE, 100, after))["pageInfo"]["endCursor"]
            asked: dict[str, tuple[Any, str | None, dict[str, Any]]] = {
                "quiet, page 1": (BORIS, None, {}),
                "busy, page 1": (ANNE, None, {}),
                "busy, page 500": (ANNE, after, {}),
                "quiet, by text": (BORIS, None, {"text": "number"}),
                "busy, by text": (ANNE, None, {"text": "number"}),
                "busy, by kind": (ANNE, None, {"kinds": ["SELF_SERVICE_IVR"]}),
            }
            taken: dict[str, list[float]] = {name: [] for name in asked}
            for _ in range(TIMES):
                for name, (crn, place, filter) in asked.items():
                    taken[name].append(await milliseconds(gate, crn, place, filter))
    quiet = median(taken["quiet, page 1"])
    print("\npages of 20 entries, median of", TIMES)
    for name, times in taken.items():
        print(f"  {name:26} {median(times):6.1f} ms   {median(times) / quiet:4.1f} times a quiet first page")


if __name__ == "__main__":
    asyncio.run(main())
