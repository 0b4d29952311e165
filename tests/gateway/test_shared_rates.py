"""Gateways that share a Valkey: one quota for all, few round trips, and nobody waits for a Valkey that fails."""

import asyncio
import time
from collections.abc import AsyncIterator, Iterator
from contextlib import asynccontextmanager
from pathlib import Path

import pytest
from msgspec import Struct

from gateway.rates.windows import PAUSE, RateStoreBack, RateStoreFailed
from gateway.settings import Settings
from tests.running import Gate, serving
from tests.running.rates import Ticks, told
from tests.running.valkey import Shared, valkey

WHO = "{ viewer { id } }"
LONG = 1.0
"""Seconds that no request takes, whatever the Valkey does: left alone, its client waits for five at least."""


@pytest.fixture
def shared() -> Iterator[Shared]:
    with valkey() as server:
        yield server


@asynccontextmanager
async def gateways(folder: Path, url: str, quota: int) -> AsyncIterator[tuple[Gate, Gate, Ticks]]:
    """Two of them, with one keyring, by one clock."""
    ticks, keyring = Ticks(), folder / "keyring.json"
    for name in ("one", "other"):
        (folder / name).mkdir()
    one, other = (
        serving(
            folder / name,
            settings=Settings(home=folder / name, keyring_file=keyring, redis_url=url, rate_staff=quota),
            seconds=ticks,
        )
        for name in ("one", "other")
    )
    async with one as first, other as second:
        yield first, second, ticks


def stores(gate: Gate) -> list[Struct]:
    return [event for event in gate.events if isinstance(event, RateStoreFailed | RateStoreBack)]


async def asked(gate: Gate, times: int) -> list[int]:
    return [(await gate.ask(WHO)).status for _ in range(times)]


async def until_back(gate: Gate) -> None:
    """Return when a gateway has found that its store works again; it asks in the background."""
    async with asyncio.timeout(5):
        while RateStoreBack() not in gate.events:  # noqa: ASYNC110
            await asyncio.sleep(0.01)


async def test_two_gateways_have_one_quota_between_them(tmp_path: Path, shared: Shared) -> None:
    async with gateways(tmp_path, shared.url, 40) as (one, other, ticks):
        for _ in range(20):
            assert (await asked(one, 1), await asked(other, 1)) == ([200], [200])
        refused = [await gate.ask(WHO) for gate in (one, other)]
        assert [answer.status for answer in refused] == [429, 429]
        assert [told(answer).left for answer in refused] == [0, 0]
        ticks.now += told(refused[0]).seconds
        assert (await asked(one, 1), await asked(other, 1)) == ([200], [200])
        assert stores(one) == stores(other) == []


async def test_a_request_is_charged_without_asking_anybody(tmp_path: Path, shared: Shared) -> None:
    async with gateways(tmp_path, shared.url, 2_000) as (one, _, _):
        await asked(one, 1)
        before = shared.slices
        assert before == 1
        await asked(one, 74)  # a slice is a hundred: the next is asked for below twenty-five
        assert shared.slices == before
        await asked(one, 10)
        assert shared.slices == before + 1


async def test_no_key_says_whose_it_is_and_none_is_kept_for_long(tmp_path: Path, shared: Shared) -> None:
    async with gateways(tmp_path, shared.url, 40) as (one, other, _):
        await asked(one, 1)
        await asked(other, 1)
        (key,) = shared.keys
        assert key.startswith("co:embedded:1:rate:{")
        assert "officer" not in key
        assert "agency" not in key
        with shared.client as client:
            remaining = client.ttl(key)
        assert isinstance(remaining, int)
        assert 0 < remaining <= 120


async def test_gateways_of_a_valkey_that_was_killed_count_for_themselves(
    tmp_path: Path, shared: Shared
) -> None:
    async with gateways(tmp_path, shared.url, 40) as (one, other, ticks):
        assert await asked(one, 10) == [200] * 10
        shared.kill()
        for gate in (one, other):
            assert [*await asked(gate, 50)].count(429) >= 10
            (failed,) = stores(gate)
            assert isinstance(failed, RateStoreFailed)
        shared.start()
        ticks.now += 60 + PAUSE
        assert await asked(one, 1) == [200]
        await until_back(one)
        assert len(stores(one)) == 2
        ticks.now += 60
        assert await asked(one, 40) == [200] * 40
        assert await asked(other, 1) == [200]
        await until_back(other)
        ticks.now += 60
        assert [[*await asked(one, 1), *await asked(other, 1)] for _ in range(21)].count([200, 200]) == 20


async def test_nobody_waits_for_a_valkey_that_hangs(tmp_path: Path, shared: Shared) -> None:
    async with gateways(tmp_path, shared.url, 40) as (one, other, ticks):
        assert await asked(one, 1) == [200]
        with shared.stopped():
            for gate in (one, other):
                started = time.perf_counter()
                assert await asked(gate, 20) == [200] * 20
                assert time.perf_counter() - started < LONG
                assert len(stores(gate)) == 1
        ticks.now += 60 + PAUSE
        assert await asked(one, 1) == [200]
        await until_back(one)


async def test_a_valkey_that_is_full_is_as_good_as_none(tmp_path: Path) -> None:
    with valkey(maxmemory="1mb", **{"maxmemory-policy": "noeviction"}) as full:
        async with gateways(tmp_path, full.url, 40) as (one, _, _):
            assert await asked(one, 20) == [200] * 20
            (failed,) = stores(one)
            assert isinstance(failed, RateStoreFailed)


async def test_a_valkey_that_is_not_there_when_a_gateway_starts_is_no_hindrance(tmp_path: Path) -> None:
    async with gateways(tmp_path, "redis://127.0.0.1:1/0", 40) as (one, _, _):
        started = time.perf_counter()
        assert await asked(one, 41) == [200] * 40 + [429]
        assert time.perf_counter() - started < LONG
        assert len(stores(one)) == 1
