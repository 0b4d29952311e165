"""F33: a worker is killed in the middle of a read. Its clients see the connection end, nobody else sees anything."""

import asyncio
import os
import signal
import time
from collections.abc import AsyncIterator, Sequence
from contextlib import AsyncExitStack, asynccontextmanager
from dataclasses import dataclass, field
from functools import partial
from pathlib import Path
from typing import Any, Final
from uuid import uuid4

import msgspec
import pytest
from httpx2 import AsyncClient, HTTPError, Timeout

from sandbox.upstreams.running import Upstreams, running
from sources.crn import Crn
from tests.chaos.invariants import audited, late, mixed, too_old, untrue
from tests.chaos.stage import QUESTION, Asked, records_of
from tests.running import NOON, Answer
from tests.running.command import migrated, overview
from tests.running.people import ANNE, BORIS, CLARA
from tests.running.services import sources_file, told_by_town
from tests.running.workers import Crew, crew

pytestmark = pytest.mark.conformance

SLOW: Final = 4.0
"""Seconds that the systems take for an answer, so that something is under way."""
RESPAWN: Final = 6.0
PEOPLE: Final = (ANNE, BORIS, CLARA)
SETTINGS: Final = {
    "OVERVIEW_PROFILE": "development",
    "OVERVIEW_NOW": NOON.isoformat(),
    "OVERVIEW_SOURCE_SECONDS": "20",
    "OVERVIEW_DEADLINE_STAFF": "30",
    "OVERVIEW_RATE_STAFF": "0",
}


@dataclass
class Desk:
    """An officer's connection, which is kept, and the worker that has it."""

    client: AsyncClient
    worker: int
    heard: list[str] = field(default_factory=list)

    async def ask(self, owner: Crn) -> Asked | None:
        """The answer to a question about somebody; None when the connection ended under it."""
        body = msgspec.json.encode({"query": QUESTION, "variables": {"crns": [owner]}})
        began = time.perf_counter()
        try:
            answer = await self.client.post("/graphql", content=body, headers={"x-request-id": uuid4().hex})
        except HTTPError as error:
            self.heard.append(type(error).__name__)
            return None
        told = Answer(answer.status_code, dict(answer.headers), answer.text)
        return Asked((owner,), told, time.perf_counter() - began)


@dataclass(frozen=True)
class Floor:
    """A gateway with two workers before the sandbox's systems, and desks whose connections each of them has."""

    crew: Crew
    systems: Upstreams
    desks: Sequence[Desk]
    home: Path

    @property
    def journal(self) -> list[dict[str, Any]]:
        lines = (self.home / "audit.ndjson").read_bytes().splitlines()
        return [msgspec.json.decode(line) for line in lines]

    async def slow(self) -> None:
        """Let whatever the overview needs of one system take long."""
        await self.systems.fault("interaction", "slow", seconds=SLOW)

    async def under_way(self, questions: int) -> None:
        """Wait until the system has been asked so many times."""
        for _ in range(400):
            if self.systems.calls("interaction").requests >= questions:
                return await asyncio.sleep(SLOW / 4)  # so that those which come together are there, too
            await asyncio.sleep(0.05)
        raise AssertionError("the questions did not get there")


@asynccontextmanager
async def floor(home: Path) -> AsyncIterator[Floor]:
    """The floor, once each of the workers has two desks."""
    async with AsyncExitStack() as stack:
        systems = await stack.enter_async_context(
            running(told_by_town([one for owner in PEOPLE for one in records_of(owner)]))
        )
        file = sources_file(home, systems.addresses)
        await asyncio.to_thread(migrated, home)
        said = await asyncio.to_thread(partial(overview, "token", "officer", home=home, **SETTINGS))
        bearer = said.stdout.decode().strip()
        ours = stack.enter_context(crew(home, 2, OVERVIEW_SOURCES=str(file), **SETTINGS))
        desks: list[Desk] = []
        for _ in range(100):
            desks.append(await _desk(stack, ours, bearer))
            held = [desk.worker for desk in desks]
            if all(held.count(worker) >= 2 for worker in ours.workers):
                break
        assert len({desk.worker for desk in desks}) == 2
        yield Floor(ours, systems, desks, home)


async def _desk(stack: AsyncExitStack, ours: Crew, bearer: str) -> Desk:
    headers = {"content-type": "application/json", "authorization": f"Bearer {bearer}"}
    client = await stack.enter_async_context(
        AsyncClient(base_url=f"http://127.0.0.1:{ours.port}", headers=headers, timeout=Timeout(60))
    )
    answer = await client.get("/health/live")
    local = answer.extensions["network_stream"].get_extra_info("client_addr")[1]
    worker = ours.owner(local)
    assert worker is not None
    return Desk(client, worker)


def wrong(asked: Asked) -> list[str]:
    """What does not hold of an answer: I1, I2, I3 and I5."""
    return [*mixed(asked), *too_old(asked), *untrue(asked), *late(asked, SLOW + 16)]


async def test_f33_a_worker_is_killed_in_the_middle_of_a_read(tmp_path: Path) -> None:
    async with floor(tmp_path) as staged:
        ours, victim = staged.crew, staged.desks[0].worker
        await staged.slow()
        asking = [
            asyncio.create_task(desk.ask(PEOPLE[place % len(PEOPLE)]))
            for place, desk in enumerate(staged.desks)
        ]
        await staged.under_way(2)
        os.kill(victim, signal.SIGKILL)
        killed = time.monotonic()
        await asyncio.to_thread(ours.wait, lambda: ours.has(deaths=1, workers=2), RESPAWN)
        assert time.monotonic() - killed < RESPAWN
        answers = await asyncio.gather(*asking)
        struck = [desk.worker == victim for desk in staged.desks]
        assert [answer is None for answer in answers] == struck
        await staged.systems.clear()
        again = [await desk.ask(ANNE) for desk, was in zip(staged.desks, struck, strict=True) if was]
        seen = [one for one in (*answers, *again) if one is not None]
        assert None not in again
        assert [flaw for one in seen for flaw in wrong(one)] == []
        assert all(one.shown[0]["overview"]["completeness"] == "COMPLETE" for one in seen if one.shown[0])
        assert list(audited(staged.journal, seen)) == []
        told = [(one["level"], one["worker"] in {1, 2}, one["signal"]) for one in ours.named("worker.died")]
        assert told == [("error", True, "SIGKILL")]
        assert not any(owner[:9] in ours.log.read_text() for owner in PEOPLE)
        verified = await asyncio.to_thread(partial(overview, "audit", "verify", home=tmp_path))
        assert verified.returncode == 0, verified.stdout


@pytest.mark.parametrize("sign", [signal.SIGTERM, signal.SIGHUP])
async def test_what_is_under_way_is_answered_before_a_worker_ends(
    sign: signal.Signals, tmp_path: Path
) -> None:
    async with floor(tmp_path) as staged:
        await staged.slow()
        asking = [asyncio.create_task(desk.ask(ANNE)) for desk in staged.desks]
        await staged.under_way(2)
        os.kill(staged.crew.parent, sign)
        answers = await asyncio.gather(*asking)
        assert all(answer is not None and wrong(answer) == [] for answer in answers)
