"""A gateway of which more is asked than it can do, over real sockets: who is turned away, how, and who is not."""

import asyncio
import time
from collections.abc import AsyncIterator, Sequence
from contextlib import asynccontextmanager
from pathlib import Path
from typing import Any

import pytest

from gateway.overload.admission import Class
from gateway.overload.memory import MemorySoftLimit, Stage
from gateway.settings import Settings
from sources.crn import Crn
from sources.parts import CUSTOMER
from sources.source import Source
from tests.gateway.test_metrics import Measured, measured
from tests.running import NOON
from tests.running.answers import Answer
from tests.running.failing import failing
from tests.running.people import ANNE, everything_of
from tests.running.until import until

ONE = "query($crn: CRN!) { customer(crn: $crn) { id } }"
VIEWER = "{ viewer { id } }"
PLACES = 4
"""Two for officers, one for partners, one for exports; of which one is kept for each class in any case."""


class Held(Measured):
    """A gateway whose questions about customers wait until the test lets them go on."""

    go_on: asyncio.Event

    def inside(self, kind: Class) -> int:
        return self.gateway.limits.places.admission.inside(kind)

    async def busy(self, persona: str, kind: Class, number: int) -> list[asyncio.Task[Answer]]:
        """So many requests of somebody that are worked on and do not end."""
        asking = [asyncio.create_task(self.ask(ONE, persona, crn=ANNE)) for _ in range(number)]
        while self.inside(kind) < number:
            await asyncio.sleep(0.005)
            assert not any(task.done() for task in asking), [task.result() for task in asking if task.done()]
        return asking


@asynccontextmanager
async def held(folder: Path, **more: Any) -> AsyncIterator[Held]:
    go_on = asyncio.Event()

    async def waits(good: Source[Any], crns: Sequence[Crn]) -> Any:
        await go_on.wait()
        return await good.fetch(crns)

    settings = Settings(home=folder, **({"places": PLACES} | more))
    records, replaced = everything_of(ANNE, NOON), {CUSTOMER.name: failing(waits)}
    async with measured(folder, *records, settings=settings, replaced=replaced) as gate:
        found = Held(gate.gateway, gate.hands, gate.client, gate.events)
        found.admin, found.go_on = gate.admin, go_on
        try:
            yield found
        finally:
            go_on.set()


def assert_turned_away(answer: Answer, seconds: str) -> None:
    assert (answer.status, answer.headers["retry-after"]) == (503, seconds)
    assert answer.headers["content-type"] == "application/json; charset=utf-8"
    assert answer.headers["cache-control"] == "no-store"
    (error,) = answer.body["errors"]
    assert (error["extensions"]["code"], error["extensions"]["retryable"]) == ("OVERLOADED", True)
    assert "data" not in answer.body


async def test_partners_are_turned_away_while_officers_are_served(tmp_path: Path) -> None:
    async with held(tmp_path) as gate:
        partners = await gate.busy("partner", Class.PARTNER, 2)
        assert_turned_away(await gate.ask(ONE, "partner", crn=ANNE), "3")
        assert_turned_away(await gate.ask(ONE, "dashboard", crn=ANNE), "3")  # a service counts among them
        assert (await gate.ask(VIEWER)).status == 200
        gate.go_on.set()
        assert {answer.status for answer in await asyncio.gather(*partners)} == {200}
        assert (await gate.ask(ONE, "partner", crn=ANNE)).status == 200
        assert await gate.value("shed_total", **{"class": "partner", "reason": "wait"}) == 2
        assert await gate.value("queue_seconds_count") == 2
        assert [line.event for line in gate.log] == ["overload.shed"]  # of many, one


async def test_an_officer_who_finds_no_place_is_told_when_to_come_again_and_pays_nothing(
    tmp_path: Path,
) -> None:
    async with held(tmp_path) as gate:
        left = (await gate.ask(VIEWER)).headers["ratelimit"]
        officers = await gate.busy("officer", Class.STAFF, 2)
        answer = await gate.ask(ONE, crn=ANNE)
        assert_turned_away(answer, "1")
        assert int(answer.headers["ratelimit"].split(";")[1][2:]) == int(left.split(";")[1][2:]) - 2
        gate.go_on.set()
        assert {answer.status for answer in await asyncio.gather(*officers)} == {200}


