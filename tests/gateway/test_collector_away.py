"""A collector that is away, silent or slow: no request notices, nothing grows, and the gateway stops in time."""

import socket
import statistics
import time
from collections.abc import Iterator
from contextlib import contextmanager, suppress
from pathlib import Path
from threading import Event, Thread

import pytest
from msgspec import Struct

from cache import LookedUp
from gateway.edge.traced import ExportFailed, SpansLost
from gateway.settings import Settings
from gateway.telemetry.exporting import BATCH, QUEUE
from gateway.telemetry.tracing import Traces
from tests.running import Gate, serving
from tests.running.away import AWAY
from tests.running.collecting import collecting
from tests.running.people import ANNE, person
from tests.sources.specimens import IGNORED

pytestmark = pytest.mark.conformance

ONE = "query($crn: CRN!) { customer(crn: $crn) { id } }"
STOPS = 2.0
STEP = LookedUp("debt", "debts", 1, 0, 0, 0.001)


async def median(gate: Gate) -> float:
    """How long one of many requests takes."""
    taken = []
    for _ in range(40):
        began = time.perf_counter()
        assert (await gate.ask(ONE, crn=ANNE)).data
        taken.append(time.perf_counter() - began)
    return statistics.median(taken)


def lost(events: list[Struct]) -> int:
    return sum(event.spans for event in events if isinstance(event, SpansLost))


@pytest.mark.parametrize("how", AWAY)
async def test_requests_do_not_notice_and_the_gateway_stops_in_time(how: str, tmp_path: Path) -> None:
    async with serving(tmp_path, person(ANNE)) as gate:
        usual = await median(gate)
    with AWAY[how]() as address:
        settings = Settings(home=tmp_path, otlp_endpoint=address, trace_ratio=1.0)
        async with serving(tmp_path, settings=settings) as gate:
            assert await median(gate) < 3 * usual + 0.005
            events, began = gate.events, time.perf_counter()
    assert time.perf_counter() - began < 2 * STOPS
    assert len([event for event in events if isinstance(event, ExportFailed)]) == 1
    assert lost(events) >= 40
    assert [line.event for line in gate.log] == ["telemetry.export_failed"]


@pytest.mark.parametrize("how", AWAY)
def test_what_waits_is_bounded_and_what_is_dropped_is_counted(how: str) -> None:
    events: list[Struct] = []
    with AWAY[how]() as address:
        traces = Traces(address, 1.0, events.append)
        began = time.perf_counter()
        with traces.request(None):
            for _ in range(2 * QUEUE):
                traces(STEP)
        assert time.perf_counter() - began < 2.0
        assert lost(events) >= QUEUE - BATCH
        began = time.perf_counter()
        traces.close()
        assert time.perf_counter() - began < 2 * STOPS
    assert lost(events) == 2 * QUEUE + 1


@contextmanager
def dripping() -> Iterator[str]:
    """An address that answers byte by byte, and is never done."""
    over = Event()

    def drip(connection: socket.socket) -> None:
        with connection, suppress(OSError):
            while not over.wait(0.2):
                connection.sendall(b"H")

    with socket.create_server(("127.0.0.1", 0)) as listener:
        thread = Thread(target=lambda: drip(listener.accept()[0]))
        thread.start()
        try:
            yield f"http://127.0.0.1:{listener.getsockname()[1]}"
        finally:
            over.set()
            thread.join()


def test_a_collector_that_answers_for_ever_is_left_behind() -> None:
    with dripping() as address:
        traces = Traces(address, 1.0, IGNORED.append)
        with traces.request(None):
            traces(STEP)
        began = time.perf_counter()
        traces.close()
        assert time.perf_counter() - began < 2 * STOPS


def test_a_collector_that_is_there_gets_every_span_before_the_gateway_is_gone() -> None:
    events: list[Struct] = []
    with collecting() as collector:
        traces = Traces(collector.address, 1.0, events.append)
        with traces.request(None):
            for _ in range(2 * BATCH):
                traces(STEP)
        traces.close()
        assert len(collector.spans) == 2 * BATCH + 1
    assert events == []
