"""F35: a rolling restart under load. No request fails, every socket is told to come again, and the log says so."""

import asyncio
import http.client
import json
import os
import re
import signal
import time
from collections.abc import Iterator
from contextlib import ExitStack, contextmanager, suppress
from dataclasses import dataclass, field
from functools import partial
from pathlib import Path
from threading import Event, Thread
from typing import Any, Final
from urllib.error import HTTPError, URLError
from urllib.request import urlopen

import pytest
from websockets.asyncio.client import connect
from websockets.exceptions import ConnectionClosed

from gateway.departure import SPARE
from tests.gateway.live.test_changes import FOLLOWED
from tests.house.programs import free_port
from tests.running.command import overview, served
from tests.running.killing import ASKED, token
from tests.running.live import PROTOCOL, Socket
from tests.running.people import ANNE
from tests.running.workers import asking, crew

pytestmark = pytest.mark.conformance

RESTARTS: Final = 10
FOLLOWERS: Final = 4
LINGERS: Final = 2.0
LONGEST: Final = 5.0
"""The longest deadline of any caller, in seconds, and of a document."""
SETTINGS: Final = {
    "OVERVIEW_LOG_LEVEL": "info",
    "OVERVIEW_RATE_STAFF": "0",
    "OVERVIEW_RATE_SERVICE": "0",
    "OVERVIEW_LIVE_STARTS": "1000",
}
HINT: Final = re.compile(r"Begin again in (\d+) s\.")


@dataclass
class Ends:
    """How sockets were closed: by which code, and with which words."""

    told: list[tuple[int | None, str]] = field(default_factory=list)

    async def follow(self, port: int, bearer: str) -> None:
        """Follow, and begin again whenever it is over."""
        headers = {"authorization": f"Bearer {bearer}"}
        while True:
            address = f"ws://127.0.0.1:{port}/graphql"
            async with connect(address, subprotocols=[PROTOCOL], proxy=None) as connection:
                one = Socket(connection)
                await one.says("connection_init", payload=headers)
                with suppress(ConnectionClosed):
                    await one.hears()
                    await one.asks(FOLLOWED, crn=ANNE)
                    while True:
                        await one.hears(600)
                self.told.append((connection.close_code, connection.close_reason or ""))


def drained(log: Path) -> list[dict[str, Any]]:
    """The lines about processes that left, each of which had begun to."""
    lines = [json.loads(line) for line in log.read_text().splitlines() if line.startswith("{")]
    over = [told for told in lines if told["event"] == "shutdown.drained"]
    assert len(over) == len([told for told in lines if told["event"] == "shutdown.begin"])
    return over


async def test_f35_ten_rolling_restarts_under_load_fail_no_request(tmp_path: Path) -> None:
    bearer, ends = token(tmp_path), Ends()
    with crew(tmp_path, 2, **SETTINGS) as ours:
        following = [asyncio.create_task(ends.follow(ours.port, bearer)) for _ in range(FOLLOWERS)]
        with asking(ours, ASKED, bearer, pause=0.02) as clients:
            for turn in range(1, RESTARTS + 1):
                before = ours.workers
                os.kill(ours.parent, signal.SIGHUP)
                await asyncio.to_thread(ours.wait, partial(ours.has_others, before), 90)
                await asyncio.to_thread(ours.wait, partial(reloaded, ours.log, turn), 30)
        assert not any(one.done() for one in following)
        for one in following:
            one.cancel()
        await asyncio.gather(*following, return_exceptions=True)
        assert [failure for client in clients for failure in client.failures] == []
        assert {status for client in clients for status in client.answers} == {200}
        assert [client.refused for client in clients] == [0] * len(clients)
        assert sum(len(client.answers) for client in clients) > 50 * RESTARTS
        told = drained(ours.log)
        assert len(told) == 2 * RESTARTS
        assert {one["inflight"] for one in told} == {0}
        assert max(one["seconds"] for one in told) < LONGEST + SPARE
        assert (ours.restarts("restart"), ours.restarts("died"), ours.serving) == (2 * RESTARTS, 0, 2)
        assert not [one for one in ours.events if one["level"] in {"error", "critical"}]
    assert len(ends.told) >= RESTARTS
    assert {code for code, _ in ends.told} == {1012}
    hints = [HINT.fullmatch(words) for _, words in ends.told]
    assert None not in hints
    assert len({hint[1] for hint in hints if hint is not None}) > 1  # not all of them at once
    assert overview("audit", "verify", home=tmp_path).returncode == 0


