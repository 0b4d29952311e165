"""The weather: two gateways for a long time before neighbours that fail at random, and twenty clients who ask.

python -m tests.soak.weather --minutes 20 --seed 7
python -m tests.soak.weather --seed 7 --steps 35-37
"""

import asyncio
import sys
import tempfile
import time
from collections.abc import AsyncIterator, Iterator
from contextlib import asynccontextmanager
from pathlib import Path
from random import SystemRandom
from typing import Final

import click
from msgspec import Struct

from tests.soak.clients import Clients, Spoil
from tests.soak.judging import Judge
from tests.soak.plan import Step, step
from tests.soak.scene import Scene, staged
from tests.soak.table import MEBIBYTE, Round, Sight, measured, memory, table
from tests.soak.truth import Seen

SLACK: Final = 1.0
"""The factor by which time limits and deadlines are longer than usual, for a busy machine."""
WARM: Final = 8
"""Steps after which nothing more may stay behind: every pool has had its worst."""
GROWTH: Final = 0.05
FLOORS: Final = {"here": 96 * MEBIBYTE, "there": 16 * MEBIBYTE}
"""A process may grow by a share of what it was after the warm-up, and by so much beside: what was read once in its
largest form leaves room behind. In this one are the clients and the systems, too, whose answers are larger yet."""
LAG: Final = 0.05


class Terms(Struct, frozen=True):
    """How long a soak goes on: for so many seconds, or from one step to another. `slack` is for a busy machine."""

    seed: int
    seconds: float
    steps: tuple[int, int] | None = None
    slack: float = SLACK

    def plan(self, now: float) -> Iterator[Step]:
        """Yield the steps, until the time is over; `now` is when it began, in monotonic seconds."""
        number, last = self.steps or (1, sys.maxsize)
        while number <= last and (self.steps is not None or time.monotonic() < now + self.seconds):
            yield step(self.seed, number)
            number += 1


class Loop:
    """How late the event loop was at most in a step, in seconds: all in this process is later by it."""

    def __init__(self) -> None:
        self.lag = 0.0

    @asynccontextmanager
    async def watched(self) -> AsyncIterator[None]:
        """Look for as long as this lasts."""
        task = asyncio.create_task(self._looks())
        try:
            yield
        finally:
            task.cancel()
            await asyncio.gather(task, return_exceptions=True)

    async def _looks(self) -> None:
        while True:
            before = time.monotonic()
            await asyncio.sleep(LAG)
            self.lag = max(self.lag, time.monotonic() - before - LAG)


def _as_it_is(seen: Seen) -> Seen:
    return seen


async def soaked(folder: Path, terms: Terms, spoil: Spoil) -> AsyncIterator[Round]:
    """Yield each step once it is judged. `spoil` changes what clients saw: whoever does must be found out."""
    loop, done = Loop(), 0
    async with staged(folder, terms.seed, terms.slack) as scene:
        clients = Clients(scene, terms.seed, spoil)
        judge = Judge(scene, clients, terms.slack, lambda: loop.lag)
        assert (await judge.recovered())[0] is not None, clients.seen[-1].asked.answer.text
        async with clients.at_work(), loop.watched():
            for one in terms.plan(time.monotonic()):
                yield await _gone_through(one, scene, clients, judge, loop, warm=done >= WARM)
                done += 1


async def _gone_through(
    one: Step, scene: Scene, clients: Clients, judge: Judge, loop: Loop, *, warm: bool
) -> Round:
    for blow in one.blows:
        await scene.striker.strike(blow)
    await asyncio.sleep(one.seconds)
    sight = Sight.of(clients.seen)
    await scene.striker.heal()
    recovered, complaints = await judge.recovered()
    async with clients.quiet():
        lag = loop.lag
        complaints += await judge.complaints(warm)
        resident = {door.name: door.resident for door in scene.doors}
        found = Round(one, sight, recovered, clients.left, clients.writes, resident, lag, complaints)
        scene.stage.gate.events.clear()
        scene.stage.asked.clear()
        scene.stage.kit.journal.clear()
        clients.forget()
        loop.lag = 0.0
    return found


def grown(rounds: list[Round]) -> list[str]:
    """Say which process has more memory than it had after the warm-up; a soak that is not longer says nothing."""
    if len(rounds) <= 2 * WARM:
        return []
    found = []
    for name in rounds[-1].resident:
        first, last = measured(rounds, WARM, name)
        if last > first * (1 + GROWTH) + FLOORS[name]:
            found.append(f"I7: {name} has grown from {first:,} to {last:,} bytes")
    return found


async def soak(terms: Terms, spoil: Spoil = _as_it_is) -> bool:
    """Go through it and print it; tell whether everything held."""
    rounds: list[Round] = []
    with tempfile.TemporaryDirectory() as folder:
        async for one in soaked(Path(folder), terms, spoil):
            rounds.append(one)
            print(one.line(), flush=True)
    failed = [one.step.number for one in rounds if one.complaints]
    more = grown(rounds)
    for line in (*table(rounds), "", *memory(rounds, WARM), *more):
        print(line)
    for number in failed:
        print(
            f"step {number} did not hold; once more: make soak KILLS=0 SEED={terms.seed} STEPS={number}-{number}"
        )
    if failed or more:
        print(f"all of it once more: make soak KILLS=0 SEED={terms.seed} STEPS={rounds[-1].step.number}")
    return bool(rounds) and not failed and not more


def steps_of(told: str) -> tuple[int, int] | None:
    """Return the first and the last step that `35-37` asks for, or `37` (from the first on); None for nothing."""
    first, _, last = told.rpartition("-")
    return (int(first or 1), int(last)) if told else None


@click.command()
@click.option("--minutes", type=click.FloatRange(0.1), default=20.0, show_default=True)
@click.option("--seed", type=int, default=None, help="By default a random one, which is printed.")
@click.option("--steps", default="", help="So many steps, or from one to another: 35-37.")
@click.option("--slack", type=click.FloatRange(1.0), default=SLACK, show_default=True)
def main(minutes: float, seed: int | None, steps: str, slack: float) -> None:
    """Let neighbours fail at random, and see that what must hold holds."""
    terms = Terms(
        seed if seed is not None else SystemRandom().randrange(1_000_000),
        minutes * 60,
        steps_of(steps),
        slack,
    )
    print(f"seed {terms.seed}; time limits are {terms.slack:.1f} times the usual ones", flush=True)
    sys.exit(0 if asyncio.run(soak(terms)) else 1)


if __name__ == "__main__":
    main()
