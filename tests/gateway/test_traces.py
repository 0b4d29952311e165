"""Traces: what a collector is told of a request, what it is not, and whose trace it is."""

import asyncio
from collections.abc import AsyncIterator, Iterator
from contextlib import asynccontextmanager
from pathlib import Path
from typing import Any

import pytest
from msgspec import Struct

from gateway.edge.answered import Answered
from gateway.settings import USUAL_PURPOSES, Settings
from sources.parts import DEBT
from tests.people import OFFICER
from tests.running import NOON, Gate, codes, serving
from tests.running.collecting import Collector, Told, collecting
from tests.running.failing import failing, raises
from tests.running.people import ANNE, BORIS, everything_of, person
from tests.running.services import served_by_systems

WHOLE = """query Zyxwvut($crn: CRN!) { customer(crn: $crn) { id debts { truncated }
    overview { cards(first: 1) { edges { node { id } } } } } }"""
SERVER, CLIENT = 2, 3
THEIRS = "0af7651916cd43dd8448eb211c80319c"
PARENT = "b7ad6b7169203331"


@pytest.fixture
def collector() -> Iterator[Collector]:
    with collecting() as collector:
        yield collector


@asynccontextmanager
async def traced(folder: Path, collector: Collector, ratio: float = 1.0, **more: Any) -> AsyncIterator[Gate]:
    """A gateway that tells a collector of its traces, all of which have arrived when it is gone."""
    settings = Settings(home=folder, otlp_endpoint=collector.address, trace_ratio=ratio)
    async with serving(folder, *everything_of(ANNE, NOON), settings=settings, **more) as gate:
        yield gate


def root(collector: Collector) -> Told:
    (span,) = collector.of("POST /graphql")
    return span


def told(gate: Gate, kind: type[Struct]) -> list[Any]:
    return [event for event in gate.events if isinstance(event, kind)]


async def test_an_operation_and_its_steps_are_one_trace(tmp_path: Path, collector: Collector) -> None:
    async with traced(tmp_path, collector) as gate:
        assert (await gate.ask(WHOLE, crn=ANNE)).data
        (answered,) = told(gate, Answered)
    span = root(collector)
    assert (span.kind, span.parent, span.failed) == (SERVER, "", False)
    assert span.attributes == {
        "http.request.method": "POST",
        "http.route": "/graphql",
        "http.response.status_code": 200,
        "graphql.operation.type": "query",
        "overview.outcome": "complete",
        "overview.caller": "STAFF",
    }
    steps = [one for one in collector.spans if one is not span]
    assert {one.name for one in steps} >= {
        "look up debt",
        "ask debt",
        "look up restriction",
        "ask restriction",
    }
    assert len(steps) == 2 * len({one.attributes["overview.part"] for one in steps})  # never one for a field
    assert {(one.trace, one.parent) for one in steps} == {(span.trace, span.id)}
    assert all(0 <= one.seconds <= span.seconds for one in steps)
    assert answered.trace_id == span.trace
    assert collector.paths == {"/v1/traces"}


async def test_a_step_says_how_it_went(tmp_path: Path, collector: Collector) -> None:
    async with traced(tmp_path, collector, replaced={DEBT.name: failing(raises)}) as gate:
        assert "SOURCE_UNAVAILABLE" in codes(await gate.ask(WHOLE, crn=ANNE))
    (asked,) = collector.of("ask debt")
    assert asked.failed
    assert asked.attributes["overview.failures"] == ["source.unavailable"]
    (looked,) = collector.of("look up debt")
    assert {name: looked.attributes[f"overview.cache.{name}"] for name in ("hits", "stale", "misses")} == {
        "hits": 0,
        "stale": 0,
        "misses": 1,
    }
    assert (root(collector).attributes["overview.outcome"], root(collector).failed) == ("partial", False)


async def test_a_trace_names_nobody_and_quotes_nothing(tmp_path: Path, collector: Collector) -> None:
    async with traced(tmp_path, collector) as gate:
        for document in (
            WHOLE,
            f'{{ customer(crn: "{ANNE}") {{ id }} }}',
            f'{{ customer(crn: "{ANNE}" Zyxwvut',
        ):
            await gate.ask(document, crn=ANNE)
        await gate.ask(WHOLE, headers={"authorization": f"Bearer {ANNE}", "baggage": f"crn={ANNE}"}, crn=ANNE)
        token = gate.token()
    assert len(collector.of("POST /graphql")) == 4
    for word in (ANNE, ANNE[:9], "Zyxwvut", "customer(", "Family", token):
        assert word.encode() not in collector.raw, word
    assert collector.resources[0] == {"service.name": "customer-overview-gateway", "service.version": "0.1.0"}


async def test_a_callers_trace_goes_on(tmp_path: Path, collector: Collector) -> None:
    async with traced(tmp_path, collector, ratio=0.0) as gate:
        for flag in ("01", "00"):
            await gate.ask("{ viewer { id } }", headers={"traceparent": f"00-{THEIRS}-{PARENT}-{flag}"})
        assert {event.trace_id for event in told(gate, Answered)} == {THEIRS}
    assert (root(collector).trace, root(collector).parent) == (THEIRS, PARENT)


