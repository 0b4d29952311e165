"""F41: a thousand sockets break and begin again at once. They are let in bit by bit, and queries are answered."""

import json
import statistics
import subprocess
import sys
import time
from collections.abc import Iterator
from contextlib import closing, contextmanager
from http.client import HTTPConnection
from pathlib import Path
from threading import Event, Thread
from typing import Any
from urllib.request import urlopen

import pytest

from tests.house.programs import environment, free_port
from tests.running.command import HOUSE, importing, overview, served
from tests.running.people import ANNE
from tests.running.stale import ASKED, named
from tests.sources.specimens import line

pytestmark = pytest.mark.conformance

SIZE = 1_000
STARTS = 50
QUIET = 400
SLOWER = 1.4
"""A fifth, and as much to spare."""
ANYWAY = 0.3
"""Seconds that are well even where the crowd, the gateway and who measures share two cores with others."""
SETTINGS = {
    "OVERVIEW_RATE_STAFF": "0",
    "OVERVIEW_LIVE_CONNECTIONS": str(2 * SIZE),
    "OVERVIEW_LIVE_STARTS": str(STARTS),
    "OVERVIEW_LIVE_INIT_SECONDS": "60",
}


class Crowd:
    """The crowd, as a test has it."""

    def __init__(self, process: subprocess.Popen[str]) -> None:
        self._process = process

    def says(self) -> dict[str, Any]:
        """How it went, once all are there."""
        assert self._process.stdout is not None
        return dict(json.loads(self._process.stdout.readline()))

    def told(self, text: str) -> None:
        """Tell it something: the first time where to go, then to break and come again."""
        assert self._process.stdin is not None
        self._process.stdin.write(text + "\n")
        self._process.stdin.flush()


@contextmanager
def crowd() -> Iterator[Crowd]:
    command = [sys.executable, "-m", "tests.chaos.crowd"]
    with subprocess.Popen(
        command, cwd=HOUSE, env=environment(), stdin=subprocess.PIPE, stdout=subprocess.PIPE, text=True
    ) as process:
        try:
            yield Crowd(process)
        finally:
            process.kill()


class Desk:
    """An officer who asks one thing after another, a little apart."""

    def __init__(self, port: int, token: str) -> None:
        self._connection = HTTPConnection("127.0.0.1", port, timeout=30)
        self._headers = {"authorization": f"Bearer {token}", "content-type": "application/json"}
        self._body = json.dumps({"query": ASKED, "variables": {"crn": ANNE}})
        self.statuses = set[int]()

    def close(self) -> None:
        self._connection.close()

    def ask(self) -> float:
        """How many seconds an answer takes."""
        began = time.perf_counter()
        self._connection.request("POST", "/graphql", self._body, self._headers)
        answer = self._connection.getresponse()
        answer.read()
        took = time.perf_counter() - began
        self.statuses.add(answer.status)
        time.sleep(0.02)
        return took

    def asks_until(self, over: Event) -> list[float]:
        found: list[float] = []
        while not over.is_set() or len(found) < QUIET:
            found.append(self.ask())
        return found


def p95(seconds: list[float]) -> float:
    return statistics.quantiles(seconds, n=20)[-1]


def test_f41_a_thousand_sockets_that_begin_again_at_once_cost_no_query_its_time(tmp_path: Path) -> None:
    importing(line(named(ANNE, "Old")) + b"\n", tmp_path)
    token = overview("token", "officer", home=tmp_path).stdout.decode().strip()
    port, admin = free_port(), free_port()
    words = ("--admin-port", str(admin))
    with (
        served(tmp_path / "log", *words, home=tmp_path, port=port, **SETTINGS),
        crowd() as sockets,
        closing(Desk(port, token)) as desk,
    ):
        address = f"ws://127.0.0.1:{port}/graphql"
        sockets.told(json.dumps({"address": address, "token": token, "size": SIZE}))
        assert sockets.says()["there"] == SIZE
        before = metric(admin, 'ws_rejected_total{why="storm"}')
        quiet = [desk.ask() for _ in range(QUIET)]
        over, told = Event(), dict[str, Any]()

        def storm() -> None:
            sockets.told("again")
            told.update(sockets.says())
            over.set()

        began = time.monotonic()
        storming = Thread(target=storm)
        storming.start()
        stormy = desk.asks_until(over)
        storming.join()
        took = time.monotonic() - began
        assert told["there"] == SIZE
        assert told["codes"].keys() == {"1013"}
        assert len(told["waits"]) >= 8  # chance spreads them over so many seconds
        assert took >= (SIZE - 2 * STARTS) / STARTS * 0.9
        assert desk.statuses == {200}
        assert metric(admin, 'ws_connections{protocol="graphql-transport-ws"}') == SIZE
        assert metric(admin, 'ws_rejected_total{why="storm"}') - before == told["codes"]["1013"]
        assert 1 <= rejections(tmp_path / "log") <= 12  # one every ten seconds says how many there were
        assert p95(stormy) <= max(SLOWER * p95(quiet), ANYWAY)


def rejections(log: Path) -> int:
    """How many lines of a log tell of sockets that were turned away."""
    lines = [json.loads(one) for one in log.read_text("utf-8").splitlines() if one[:1] == "{"]
    return sum(one["event"] == "ws.rejected" for one in lines)


def metric(admin: int, sample: str) -> float:
    with urlopen(f"http://127.0.0.1:{admin}/metrics", timeout=10) as answer:
        lines = answer.read().decode().splitlines()
    return next(float(line.rpartition(" ")[2]) for line in lines if line.startswith(f"{sample} "))
