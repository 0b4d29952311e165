"""A worker: a gateway that serves a port which its parent holds, and says on a line how it stands."""

import random
import socket
from asyncio import sleep
from typing import Final

import uvicorn

from gateway.serving import Beside, let_go
from gateway.workers.line import Line, Said

TURN: Final = 0.1
DRAIN_TURNS: Final = 10
"""For so long a connection that stays open has to hear, with its next answer, that it will not."""


class Worker(uvicorn.Server):
    """A server that ends when its parent is gone, and is not the one to decide that it has served enough.

    `most` is after how many requests it says so; 0 is never.
    """

    def __init__(
        self, config: uvicorn.Config, end: socket.socket, beside: Beside | None = None, most: int = 0
    ) -> None:
        super().__init__(config)
        self._line = Line(end, self._heard)
        self._beside = beside
        self._most = most

    async def startup(self, sockets: list[socket.socket] | None = None) -> None:
        """Start, and say so."""
        await self._line.open()
        await super().startup(sockets)
        if self.started:
            self._line.say(Said.READY)

    async def on_tick(self, counter: int) -> bool:
        """Do what is done ten times a second; tell whether to end."""
        if self._most and self.server_state.total_requests >= self._most:
            self._most = 0
            self._line.say(Said.ENOUGH)
        return await super().on_tick(counter)

    async def shutdown(self, sockets: list[socket.socket] | None = None) -> None:
        """Take no more connections, answer what is asked on those that there are, then let go of them.

        A connection can be closed under a request that is on its way: so what was accepted has a moment to ask, and
        with every answer goes word that it is the last one there.
        """
        for server in self.servers:
            server.close()
        for one in sockets or []:
            one.close()
        state = self.server_state
        state.default_headers = [*state.default_headers, (b"connection", b"close")]
        await let_go(self.config)
        await sleep(TURN)
        for _ in range(DRAIN_TURNS):
            if state.connections:
                await sleep(TURN)
        await super().shutdown(sockets)
        if self._beside is not None:
            await self._beside.close()
        self._line.close()

    def _heard(self, word: Said | None) -> None:
        if word is None:
            self.should_exit = True  # nobody watches over this one any more
        elif word is Said.YOURS and self._beside is not None:
            self._beside.open()


def limit_of(most: int) -> int:
    """Return after how many requests a worker has served enough: chance adds up to a quarter, so that they do not all
    go at once. 0 stays 0."""
    return most + random.randint(0, most // 4)  # noqa: S311 - nobody gains from guessing it