STRANGE = {
    "nothing": "",
    "another form": f"{THEIRS}-{PARENT}",
    "zeros": f"00-{'0' * 32}-{PARENT}-01",
    "capital letters": f"00-{THEIRS.upper()}-{PARENT}-01",
    "more": f"00-{THEIRS}-{PARENT}-01-{ANNE}",
    "a version that is none": f"ff-{THEIRS}-{PARENT}-01",
    "much": "0" * 5000,
}


@pytest.mark.parametrize("kind", STRANGE)
async def test_a_traceparent_that_is_none_begins_a_trace_of_ours(
    kind: str, tmp_path: Path, collector: Collector
) -> None:
    async with traced(tmp_path, collector) as gate:
        assert (await gate.ask("{ viewer { id } }", headers={"traceparent": STRANGE[kind]})).status == 200
    assert (root(collector).trace != THEIRS, root(collector).parent) == (True, "")


async def test_only_the_share_that_is_asked_for_is_kept(tmp_path: Path, collector: Collector) -> None:
    async with traced(tmp_path, collector, ratio=0.0) as gate:
        await gate.ask(WHOLE, crn=ANNE)
    assert collector.spans == []


@asynccontextmanager
async def a_system_that_fails() -> AsyncIterator[tuple[str, list[str]]]:
    """The address of a system that always fails, and the heads of the requests that came."""
    heads: list[str] = []

    async def talk(reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        heads.append((await reader.readuntil(b"\r\n\r\n")).decode().lower())
        writer.write(b"HTTP/1.1 500 X\r\ncontent-length: 0\r\nconnection: close\r\n\r\n")
        await writer.drain()
        writer.close()
        await writer.wait_closed()

    async with await asyncio.start_server(talk, "127.0.0.1", 0) as listening:
        yield f"http://127.0.0.1:{listening.sockets[0].getsockname()[1]}", heads


@pytest.mark.parametrize("kept", [True, False])
async def test_a_call_to_a_system_carries_the_trace_and_nothing_else(
    kept: bool, tmp_path: Path, collector: Collector
) -> None:
    async with a_system_that_fails() as (debts, heads):
        traced: dict[str, Any] = {"otlp_endpoint": collector.address, "trace_ratio": 0.0}
        served = served_by_systems(tmp_path, *everything_of(ANNE, NOON), elsewhere={"debt": debts}, **traced)
        async with served as (gate, _):
            headers = {
                "traceparent": f"00-{THEIRS}-{PARENT}-0{int(kept)}",
                "tracestate": f"theirs={ANNE}",
                "baggage": f"crn={ANNE}",
            }
            await gate.ask(WHOLE, headers=headers, crn=ANNE)
    (head,) = heads
    assert "tracestate" not in head
    assert "baggage" not in head
    if not kept:
        assert f"traceparent: 00-{THEIRS}-" in head
        assert collector.spans == []
        return
    assert f"traceparent: 00-{THEIRS}-{root(collector).id}-01" in head
    calls = [span for span in collector.spans if span.kind == CLIENT]
    assert {span.parent for span in calls} == {root(collector).id}
    (call,) = (span for span in calls if span.attributes["overview.system"] == "debts")
    assert call.failed
    assert call.attributes == {
        "http.request.method": "GET",
        "overview.system": "debts",
        "http.response.status_code": 500,
    }


async def test_without_a_collector_a_call_carries_no_trace(tmp_path: Path) -> None:
    async with (
        a_system_that_fails() as (debts, heads),
        served_by_systems(tmp_path, person(ANNE), elsewhere={"debt": debts}) as (gate, _),
    ):
        await gate.ask(WHOLE, headers={"traceparent": f"00-{THEIRS}-{PARENT}-01"}, crn=ANNE)
        assert {event.trace_id for event in told(gate, Answered)} == {None}
    assert len(heads) == 1
    assert "trace" not in heads[0]


async def test_a_batch_that_two_requests_share_is_in_neither_trace_and_carries_none(
    tmp_path: Path, collector: Collector
) -> None:
    async with a_system_that_fails() as (debts, heads):
        people = [*everything_of(ANNE, NOON), *everything_of(BORIS, NOON)]
        served = served_by_systems(
            tmp_path, *people, elsewhere={"debt": debts}, otlp_endpoint=collector.address
        )
        async with served as (gate, _):

            async def admit(owner: Any, trace: str) -> None:
                with gate.gateway.telemetry.tracing.request(f"00-{trace}-{PARENT}-01"):
                    scope = gate.gateway.scope("r-1", OFFICER, USUAL_PURPOSES[OFFICER.kind])
                    await scope.loaders.admit([owner], [DEBT])

            await asyncio.gather(admit(ANNE, "a" * 32), admit(BORIS, "b" * 32))
    assert heads
    assert not any("trace" in head for head in heads)
    shared = collector.of("share debt")
    assert sorted(span.trace for span in shared) == ["a" * 32, "b" * 32]
    assert [span.attributes["overview.keys"] for span in shared] == [1, 1]
    assert collector.of("ask debt") == []
