"""Readers that do not read, processes that end, and neighbours that go away and come back."""

import asyncio
import json
import signal
from contextlib import closing
from http.client import HTTPConnection
from pathlib import Path
from typing import Any

import httpx2
import pytest
from websockets.asyncio.client import connect
from websockets.exceptions import ConnectionClosed

from gateway.edge.sockets import AnswerDropped, Connected, SlowConsumer
from gateway.settings import Settings
from tests.gateway.live.test_changes import FOLLOWED, family, told
from tests.gateway.live.test_protocol import held
from tests.house.programs import free_port
from tests.running import Gate, serving
from tests.running.command import importing, overview, served
from tests.running.live import PROTOCOL, Socket, following
from tests.running.people import ANNE
from tests.running.policies import unwatched
from tests.running.senders import events_file
from tests.running.stale import named, shown
from tests.running.until import until
from tests.running.valkey import valkey
from tests.sources.specimens import line

pytestmark = pytest.mark.conformance

LARGE = 400_000
"""Signs of a name that fills the buffers between two processes soon."""


def slow(gate: Gate) -> list[Any]:
    return [one for one in gate.events if isinstance(one, SlowConsumer)]


async def test_a_reader_that_does_not_read_is_let_go_and_costs_nobody_else(tmp_path: Path) -> None:
    settings = Settings(home=tmp_path, events_file=events_file(tmp_path), live_slow_seconds=2)
    async with serving(tmp_path, named(ANNE, "A" * LARGE), settings=settings) as gate:
        address = str(gate.client.base_url).replace("http://", "ws://") + "/graphql"
        options: dict[str, Any] = {"compression": None, "max_size": None, "max_queue": 1, "proxy": None}
        async with (
            following(gate, "subscription { screenPop { callId } }") as other,
            connect(address, subprotocols=[PROTOCOL], **options) as connection,
        ):
            await other.hears()
            one = await Socket(connection).welcomed(gate)
            await one.asks(FOLLOWED, crn=ANNE)
            for number in range(120):
                if slow(gate):
                    break
                await gate.tell(named(ANNE, chr(ord("B") + number % 20) * LARGE))
                await told(gate)
                await asyncio.sleep(0.15)
            await until(lambda: held(gate, Connected) == 1)
            assert len(slow(gate)) == 1
            assert [one for one in gate.events if isinstance(one, AnswerDropped)]
            await other.says("ping")
            assert await other.hears() == {"type": "pong"}
            connection.transport.abort()


async def test_what_another_process_is_told_reaches_the_socket_here(tmp_path: Path) -> None:
    with valkey() as server:
        for name in ("one", "other"):
            (tmp_path / name).mkdir()
        one, other = (
            serving(
                tmp_path / name,
                named(ANNE, "Old"),
                settings=Settings(
                    home=tmp_path / name,
                    keyring_file=tmp_path / "keyring.json",
                    policy_file=unwatched(tmp_path / "policy.toml"),
                    events_file=events_file(tmp_path),
                    redis_url=server.url,
                ),
            )
            for name in ("one", "other")
        )
        async with one as here, other as there, following(here, FOLLOWED, crn=ANNE) as follower:
            assert family(await follower.hears()) == "Old"
            for gate in (here, there):
                await gate.tell(named(ANNE, "New"))
            assert await follower.is_quiet(1.0)  # nobody has said so yet
            await told(there)
            assert family(await follower.hears()) == "New"


async def test_whoever_follows_is_told_what_was_missed_while_the_shared_level_was_away(
    tmp_path: Path,
) -> None:
    with valkey() as server:
        settings = Settings(
            home=tmp_path, redis_url=server.url, policy_file=unwatched(tmp_path / "policy.toml")
        )
        async with (
            serving(tmp_path, named(ANNE, "Old"), settings=settings) as gate,
            following(gate, FOLLOWED, crn=ANNE) as one,
        ):
            assert family(await one.hears()) == "Old"
            assert await one.is_quiet(1.0)
            server.kill()
            await gate.tell(named(ANNE, "New"))
            await asyncio.sleep(0.5)
            server.start()
            assert family(await one.hears()) == "New"
            assert await shown(gate) == "New"


@pytest.mark.parametrize("words", [(), ("--workers", "2")], ids=["alone", "workers"])
async def test_a_process_that_ends_tells_those_who_follow_to_begin_again(
    words: tuple[str, ...], tmp_path: Path
) -> None:
    importing(line(named(ANNE, "Old")) + b"\n", tmp_path)
    token = overview("token", "officer", home=tmp_path).stdout.decode().strip()
    headers, port = {"authorization": f"Bearer {token}", "accept": "text/event-stream"}, free_port()
    with served(tmp_path / "log", *words, home=tmp_path, port=port) as process:
        body = {"query": FOLLOWED, "variables": {"crn": ANNE}}
        async with (
            httpx2.AsyncClient(timeout=20) as client,
            client.stream("POST", f"http://127.0.0.1:{port}/graphql", json=body, headers=headers) as response,
            connect(f"ws://127.0.0.1:{port}/graphql", subprotocols=[PROTOCOL], proxy=None) as connection,
        ):
            lines = response.aiter_lines()
            assert await anext(lines) == "event: next"
            one = Socket(connection)
            await one.says("connection_init", payload={"authorization": headers["authorization"]})
            await one.hears()
            await one.asks(FOLLOWED, crn=ANNE)
            assert family(await one.hears()) == "Old"
            process.send_signal(signal.SIGTERM)
            with pytest.raises(ConnectionClosed):
                await one.hears()
            assert connection.close_code == 1012
            assert (connection.close_reason or "").startswith("Begin again in ")
            async for _ in lines:  # to its end, which is a clean one
                pass
        async with asyncio.timeout(20):
            await asyncio.to_thread(process.wait)
    assert "Traceback" not in (tmp_path / "log").read_text("utf-8")


def test_a_process_that_ends_begins_no_stream_on_a_connection_that_is_open(tmp_path: Path) -> None:
    importing(line(named(ANNE, "Old")) + b"\n", tmp_path)
    token = overview("token", "officer", home=tmp_path).stdout.decode().strip()
    headers = {"authorization": f"Bearer {token}", "content-type": "application/json"}
    body = json.dumps({"query": FOLLOWED, "variables": {"crn": ANNE}})
    port = free_port()
    with (
        served(tmp_path / "log", home=tmp_path, port=port) as process,
        closing(HTTPConnection("127.0.0.1", port, timeout=20)) as connection,
    ):
        connection.request("POST", "/graphql", body, headers | {"accept": "text/event-stream"})
        stream = connection.getresponse()
        assert stream.readline() == b"event: next\n"
        process.send_signal(signal.SIGTERM)
        stream.read()
        connection.request("POST", "/graphql", body, headers | {"accept": "text/event-stream"})
        answer = connection.getresponse()
        assert (answer.status, json.load(answer)["errors"][0]["extensions"]["code"]) == (503, "OVERLOADED")
        assert int(answer.headers["retry-after"]) > 0
