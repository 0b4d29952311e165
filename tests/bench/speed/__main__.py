"""Compares the gateway with its peers: `make bench BENCHES=speed`, or a part of it with the options below."""

import argparse
import tempfile
from contextlib import ExitStack
from pathlib import Path

import uvloop

from tests.bench.speed.machine import OTHERS, stay
from tests.bench.speed.report import lines, table, whole
from tests.bench.speed.scenarios import SCENARIOS, Scenario
from tests.bench.speed.servers import stage
from tests.bench.speed.turns import Measuring
from tests.running.valkey import valkey

NAMES = [one.name for one in SCENARIOS]


def options() -> argparse.Namespace:
    """Return what the command line says."""
    told = argparse.ArgumentParser(prog="python -m tests.bench.speed", description=__doc__)
    told.add_argument("--only", default=",".join(NAMES), help=f"scenarios, of {', '.join(NAMES)}")
    told.add_argument("--who", action="append", help="only who is called so, once for each of several")
    told.add_argument("--rounds", type=int, default=3, help="how many turns each has (3)")
    told.add_argument("--seconds", type=float, default=4, help="how long a turn is (4)")
    told.add_argument("--write", type=Path, help="the file that the table is written to, as Markdown")
    return told.parse_args()


def chosen(only: str, who: list[str] | None) -> list[Scenario]:
    """Return the scenarios that are wanted, with those who are."""
    wanted = only.split(",")
    unknown = set(wanted) - set(NAMES)
    if unknown:
        raise SystemExit(f"There is no scenario {', '.join(sorted(unknown))}.")
    found = [one for one in SCENARIOS if one.name in wanted]
    return [one.among(who) for one in found] if who else found


def main() -> None:
    told, rows = options(), list[tuple[str, ...]]()
    stay(OTHERS)
    wanted = chosen(told.only, told.who)
    with tempfile.TemporaryDirectory() as folder, ExitStack() as stack:
        shared = any(one.shared for scenario in wanted for one in scenario.possible)
        redis = stack.enter_context(valkey()).url if shared else None
        running = stack.enter_context(stage(Path(folder), redis))
        for scenario in wanted:
            turns = uvloop.run(Measuring(scenario, running).rounds(told.rounds, told.seconds))
            found = list(lines(scenario, turns))
            print(table(found), flush=True)
            rows.extend(found)
    if told.write is not None:
        how = f"python -m tests.bench.speed --only {told.only} --rounds {told.rounds} --seconds {told.seconds:g}"
        told.write.write_text(whole(rows, how), "utf-8")


if __name__ == "__main__":
    main()