async def test_a_request_that_finds_a_place_in_time_is_answered(tmp_path: Path) -> None:
    async with held(tmp_path, place_seconds=1.0) as gate:
        officers = await gate.busy("officer", Class.STAFF, 2)
        waiting = asyncio.create_task(gate.ask(VIEWER))
        await until(lambda: gate.gateway.limits.places.admission.waiting(Class.STAFF))
        gate.go_on.set()
        assert (await waiting).status == 200
        await asyncio.gather(*officers)
        assert await gate.value("queue_seconds_count") == 1
        assert await gate.value("shed_total", **{"class": "staff", "reason": "wait"}) == 0


async def test_a_gateway_that_turns_callers_away_is_not_ready_and_is_again_afterwards(tmp_path: Path) -> None:
    async with held(tmp_path) as gate:
        assert (await gate.client.get("/health/ready")).status_code == 200
        officers = await gate.busy("officer", Class.STAFF, 2)
        await gate.ask(ONE, crn=ANNE)
        for client in (gate.client, gate.admin):
            answer = await client.get("/health/ready")
            assert (answer.status_code, answer.json()["checks"]["load"]) == (503, "failing")
            assert (await client.get("/health/live")).status_code == 200
        assert (await gate.admin.get("/metrics")).status_code == 200
        gate.go_on.set()
        await asyncio.gather(*officers)
        await until(lambda: not gate.gateway.limits.places.shedding)
        assert (await gate.client.get("/health/ready")).status_code == 200


@pytest.mark.conformance
async def test_whoever_is_turned_away_waits_no_longer_than_promised_and_costs_little(tmp_path: Path) -> None:
    async with held(tmp_path) as gate:
        officers = await gate.busy("officer", Class.STAFF, 2)
        began = time.perf_counter()
        assert_turned_away(await gate.ask(ONE, crn=ANNE), "1")
        assert 0.05 <= time.perf_counter() - began < 0.1
        began, cpu = time.perf_counter(), time.process_time()
        crowd = await asyncio.gather(*(gate.ask(ONE, crn=ANNE) for _ in range(100)))
        for answer in crowd:
            assert_turned_away(answer, "1")
        assert time.perf_counter() - began < 1.0
        assert (time.process_time() - cpu) / 100 < 0.008  # this client's own work counts in
        gate.go_on.set()
        await asyncio.gather(*officers)


async def test_a_process_short_of_memory_works_for_officers_alone(tmp_path: Path) -> None:
    async with held(tmp_path, memory_mebibytes=1) as gate:
        gate.go_on.set()
        await until(lambda: any(isinstance(event, MemorySoftLimit) for event in gate.events))
        for persona in ("partner", "dashboard"):
            assert_turned_away(await gate.ask(VIEWER, persona), "3")
        assert (await gate.ask(ONE, crn=ANNE)).status == 200
        assert await gate.value("shed_total", **{"class": "partner", "reason": "memory"}) == 2
        told = [line.told for line in gate.log if line.event == "memory.soft_limit"]
        assert [one["stage"] for one in told] == [Stage.SCARCE]


@pytest.mark.conformance
async def test_a_loop_that_stood_is_logged_and_the_gateway_is_neither_ready_nor_alive_for_a_while(
    tmp_path: Path,
) -> None:
    async with held(tmp_path, loop_ready_seconds=0.5, loop_live_seconds=1.0) as gate:
        assert (await gate.client.get("/health/ready")).json()["checks"]["loop"] == "ok"
        asyncio.get_running_loop().call_soon(held_up)
        await asyncio.sleep(0)
        answer = await gate.client.get("/health/ready")
        assert (answer.status_code, answer.json()["checks"]["loop"]) == (503, "failing")
        answer = await gate.client.get("/health/live")
        assert (answer.status_code, answer.json()) == (503, {"status": "not live"})
        (told,) = [line.told for line in gate.log if line.event == "loop.blocked"]
        assert (told["function"], told["file"]) == ("held_up", "overload/test_shedding.py")
        assert await gate.value("loop_lag_seconds") > 1.0
        await asyncio.sleep(3.0)
        assert (await gate.client.get("/health/ready")).status_code == 200


def held_up() -> None:
    time.sleep(1.8)
