"""Each toxic is seen to bite, through a server that only says back what it hears; driven as Toxiproxy is driven."""

import asyncio
import time
from collections.abc import AsyncIterator
from contextlib import AsyncExitStack
from typing import Any

import pytest

from tests.chaos.driving import Driver, driving
from tests.chaos.echo import Echo, caller, echoing, said
from tests.chaos.proxy import Kit, Proxy, proxies

TEXT = bytes(range(256)) * 4


class Bench:
    """A proxy before an echo."""

    def __init__(self, echo: Echo, kit: Kit, drive: Driver) -> None:
        self.echo, self.kit, self.drive = echo, kit, drive

    @property
    def proxy(self) -> Proxy:
        return self.kit.proxies["echo"]

    async def toxic(self, type: str, **told: Any) -> None:
        await self.drive.toxic("echo", type, **told)

    async def said(self, text: bytes = TEXT) -> tuple[bytes, float]:
        """What comes back, and after how many seconds."""
        began = time.perf_counter()
        async with caller(self.proxy) as streams:
            return await asyncio.wait_for(said(streams, text), 20), time.perf_counter() - began

    @property
    def done(self) -> list[str]:
        return [one.what for one in self.kit.journal if one.connection]


@pytest.fixture
async def bench() -> AsyncIterator[Bench]:
    async with AsyncExitStack() as stack:
        echo = await stack.enter_async_context(echoing())
        kit = await stack.enter_async_context(proxies({"echo": echo.address}, seed=7))
        yield Bench(echo, kit, await stack.enter_async_context(driving(kit)))


async def test_without_a_toxic_everything_goes_through_and_nothing_is_noted(bench: Bench) -> None:
    assert (await bench.said())[0] == TEXT
    large = TEXT * 4000
    assert (await bench.said(large))[0] == large
    assert bench.done == []


@pytest.mark.parametrize("stream", ["upstream", "downstream"])
async def test_latency_delays_by_what_it_says_and_once_however_much_comes(stream: str, bench: Bench) -> None:
    await bench.toxic("latency", stream=stream, latency=200, jitter=50)
    told, seconds = await bench.said(TEXT * 2000)  # two megabytes: dozens of pieces
    assert told == TEXT * 2000
    assert 0.14 < seconds < 3
    assert bench.done == ["latency"]


async def test_bandwidth_lets_so_many_kilobytes_a_second_through(bench: Bench) -> None:
    await bench.toxic("bandwidth", rate=10)
    told, seconds = await bench.said(TEXT * 4)
    assert (told, seconds > 0.35) == (TEXT * 4, True)


async def test_a_slicer_cuts_into_small_pieces_and_waits_between_them(bench: Bench) -> None:
    await bench.toxic("slicer", average_size=64, size_variation=16, delay=20_000)
    told, seconds = await bench.said()
    assert (told, seconds > 0.2) == (TEXT, True)


async def test_slow_close_holds_the_end_back_and_nothing_else(bench: Bench) -> None:
    await bench.toxic("slow_close", delay=300)
    began = time.perf_counter()
    async with caller(bench.proxy) as (reader, writer):
        writer.write(TEXT)
        writer.write_eof()
        assert await reader.readexactly(len(TEXT)) == TEXT
        assert await reader.read() == b""
        assert time.perf_counter() - began > 0.28


async def test_timeout_lets_nothing_through_and_then_closes(bench: Bench) -> None:
    await bench.toxic("timeout", timeout=200)
    told, seconds = await bench.said()
    assert (told, seconds > 0.18) == (b"", True)
    assert bench.echo.heard == TEXT


async def test_timeout_without_a_time_holds_until_it_is_taken_away(bench: Bench) -> None:
    await bench.toxic("timeout", timeout=0)
    async with caller(bench.proxy) as (reader, writer):
        writer.write(b"lost")
        with pytest.raises(TimeoutError):
            await asyncio.wait_for(reader.read(1), 0.2)
        await bench.drive.http.delete("/proxies/echo/toxics/timeout_downstream")
        writer.write(b"kept")
        assert await asyncio.wait_for(reader.readexactly(4), 5) == b"kept"


@pytest.mark.parametrize("after", [0, 100])
async def test_reset_peer_resets(after: int, bench: Bench) -> None:
    await bench.toxic("reset_peer", timeout=after)
    with pytest.raises(ConnectionResetError):
        await bench.said()


async def test_a_reset_of_the_neighbour_is_handed_on_as_one(bench: Bench) -> None:
    second = await bench.kit.add("second", bench.proxy.listen)
    await bench.toxic("reset_peer", timeout=50)
    async with caller(second) as streams:
        with pytest.raises(ConnectionResetError):
            await said(streams, TEXT)


async def test_limit_data_closes_after_so_many_bytes(bench: Bench) -> None:
    await bench.toxic("limit_data", bytes=300)
    assert (await bench.said())[0] == TEXT[:300]
    assert (await bench.said())[0] == TEXT[:300]  # of each connection


async def test_corrupt_changes_one_byte_at_its_place_and_none_else(bench: Bench) -> None:
    await bench.toxic("corrupt", offset=5, xor=255)
    told, _ = await bench.said()
    assert [place for place in range(len(TEXT)) if told[place] != TEXT[place]] == [5]
    assert told[5] == TEXT[5] ^ 255


async def test_of_the_stream_upstream_the_neighbour_hears_the_difference(bench: Bench) -> None:
    await bench.toxic("limit_data", stream="upstream", bytes=10)
    await bench.said()
    assert bench.echo.heard == TEXT[:10]


async def test_a_proxy_that_is_down_refuses_and_listens_again_at_its_port(bench: Bench) -> None:
    place = bench.proxy.listen
    async with caller(bench.proxy) as (reader, _):
        await bench.drive.turn("echo", enabled=False)
        assert await asyncio.wait_for(reader.read(), 5) == b""  # what was open is closed
    with pytest.raises(ConnectionRefusedError):
        await bench.said()
    await bench.drive.turn("echo", enabled=True)
    assert (bench.proxy.listen, (await bench.said())[0]) == (place, TEXT)


async def test_a_black_hole_takes_no_connection_and_refuses_none(bench: Bench) -> None:
    await bench.drive.turn("echo", blackhole=True)
    with pytest.raises(TimeoutError):
        await asyncio.wait_for(asyncio.open_connection(bench.proxy.host, bench.proxy.port), 0.4)
    await bench.drive.reset()
    assert (await bench.said())[0] == TEXT


async def test_toxics_join_in_their_order(bench: Bench) -> None:
    await bench.toxic("limit_data", bytes=100)
    await bench.toxic("corrupt", offset=99, xor=1)
    told, _ = await bench.said()
    assert told == TEXT[:99] + bytes([TEXT[99] ^ 1])
    assert bench.done == ["limit_data", "corrupt"]


async def bitten(seed: int) -> list[bool]:
    """Which of forty connections are bitten by a toxic that is for half of them."""
    async with echoing() as echo, proxies({"echo": echo.address}, seed=seed) as kit, driving(kit) as drive:
        await drive.toxic("echo", "limit_data", toxicity=0.5, bytes=1)
        bench = Bench(echo, kit, drive)
        return [(await bench.said())[0] != TEXT for _ in range(40)]


async def test_toxicity_is_a_share_of_the_connections_and_a_seed_says_which() -> None:
    first = await bitten(1)
    assert 8 < sum(first) < 32
    assert await bitten(1) == first
    assert await bitten(2) != first
