"""The Valkey that gateways share fails on the wire: nobody who asks notices, and the log says so once, and its end."""

import asyncio
import time
from collections.abc import AsyncIterator, Awaitable, Callable
from contextlib import AsyncExitStack
from pathlib import Path

import pytest

from gateway.rates.windows import PAUSE
from gateway.settings import Settings
from tests.chaos.certificates import Authority
from tests.chaos.driving import Driver, driving
from tests.chaos.proxy import proxies
from tests.chaos.stage import place
from tests.running import Gate, serving
from tests.running.rates import Ticks
from tests.running.valkey import Shared, valkey

pytestmark = pytest.mark.conformance

WHO = "{ viewer { id } }"
SOON = 1.0
"""Seconds that no request takes: left alone, the client of a Valkey that is silent waits for five at least."""

WAYS: dict[str, Callable[[Driver], Awaitable[None]]] = {
    "down": lambda drive: drive.turn("valkey", enabled=False),
    "a black hole": lambda drive: drive.turn("valkey", blackhole=True),
    "slow": lambda drive: drive.toxic("valkey", "latency", latency=2000),
    "silent": lambda drive: drive.toxic("valkey", "timeout", timeout=0),
    "reset": lambda drive: drive.toxic("valkey", "reset_peer", timeout=0),
    "cut off": lambda drive: drive.toxic("valkey", "limit_data", bytes=1),
    "garbled": lambda drive: drive.toxic("valkey", "corrupt", offset=0, xor=255),
}


class Neighbourhood:
    """A gateway and its Valkey, with a proxy between them."""

    def __init__(self, gate: Gate, drive: Driver, ticks: Ticks, shared: Shared) -> None:
        self.gate, self.drive, self.ticks, self.shared = gate, drive, ticks, shared

    def told(self) -> list[str]:
        return [line.event for line in self.gate.log if line.event.startswith("rate.")]

    async def answers(self, times: int) -> None:
        """Ask, and see that every answer is there soon."""
        for _ in range(times):
            began = time.perf_counter()
            assert (await self.gate.ask(WHO)).status == 200
            assert time.perf_counter() - began < SOON


@pytest.fixture(params=["redis", "rediss"])
async def near(
    request: pytest.FixtureRequest, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> AsyncIterator[Neighbourhood]:
    authority = Authority(tmp_path)
    monkeypatch.setenv("SSL_CERT_FILE", str(authority.file))
    async with AsyncExitStack() as stack:
        shared, ticks = stack.enter_context(valkey()), Ticks()
        kit = await stack.enter_async_context(proxies({}))
        tls = authority.server() if request.param == "rediss" else None
        proxy = await kit.add("valkey", place(shared.url), tls=tls)
        drive = await stack.enter_async_context(driving(kit))
        settings = Settings(home=tmp_path, redis_url=f"{request.param}://{proxy.listen}/0", rate_staff=400)
        gate = await stack.enter_async_context(serving(tmp_path, settings=settings, seconds=ticks))
        yield Neighbourhood(gate, drive, ticks, shared)


async def until(near: Neighbourhood, done: Callable[[], bool]) -> None:
    """Ask now and then until something is so: on a busy machine the first time may fail."""
    async with asyncio.timeout(10):
        while not done():
            near.ticks.now += 60 + PAUSE
            await near.answers(1)
            await asyncio.sleep(0.1)


@pytest.mark.parametrize("way", WAYS)
async def test_a_store_that_fails_costs_nobody_an_answer(way: str, near: Neighbourhood) -> None:
    await until(near, lambda: near.shared.slices > 0 and near.told()[-1:] != ["rate.store_failed"])
    before = len(near.told())
    await WAYS[way](near.drive)
    await near.answers(25)  # a slice of the quota is twenty: the store has to be asked for the next
    await until(near, lambda: len(near.told()) > before)
    await near.drive.reset()
    await until(near, lambda: near.told()[-1] == "rate.store_back")
    # each change is told once; what was still under way as the store came back may have failed after it
    told = near.told()[before:]
    assert told == ["rate.store_failed", "rate.store_back"] * (len(told) // 2)
    assert len(told) <= 4
