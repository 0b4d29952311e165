"""A gateway with several workers, in processes of its own, and clients that ask and ask."""

import http.client
import json
import os
import signal
import socket
import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager, suppress
from dataclasses import dataclass, field
from pathlib import Path
from threading import Event, Thread
from typing import Any
from urllib.request import urlopen

from tests.house.programs import free_port, group_of
from tests.running.command import served

PATIENCE = 30.0


@dataclass(frozen=True)
class Crew:
    """A parent, where it and its workers listen, and what it said."""

    parent: int
    port: int
    admin: int
    log: Path

    @property
    def workers(self) -> set[int]:
        """The processes that the parent has now."""
        return {
            int(entry.name)
            for entry in Path("/proc").iterdir()
            if entry.name.isdigit() and _parent_of(entry) == self.parent
        }

    def owner(self, client: int) -> int | None:
        """The worker that has the connection which a client has from a port of its own."""
        ends = f"0100007F:{self.port:04X}", f"0100007F:{client:04X}"
        rows = [line.split() for line in Path("/proc/net/tcp").read_text().splitlines()[1:]]
        files = {f"socket:[{row[9]}]" for row in rows if (row[1], row[2]) == ends}
        return next((pid for pid in self.workers if files & _files_of(pid)), None)

    def metric(self, sample: str) -> float:
        """A sample of the parent's."""
        with urlopen(f"http://127.0.0.1:{self.admin}/metrics", timeout=10) as answer:
            lines = answer.read().decode().splitlines()
        return next(float(line.rpartition(" ")[2]) for line in lines if line.startswith(f"{sample} "))

    def restarts(self, why: str) -> float:
        """How often a worker came after another, for a reason."""
        return self.metric(f'worker_restarts_total{{why="{why}"}}')

    @property
    def serving(self) -> float:
        """How many workers serve."""
        return self.metric("workers_serving")

    def has(self, deaths: int, workers: int) -> bool:
        """Whether so many died so far and so many serve."""
        return self.restarts("died") == deaths and self.serving == workers

    def has_others(self, before: set[int]) -> bool:
        """Whether as many workers as before are there, and none of them."""
        return len(now := self.workers) == len(before) and not now & before

    @property
    def events(self) -> list[dict[str, Any]]:
        """What the log has from all of them."""
        return [json.loads(line) for line in self.log.read_text().splitlines() if line.startswith("{")]

    def named(self, event: str) -> list[dict[str, Any]]:
        """The lines of one event."""
        return [told for told in self.events if told["event"] == event]

    def wait(self, is_so: Callable[[], Any], patience: float = PATIENCE) -> float:
        """Wait until something is so; return how many seconds that took."""
        began = time.monotonic()
        while not is_so():
            assert time.monotonic() < began + patience, self.log.read_text()
            time.sleep(0.05)
        return time.monotonic() - began


@contextmanager
def crew(home: Path, workers: int, *words: str, **settings: str) -> Iterator[Crew]:
    """A gateway with so many workers, once all of them serve. Nothing of it is left over."""
    port, admin, log = free_port(), _free_ports(workers + 1), home / "log"
    told = ("--workers", str(workers), "--admin-port", str(admin), *words)
    with served(log, *told, home=home, port=port, **settings) as process:
        ours = Crew(process.pid, port, admin, log)
        try:
            ours.wait(lambda: ours.serving == workers)
            yield ours
        finally:
            left = set(group_of(process)) - {process.pid}
            if process.poll() is not None:  # nobody is there any more to have them end
                for pid in left:
                    with suppress(ProcessLookupError):
                        os.kill(pid, signal.SIGKILL)


@dataclass
class Client:
    """Somebody who asks and asks, over one connection for as long as it is kept, or over a new one each time.

    What is refused before it was taken is asked again: a connection that is not there.
    """

    port: int
    body: bytes
    bearer: str
    keeps: bool
    answers: list[int] = field(default_factory=list)
    failures: list[str] = field(default_factory=list)
    refused: int = 0

    def ask_until(self, stop: Event, pause: float = 0.0) -> None:
        """Ask until it is time to stop."""
        line = self._line()
        while not stop.wait(pause):
            try:
                self.answers.append(self._ask(line))
            except ConnectionRefusedError:
                self.refused += 1
            except (OSError, http.client.HTTPException) as error:
                self.failures.append(type(error).__name__)
                line.close()
            if not self.keeps:
                line.close()
        line.close()

    def _line(self) -> http.client.HTTPConnection:
        return http.client.HTTPConnection("127.0.0.1", self.port, timeout=30)

    def _ask(self, line: http.client.HTTPConnection) -> int:
        headers = {"content-type": "application/json", "authorization": f"Bearer {self.bearer}"}
        line.request("POST", "/graphql", self.body, headers)
        answer = line.getresponse()
        text = answer.read()
        assert b'"errors"' not in text, text
        return answer.status


@contextmanager
def asking(crew: Crew, body: bytes, bearer: str, pause: float = 0.0) -> Iterator[list[Client]]:
    """Four clients who ask at once, two of each sort, until the end of this.

    One of each sort asks at once again after an answer; the other waits, so that a connection that it keeps is idle.
    """
    clients = [Client(crew.port, body, bearer, keeps) for keeps in (True, True, False, False)]
    stop = Event()
    threads = [
        Thread(target=client.ask_until, args=(stop, max(pause, idle)))
        for client, idle in zip(clients, (0.0, 0.1, 0.0, 0.1), strict=True)
    ]
    for thread in threads:
        thread.start()
    try:
        yield clients
    finally:
        stop.set()
        for thread in threads:
            thread.join(60)


def _parent_of(entry: Path) -> int | None:
    try:
        state, parent = (entry / "stat").read_text().rpartition(")")[2].split()[:2]
    except OSError:
        return None
    return int(parent) if state != "Z" else None


def _files_of(pid: int) -> set[str]:
    found = set()
    with suppress(OSError):
        for entry in Path(f"/proc/{pid}/fd").iterdir():
            with suppress(OSError):
                found.add(str(entry.readlink()))
    return found


def _free_ports(count: int) -> int:
    """The first of so many ports, one after the other, that are free."""
    for _ in range(50):
        first = free_port()
        if all(_is_free(first + place) for place in range(count)):
            return first
    raise AssertionError("there are no free ports")


def _is_free(port: int) -> bool:
    try:
        with socket.create_server(("127.0.0.1", port)):
            return True
    except (OSError, OverflowError):
        return False
