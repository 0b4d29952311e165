"""I7 of memory: what fails again and again, and is mended each time, leaves nothing behind that grows."""

from pathlib import Path
from typing import Final

import pytest

from tests.chaos.faults import DOWN, SEVERED, Fault, sim, wire
from tests.chaos.invariants import Left, left, unrecovered, wrong
from tests.chaos.stage import Stage, staged
from tests.running.people import ANNE, BORIS

pytestmark = pytest.mark.conformance

TIMES: Final = 5
FAULTS: Final[tuple[Fault, ...]] = (
    DOWN,
    SEVERED,
    wire("timeout", timeout=0),
    wire("limit_data", bytes=180),
    sim("status", status=503),
    sim("garbled"),
    sim("oversize", megabytes=17),
    sim("gzip_bomb", megabytes=64),
    sim("wrong_subject"),
)
PATIENT: Final = dict.fromkeys(("interactions", "debts"), "calls = 1000")


async def struck_and_mended(stage: Stage) -> list[str]:
    """Do all that once; return what does not hold of it."""
    complaints: list[str] = []
    for fault in FAULTS:
        await stage.forget("interaction", "debt")
        await fault.strike(stage, ["interaction", "debt"])
        for people in ((ANNE,), (BORIS, ANNE)):
            await stage.ask(*people)
        await stage.heal()
        complaints += await unrecovered(stage, ANNE, BORIS)
        complaints += wrong(stage)
        stage.asked.clear()
    return complaints


async def test_striking_and_mending_again_and_again_leaves_no_memory_behind(tmp_path: Path) -> None:
    async with staged(tmp_path, 0.5, guards=PATIENT) as stage:
        complaints: list[str] = []
        seen: list[Left] = []
        for _ in range(2 + TIMES):
            complaints += await struck_and_mended(stage)
            seen.append(await left(stage))
        complaints += seen[-1].beyond(seen[0])
        complaints += seen[-1].swollen(seen[1])  # the first two times it grows into what it needs
        assert complaints == [], [one.memory for one in seen]
