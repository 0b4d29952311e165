"""A system that fails every other time, and one that is stopped: what its breaker makes of it, and when."""

import asyncio
import time
from collections.abc import Sequence, Set
from itertools import pairwise
from pathlib import Path
from statistics import median
from typing import Final

import pytest
from msgspec import Struct

from sandbox.upstreams.running import SERVICES
from sources.guard import BreakerChanged, State
from tests.chaos.faults import DOWN, sim
from tests.chaos.invariants import leaked, left, overasked, unrecovered, wrong
from tests.chaos.stage import Stage, staged
from tests.running.people import ANNE, BORIS

pytestmark = pytest.mark.conformance

OPEN: Final = 0.5
"""Seconds that the breaker stays open at the least."""
HASTE: Final = (
    f"calls = 6\nopen_seconds = {OPEN}\njitter_seconds = 0.1\nlongest_open_seconds = 2\nwindow_seconds = 5"
)
SECONDS: Final = 6.0
PAUSE: Final = 0.01
"""Seconds between two questions: one caller may ask so much in a minute, and the gateway would answer more."""
LONGEST: Final = 30.0
NAME: Final = {"source": "interactions"}
STATES: Final = {State.OPEN, State.HALF_OPEN, State.CLOSED}


class Change(Struct, frozen=True):
    """A change of the breaker: the question in which it came began and ended at these monotonic moments."""

    to: State
    seconds: float
    earliest: float
    latest: float


def changes(stage: Stage) -> list[BreakerChanged]:
    return [one for one in stage.gate.events if isinstance(one, BreakerChanged)]


async def watched(stage: Stage, wanted: Set[State]) -> list[Change]:
    """Ask for a while of what is not kept, and until each of some states was seen; return the breaker's changes."""
    seen: list[Change] = []
    first = time.monotonic()
    while (began := time.monotonic()) < first + LONGEST:
        if began > first + SECONDS and wanted <= {one.to for one in seen}:
            break
        await asyncio.sleep(PAUSE)
        await stage.forget("interaction")
        await stage.ask(ANNE)
        new = changes(stage)[len(seen) :]
        seen += [Change(one.to, one.seconds, began, time.monotonic()) for one in new]
    return seen


def swings(seen: Sequence[Change]) -> list[str]:
    """Say where a breaker was asked to be open for longer than it was, or did what no breaker does."""
    complaints = []
    for before, after in pairwise(seen):
        if (before.to, after.to) not in {
            (State.OPEN, State.HALF_OPEN),
            (State.HALF_OPEN, State.OPEN),
            (State.HALF_OPEN, State.CLOSED),
            (State.CLOSED, State.OPEN),
        }:
            complaints.append(f"{before.to} became {after.to}")
        if before.to is State.OPEN and after.latest - before.earliest < max(OPEN, before.seconds):
            complaints.append(f"open for {after.latest - before.earliest:.3f} of {before.seconds} seconds")
    return complaints


@pytest.mark.parametrize("probes", [1, 3])
async def test_f19_a_system_that_fails_every_other_time_is_tried_now_and_then_and_never_swings(
    probes: int, tmp_path: Path
) -> None:
    async with staged(tmp_path, guards={"interactions": f"{HASTE}\nprobes = {probes}"}) as stage:
        before, calls = await left(stage), stage.calls()
        moved = {to: stage.metric("breaker_transitions_total", NAME | {"to": to.value}) for to in STATES}
        await sim("status", status=500, probability=0.5, seed=15).strike(stage, ["interaction"])
        # that three good answers follow on one another is not to be waited for
        wanted = STATES if probes == 1 else {State.OPEN, State.HALF_OPEN}
        began = time.monotonic()
        seen = await watched(stage, wanted)
        took = time.monotonic() - began

        assert seen[0].to is State.OPEN
        assert wanted <= {one.to for one in seen}
        assert swings(seen) == []
        opened = [one for one in seen if one.to is State.OPEN]
        assert len(opened) <= took / OPEN + 1
        for to in STATES:
            counted = stage.metric("breaker_transitions_total", NAME | {"to": to.value}) - moved[to]
            assert counted == [one.to for one in seen].count(to)
        assert set(stage.events) == {"source.breaker", "source.http_error"}
        assert stage.events.count("source.breaker") == len(seen)  # of its changes, and of nothing else
        failures = stage.systems.calls("interaction").requests - calls["interaction"]
        assert stage.events.count("source.http_error") <= failures  # whoever was turned away fills no log
        states = {one.section(0, "interaction")["status"] for one in stage.asked}
        assert states == {"OK", "UNAVAILABLE"}

        asked_of = stage.calls()
        await stage.heal()
        complaints = await unrecovered(stage, ANNE, BORIS)
        complaints += await leaked(stage, before)
        complaints += overasked(asked_of, calls, dict.fromkeys(SERVICES, len(stage.asked)))
        complaints += wrong(stage)
        assert complaints == [], stage.kit.journal


async def test_f04_once_its_breaker_is_open_a_stopped_system_costs_under_50_ms(tmp_path: Path) -> None:
    """Of somebody of whom all else is kept; asserted with a factor of two to spare."""
    terms = "calls = 6\nopen_seconds = 4\njitter_seconds = 0"
    async with staged(tmp_path, guards={"interactions": terms}) as stage:
        await stage.ask(ANNE)
        before, calls = await left(stage), stage.calls()
        await DOWN.strike(stage, ["interaction"])
        await stage.forget("interaction")
        while not changes(stage):
            assert (await stage.ask(ANNE)).section(0, "interaction")["status"] == "UNAVAILABLE"
        told, turned_away = stage.events, stage.metric("breaker_rejected_total", NAME)
        asked = [await stage.ask(ANNE) for _ in range(25)]

        assert median(one.seconds for one in asked) < 0.1, [one.seconds for one in asked]
        for one in asked:
            section = one.section(0, "interaction")
            assert (section["status"], section["code"]) == ("UNAVAILABLE", "SOURCE_UNAVAILABLE")
            assert 1 <= section["retryAfter"] <= 4
        assert stage.metric("breaker_rejected_total", NAME) - turned_away == len(asked)
        assert set(told) == {"source.breaker", "source.unavailable"}
        assert stage.events == told  # the breaker has said so once, for all of them
        assert stage.news.count("source.not_asked") >= len(asked)
        assert [one.to for one in changes(stage)] == [State.OPEN]

        asked_of = stage.calls()
        await stage.heal()
        complaints = await unrecovered(stage, ANNE)
        complaints += await leaked(stage, before)
        complaints += overasked(asked_of, calls, dict.fromkeys(SERVICES, len(stage.asked)))
        complaints += wrong(stage)
        assert complaints == [], stage.kit.journal