def reloaded(log: Path, times: int) -> bool:
    return log.read_text().count('"config.reloaded"') == times


@dataclass
class Balancer:
    """What stands before two gateways: it asks each whether it is ready, and sends requests to those that are."""

    ports: tuple[int, int]
    ready: set[int] = field(default_factory=set)
    answers: list[int] = field(default_factory=list)
    failures: list[str] = field(default_factory=list)

    def watch(self, stop: Event) -> None:
        while not stop.wait(0.2):
            self.ready = {port for port in self.ports if status(port) == 200}

    def send(self, stop: Event, bearer: str) -> None:
        """Ask and ask, over a new connection each time."""
        headers = {"content-type": "application/json", "authorization": f"Bearer {bearer}"}
        while not stop.wait(0.02):
            for port in sorted(self.ready)[:1]:
                line = http.client.HTTPConnection("127.0.0.1", port, timeout=30)
                try:
                    line.request("POST", "/graphql", ASKED, headers)
                    self.answers.append(line.getresponse().status)
                except (OSError, http.client.HTTPException) as error:
                    self.failures.append(type(error).__name__)
                finally:
                    line.close()


def status(port: int) -> int:
    try:
        with urlopen(f"http://127.0.0.1:{port}/health/ready", timeout=5) as answer:
            return int(answer.status)
    except HTTPError as error:
        return error.code
    except (URLError, OSError):
        return 0


@contextmanager
def balanced(balancer: Balancer, bearer: str) -> Iterator[None]:
    """Three callers behind the balancer, until the end of this."""
    stop = Event()
    threads = [Thread(target=balancer.watch, args=(stop,))]
    threads += [Thread(target=balancer.send, args=(stop, bearer)) for _ in range(3)]
    for thread in threads:
        thread.start()
    try:
        yield
    finally:
        stop.set()
        for thread in threads:
            thread.join(60)


def test_f35_gateways_that_are_restarted_in_turn_behind_a_balancer_fail_no_request(tmp_path: Path) -> None:
    bearer, balancer = token(tmp_path), Balancer((free_port(), free_port()))
    settings = {**SETTINGS, "OVERVIEW_LEAVING_SECONDS": str(LINGERS)}
    with ExitStack() as stack:
        running = {}
        for port in balancer.ports:
            log = tmp_path / f"log{port}-0"
            running[port] = stack.enter_context(served(log, home=tmp_path, port=port, **settings))
        with balanced(balancer, bearer):
            for turn in range(1, RESTARTS + 1):
                port = balancer.ports[turn % 2]
                began = time.monotonic()
                running[port].send_signal(signal.SIGTERM)
                assert until_not_ready(port) < LINGERS
                running[port].wait(LINGERS + LONGEST + SPARE + 8)
                assert time.monotonic() - began >= LINGERS
                assert running[port].returncode in {0, -signal.SIGTERM}
                log = tmp_path / f"log{port}-{turn}"
                running[port] = stack.enter_context(served(log, home=tmp_path, port=port, **settings))
                time.sleep(0.5)
        told = [line for log in tmp_path.glob("log*") for line in drained(log)]
    assert (balancer.failures, set(balancer.answers)) == ([], {200})
    assert len(balancer.answers) > 50 * RESTARTS
    assert len(told) == RESTARTS
    assert {one["inflight"] for one in told} == {0}
    assert max(one["seconds"] for one in told) < LONGEST + SPARE


def until_not_ready(port: int) -> float:
    """Wait until a gateway says that it is not ready, which is an answer; return how many seconds that took."""
    began = time.monotonic()
    while (said := status(port)) == 200:
        assert time.monotonic() - began < 30
        time.sleep(0.02)
    assert said == 503
    return time.monotonic() - began


def test_a_parent_says_first_that_it_is_not_ready_and_goes_on_meanwhile(tmp_path: Path) -> None:
    bearer = token(tmp_path)
    with (
        crew(tmp_path, 2, OVERVIEW_LEAVING_SECONDS="3") as ours,
        asking(ours, ASKED, bearer, pause=0.05) as clients,
    ):
        os.kill(ours.parent, signal.SIGTERM)
        ours.wait(lambda: status(ours.port) == 503, 2)
        assert [status(ours.admin + place) for place in range(3)] == [503] * 3
        before = [len(client.answers) for client in clients]
        time.sleep(0.7)
        assert all(len(client.answers) > count for client, count in zip(clients, before, strict=True))
        assert [failure for client in clients for failure in client.failures] == []
        ours.wait(lambda: not ours.workers, 30)
