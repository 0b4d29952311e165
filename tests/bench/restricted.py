"""Whether a partner can tell a restricted record from a number that nobody has by the time an answer takes.

Pairs of requests in random order, over real sockets, to a gateway with records in SQLite: the difference of each pair.
"""

import asyncio
import tempfile
import time
from collections.abc import Mapping
from pathlib import Path
from random import Random
from statistics import fmean, median, stdev
from typing import Any, Final

from gateway.settings import Settings
from sources.parts import Restriction
from tests.running import NOON, Gate, serving
from tests.running.people import ANNE, everything_of
from tests.sources.specimens import crn

PAIRS: Final = 2_000
WARM: Final = 100
UNKNOWN: Final = crn(299)
WHOLE: Final = """query($crn: CRN!) { customer(crn: $crn) { id profile { names { family } }
    interactions { edges { node { title } } } correspondence { edges { node { title } } }
    overview { completeness cards { edges { node { title } } } } } }"""


async def taken(gate: Gate, who: str, headers: Mapping[str, str]) -> float:
    """How long one request takes, in microseconds."""
    begun = time.perf_counter()
    answer = await gate.ask(WHOLE, "partner", headers, crn=who)
    microseconds = (time.perf_counter() - begun) * 1e6
    assert answer.data == {"customer": None}
    return microseconds


async def pairs(gate: Gate) -> list[tuple[float, float]]:
    """How long a restricted and an unknown number take, pair by pair."""
    random, found = Random(1), []
    headers = {"authorization": f"Bearer {gate.token('partner')}"}
    for _ in range(WARM + PAIRS):
        order = [ANNE, UNKNOWN]
        random.shuffle(order)
        pair: dict[Any, float] = {}
        for who in order:
            pair[who] = await taken(gate, who, headers)
        found.append((pair[ANNE], pair[UNKNOWN]))
    return found[WARM:]


async def main() -> None:
    with tempfile.TemporaryDirectory() as folder:
        records = [*everything_of(ANNE, NOON), Restriction(ANNE, restricted=True, manager="officer-9")]
        settings = Settings(home=Path(folder), rate_partner=0)
        async with serving(Path(folder), *records, settings=settings) as gate:
            found = await pairs(gate)
    differences = sorted(one - other for one, other in found)
    few = len(differences) // 100
    kept = differences[few:-few]  # a pause of the machine in one of two thousand pairs is no signal
    mean, margin = fmean(kept), 1.96 * stdev(kept) / len(kept) ** 0.5
    usual = median(one for pair in found for one in pair)
    print(f"restricted and unknown, {PAIRS:,} pairs in random order, a median request takes {usual:,.0f} µs")
    print(
        f"  mean difference {mean:+.1f} µs, 95 % confidence {mean - margin:+.1f} to {mean + margin:+.1f} µs"
    )
    print(f"  median difference {median(differences):+.1f} µs")
    print("  " + ("no difference shows" if abs(mean) <= margin else f"{abs(mean) / usual:.2%} of a request"))


if __name__ == "__main__":
    asyncio.run(main())
