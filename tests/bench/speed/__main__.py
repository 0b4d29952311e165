"""Compares the gateway with its peers: `make bench BENCHES=speed`, or a part of it with the options below."""

import argparse
import shlex
import sys
import tempfile
from collections.abc import AsyncIterator, Iterator
from contextlib import ExitStack
from itertools import chain
from pathlib import Path

import uvloop

from tests.bench.speed.growth import Cells, of_cards, of_customers, of_memory, of_subscribers
from tests.bench.speed.machine import OTHERS, stay
from tests.bench.speed.report import HEADS, lines, table, whole
from tests.bench.speed.scenarios import SCENARIOS, Scenario
from tests.bench.speed.servers import Stage, stage
from tests.bench.speed.turns import Measuring
from tests.running.valkey import valkey

LIVE, GROWTH, MEMORY = "live", "growth", "memory"
NAMES = [*(one.name for one in SCENARIOS), LIVE, GROWTH, MEMORY]


def options() -> argparse.Namespace:
    """Return what the command line says."""
    told = argparse.ArgumentParser(prog="python -m tests.bench.speed", description=__doc__)
    told.add_argument("--only", default=",".join(NAMES), help=f"what to measure, of {', '.join(NAMES)}")
    told.add_argument("--who", action="append", help="only who is called so, once for each of several")
    told.add_argument("--rounds", type=int, default=3, help="how many turns each has (3)")
    told.add_argument("--seconds", type=float, default=4, help="how long a turn is (4)")
    told.add_argument("--write", type=Path, help="the file that the tables are written to, as Markdown")
    told.add_argument(
        "--profile",
        type=Path,
        help="a folder: py-spy looks at the gateway, and says there what took long",
    )
    found = told.parse_args()
    unknown = sorted(set(found.only.split(",")) - set(NAMES))
    if unknown:
        told.error(f"there is no {', '.join(unknown)}")
    return found


def chosen(told: argparse.Namespace) -> list[Scenario]:
    """Return the scenarios that are wanted, with those who are."""
    found = [one for one in SCENARIOS if one.name in told.only.split(",")]
    return [one.among(told.who) for one in found] if told.who else found


def compared(told: argparse.Namespace, running: Stage) -> Iterator[str]:
    """Yield the table of each scenario."""
    for scenario in chosen(told):
        turns = uvloop.run(Measuring(scenario, running, told.profile).rounds(told.rounds, told.seconds))
        yield table(HEADS, list(lines(scenario, turns)))


def grown(told: argparse.Namespace, running: Stage) -> Iterator[str]:
    """Yield the tables of how cost grows."""
    wanted = told.only.split(",")
    if LIVE in wanted:
        heads = ("subscribers", "from the event to a socket", "beside")
        yield table(heads, gathered(of_subscribers(running, max(8.0, told.seconds))), 0)
    if GROWTH in wanted:
        heads = ("cards", "an overview of records in memory", "4 clients")
        yield table(heads, gathered(of_cards(running, told.rounds, told.seconds)), 0)
        yield table(("customers in memory", "found", "kept"), gathered(of_customers()), 0)
    if MEMORY in wanted:
        heads = ("memory", "at first", "after so many seconds of misses")
        yield table(heads, gathered(of_memory(running, told.seconds)), 1)


def gathered(rows: AsyncIterator[Cells]) -> list[Cells]:
    async def all_of_them() -> list[Cells]:
        return [row async for row in rows]

    return uvloop.run(all_of_them())


def main() -> None:
    told, tables = options(), list[str]()
    stay(OTHERS)
    with tempfile.TemporaryDirectory() as folder, ExitStack() as stack:
        shared = any(one.shared for scenario in chosen(told) for one in scenario.possible)
        redis = stack.enter_context(valkey()).url if shared else None
        running = stack.enter_context(stage(Path(folder), redis))
        for found in chain(compared(told, running), grown(told, running)):
            print(found, end="\n\n", flush=True)
            tables.append(found)
            if told.write is not None:
                how = shlex.join(["python", "-m", "tests.bench.speed", *sys.argv[1:]])
                told.write.write_text(whole(tables, how), "utf-8")


if __name__ == "__main__":
    main()
