"""A Monday morning: more is asked of one process than it can do, of people who are all different.

The gateway is a process on one core, the herd this process on another. First so many ask one thing after the other as
give the most answers; then requests come at once, twice, three and five times that rate, whether those before are
answered or not. `make bench BENCHES=overload` takes two minutes.
"""

import asyncio
import os
import sys
import tempfile
import time
from collections import Counter
from collections.abc import Iterator
from datetime import UTC, datetime, timedelta
from itertools import cycle
from pathlib import Path
from random import Random
from typing import Final

from tests.house.programs import answers, environment, free_port, running, wait_until
from tests.running.command import HOUSE, importing, overview
from tests.running.herding import Come, Herd, Went, middle_and_worst, operation
from tests.running.people import everything_of
from tests.running.policies import unwatched
from tests.sources.specimens import crns, line

PEOPLE: Final = 14_000
"""More than are asked about in all: whoever is asked about again is read again beside the answer."""
CROWDS: Final = (4, 8, 16, 32)
SECONDS: Final = 8.0
SETTLE: Final = 2.0
"""Seconds at the beginning of each stretch that do not count."""
TIMES: Final = (1, 2, 3, 5)
CLASSES: Final = ("officer",) * 8 + ("partner",) * 2
"""Who asks: eight of ten are officers."""
DEADLINE: Final = 3.0
QUESTION: Final = (
    "query($crn: CRN!) { customer(crn: $crn) { profile { names { family } }"
    " overview { completeness cards(first: 10) { edges { node { title } } } } } }"
)
SERVED: Final = "import os; os.sched_setaffinity(0, {0}); from gateway.cli import main; main()"


def coming(home: Path) -> Iterator[Come]:
    """Whoever comes, and whom each asks about: the same in every run."""
    tokens = {who: overview("token", who, home=home).stdout.decode().strip() for who in set(CLASSES)}
    people, chance = crns(PEOPLE), Random(830)
    about = cycle(chance.sample(people, PEOPLE))
    while True:
        who = chance.choice(CLASSES)
        yield Come(who, operation(tokens[who], QUESTION, crn=next(about)))


async def peak(herd: Herd, everybody: Iterator[Come], process: int) -> float:
    """The most answers a second, of several crowds that ask one thing after the other."""
    found = []
    for many in CROWDS:
        core = Core(process)
        went = await herd.crowd(many, SECONDS, lambda: next(everybody))
        found.append(served_a_second(went, SECONDS))
        print(f"  {many:3} at once: {found[-1]:6.1f} answers a second; it {core.share()}")
    return max(found)


class Core:
    """The core of the gateway: how much of it the gateway had, the rest of the machine permitting."""

    def __init__(self, process: int) -> None:
        self._file = Path(f"/proc/{process}/stat")
        self._threads = Path(f"/proc/{process}/task")
        self._began, self._used, self._waited = time.perf_counter(), self.used(), self.waited()

    def used(self) -> float:
        """Seconds of processor that it has used so far."""
        told = self._file.read_text("ascii").rpartition(")")[2].split()
        return (int(told[11]) + int(told[12])) / os.sysconf("SC_CLK_TCK")

    def waited(self) -> float:
        """Seconds that its threads were ready and did not run."""
        return (
            sum(int((one / "schedstat").read_text("ascii").split()[1]) for one in self._threads.iterdir())
            / 1e9
        )

    def share(self) -> str:
        seconds = time.perf_counter() - self._began
        used, waited = self.used() - self._used, self.waited() - self._waited
        return f"used {used / seconds:.0%} of its core, waited for it {waited / seconds:.0%}"


def served_a_second(went: list[Went], seconds: float) -> float:
    counted = [one for one in went if one.status == 200 and SETTLE <= one.ended < seconds]
    return len(counted) / (seconds - SETTLE)


def at_rate(everybody: Iterator[Come], rate: float, seconds: float) -> Iterator[Come]:
    """So many a second, as they come: at random moments."""
    chance, at = Random(int(rate)), 0.0
    while (at := at + chance.expovariate(rate)) < seconds:
        come = next(everybody)
        yield Come(come.kind, come.raw, at)


def told(times: int, rate: float, went: list[Went], best: float) -> None:
    answered = served_a_second(went, SECONDS)
    good = [one for one in went if one.status == 200]
    staff = [one.seconds for one in good if one.kind == "officer"]
    middle, worst = middle_and_worst([one.seconds for one in good])
    of_staff = middle_and_worst(staff)
    whole = sum(one.whole for one in good if one.kind == "officer")
    refused = [one for one in went if one.status == 503]
    waited = middle_and_worst([one.seconds for one in refused])
    asked, shed = Counter(one.kind for one in went), Counter(one.kind for one in refused)
    shares = ", ".join(f"{kind} {shed[kind] / asked[kind]:.0%}" for kind in sorted(asked))
    odd = Counter(one.status for one in went if one.status not in {200, 503})
    print(
        f"{times} times ({rate:.0f} a second): {answered:.1f} answers a second, {answered / best:.2f} of the peak\n"
        f"  answered: median {middle * 1000:.0f}, p99 {worst * 1000:.0f} ms; officers p99 {of_staff[1] * 1000:.0f} ms"
        f", late {sum(one > DEADLINE for one in staff)} of {len(staff)}, whole {whole / max(1, len(staff)):.0%}\n"
        f"  turned away: {shares}; median {waited[0] * 1000:.0f} ms, p99 {waited[1] * 1000:.0f} ms;"
        f" {sum(not (one.again and one.json) for one in refused)} without Retry-After; other statuses {dict(odd)}"
    )


async def measured(address: str, home: Path, process: int) -> None:
    herd, everybody = Herd(address), coming(home)
    await herd.crowd(4, 3.0, lambda: next(everybody))
    best = await peak(herd, everybody, process)
    for times in TIMES:
        rate = times * best
        core = Core(process)
        told(times, rate, await herd.ramp(at_rate(everybody, rate, SECONDS)), best)
        print(f"  it {core.share()}")
        await asyncio.sleep(3.0)
    await herd.close()


def main() -> None:
    os.sched_setaffinity(0, {1 % (os.cpu_count() or 1)})
    with tempfile.TemporaryDirectory() as folder:
        home, port = Path(folder), free_port()
        yesterday = datetime.now(UTC) - timedelta(days=1)
        lines = b"\n".join(
            line(record) for owner in crns(PEOPLE) for record in everything_of(owner, yesterday)
        )
        assert importing(lines + b"\n", home).returncode == 0
        env = environment(
            PYTHONPATH=str(HOUSE),
            OVERVIEW_HOME=str(home),
            OVERVIEW_PROFILE="development",
            OVERVIEW_RATE_STAFF="0",
            OVERVIEW_RATE_PARTNER="0",
            OVERVIEW_RATE_SERVICE="0",
            OVERVIEW_POLICY_FILE=str(unwatched(home / "policy.toml")),
        )
        command = [sys.executable, "-c", SERVED, "serve", "--port", str(port)]
        with running(command, env, home, home / "log") as process:
            wait_until(answers(f"http://127.0.0.1:{port}/health/ready"), process, home / "log")
            asyncio.run(measured(f"http://127.0.0.1:{port}", home, process.pid))


if __name__ == "__main__":
    main()
