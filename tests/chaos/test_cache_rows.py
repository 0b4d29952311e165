"""Every row about the shared cache: nobody who asks notices, and the log and the metrics say what it was.

A new row is one entry in `rows_of_cache.py`.
"""

import asyncio
import time
from collections.abc import Iterator
from pathlib import Path

import pytest

from sandbox.upstreams.running import SERVICES
from tests.bench.cache import asked_by_herd
from tests.chaos.cached_stage import CachedStage, cached
from tests.chaos.invariants import RECOVERY, audited, late, leaked, left, mixed, overasked, too_old, untrue
from tests.chaos.rows_of_cache import ROWS, CachedRow
from tests.chaos.stage import Asked
from tests.running.valkey import valkey

pytestmark = pytest.mark.conformance


@pytest.mark.parametrize("row", [pytest.param(row, id=row.id) for row in ROWS])
async def test_a_failure_of_the_shared_cache_costs_nobody_an_answer(row: CachedRow, tmp_path: Path) -> None:
    async with cached(tmp_path, **row.settings) as stage:
        before, calls, asked = await left(stage), stage.calls(), len(stage.asked)
        moved = {name: stage.metric(name, labels) for name, labels in row.moved.items()}
        stage.begin()

        await row.plot(stage)
        calls_of_it = stage.calls()
        assert stage.told - row.maybe == row.log
        assert all(stage.metric(name, labels) > moved[name] for name, labels in row.moved.items())

        of_it = stage.asked[asked:] + stage.others
        complaints = list(overasked(calls_of_it, calls, dict.fromkeys(SERVICES, row.calls)))
        complaints += [wrong for one in of_it for wrong in late(one, row.within)]
        await stage.heal()
        complaints += await unshared(stage)
        complaints += await leaked(stage, before)
        complaints += whatever_happens(stage)
        assert complaints == [], (stage.kit.journal, stage.wires.journal)
        assert stage.told - row.maybe == row.log | row.healed


def test_four_processes_with_a_hundred_readers_each_of_one_cold_customer_ask_the_source_once() -> None:
    """F29 without what is around the cache: a process that answers a hundred at once may hear its Valkey too late."""
    with valkey() as shared:
        assert asked_by_herd(shared.url) == 1


async def unshared(stage: CachedStage) -> list[str]:
    """I6: say when the shared cache is not used again soon."""
    async with asyncio.timeout(2 * RECOVERY):
        began = time.monotonic()
        while time.monotonic() - began < RECOVERY:
            if await stage.shares():
                return []
            await asyncio.sleep(0.25)
    return [f"I6: nothing is shared after {RECOVERY} seconds"]


def incomplete(asked: Asked) -> Iterator[str]:
    """Say where an answer does not hold everything."""
    if any(one is None or one["overview"]["completeness"] != "COMPLETE" for one in asked.shown):
        yield f"an answer is not whole: {asked.answer.text}"


def whatever_happens(stage: CachedStage) -> Iterator[str]:
    for one in (*stage.asked, *stage.others):
        yield from (*mixed(one), *too_old(one), *untrue(one), *incomplete(one))
    yield from audited(stage.gate.journal, stage.asked)
