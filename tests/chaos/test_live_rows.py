"""The rows about whoever follows: F42, a reader that does not read, and F43, nothing is heard of changes."""

import asyncio
from pathlib import Path
from typing import Any

import pytest
from websockets.asyncio.client import connect

from gateway.edge.sockets import AnswerDropped, Connected
from gateway.overload.memory import MEBIBYTE, resident
from gateway.settings import Settings
from tests.gateway.live.test_changes import FOLLOWED, family, told
from tests.gateway.live.test_protocol import held
from tests.running import Gate, serving
from tests.running.live import PROTOCOL, Socket, following, streaming
from tests.running.people import ANNE
from tests.running.policies import unwatched
from tests.running.senders import events_file
from tests.running.stale import named
from tests.running.until import LOOKS, until
from tests.running.valkey import valkey

LARGE = 1_000_000
ANSWERS = 60
WARM = 15
"""Answers after which everything else has the room that it needs."""
ROOM = 25
"""Mebibytes that a reader may take who is owed twice as many."""


def moved(gate: Gate, name: str) -> float:
    metrics = gate.gateway.telemetry.metrics
    assert metrics is not None
    return metrics.registry.get_sample_value(name) or 0.0


@pytest.mark.conformance
async def test_f42_a_reader_that_never_reads_is_coalesced_for_then_let_go_and_its_memory_is_bounded(
    tmp_path: Path,
) -> None:
    settings = Settings(
        home=tmp_path, events_file=events_file(tmp_path), live_slow_seconds=15.0, admin_port=0
    )
    options: dict[str, Any] = {"compression": None, "max_size": None, "max_queue": 1, "proxy": None}
    async with serving(tmp_path, named(ANNE, "A" * LARGE), settings=settings) as gate:
        address = str(gate.client.base_url).replace("http://", "ws://") + "/graphql"
        async with connect(address, subprotocols=[PROTOCOL], **options) as connection:
            one = await Socket(connection).welcomed(gate)
            await one.asks(FOLLOWED, crn=ANNE)
            await until(lambda: "ws.slow_consumer" in said(gate) or held(gate, Connected) == 1)
            await changes(gate, WARM)
            taken = resident()
            await changes(gate, ANSWERS)
            assert [event for event in gate.events if isinstance(event, AnswerDropped)]
            assert resident() - taken < ROOM * MEBIBYTE
            await until(lambda: held(gate, Connected) == 0, 2 * LOOKS)
            assert said(gate).count("ws.slow_consumer") == 1
            assert moved(gate, "ws_dropped_total") >= 2
            await until(lambda: not established(connection))
            connection.transport.abort()


async def changes(gate: Gate, times: int) -> None:
    for number in range(times):
        await gate.tell(named(ANNE, chr(ord("B") + number % 20) * LARGE))
        await told(gate)
        await asyncio.sleep(0.1)


def said(gate: Gate) -> list[str]:
    return [line.event for line in gate.log]


def established(connection: Any) -> bool:
    """Whether the other side still has the connection open, by what the system says of it."""
    here, there = connection.local_address[1], connection.remote_address[1]
    for line in Path("/proc/net/tcp").read_text().splitlines()[1:]:
        ours, theirs, state = line.split()[1:4]
        if (int(ours[-4:], 16), int(theirs[-4:], 16), state) == (there, here, "01"):
            return True
    return False


async def test_f43_whoever_follows_is_told_that_nothing_is_heard_and_is_asked_for_anew_afterwards(
    tmp_path: Path,
) -> None:
    with valkey() as server:
        settings = Settings(
            home=tmp_path,
            redis_url=server.url,
            policy_file=unwatched(tmp_path / "policy.toml"),
            admin_port=0,
        )
        async with (
            serving(tmp_path, named(ANNE, "Old"), settings=settings) as gate,
            following(gate, FOLLOWED, crn=ANNE) as one,
            streaming(gate, FOLLOWED, crn=ANNE) as events,
        ):
            assert family(await one.hears()) == "Old"
            await events.next()
            server.kill()
            assert await one.hears() == {"type": "ping", "payload": {"stale": True}}
            assert await events.next() == ("", ': {"stale": true}')
            assert moved(gate, "ws_stale") == 1
            await gate.tell(named(ANNE, "New"))
            server.start()
            heard = [await one.hears(), await one.hears()]
            (name,) = [family(message) for message in heard if message["type"] == "next"]
            assert name == "New"
            assert {"type": "ping", "payload": {"stale": False}} in heard
            rest = [await events.next(), await events.next()]
            assert ("", ': {"stale": false}') in rest
            assert [body for kind, body in rest if kind == "next"]
            assert moved(gate, "ws_stale") == 0
            assert said(gate).count("ws.stale") == 1
