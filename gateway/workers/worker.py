"""A worker: a gateway that serves a port which its parent holds, and says on a line how it stands."""

import random
import socket

import uvicorn

from gateway.draining import announce, drain
from gateway.serving import Beside
from gateway.settling import settle
from gateway.workers.line import Line, Said


class Worker(uvicorn.Server):
    """A server that ends when its parent is gone, and is not the one to decide that it has served enough.

    `most` is after how many requests it says so; 0 is never. What it is at when it is to end has `patience` seconds.
    """

    def __init__(
        self,
        config: uvicorn.Config,
        end: socket.socket,
        patience: float,
        beside: Beside | None = None,
        most: int = 0,
    ) -> None:
        super().__init__(config)
        self._line = Line(end, self._heard)
        self._patience = patience
        self._beside = beside
        self._most = most

    async def startup(self, sockets: list[socket.socket] | None = None) -> None:
        """Start, and say so."""
        await self._line.open()
        settle()  # before anybody looks at how late the loop is
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
        """Answer what there is, then end; the admin port last."""
        await drain(self, sockets or [], self._patience)
        await super().shutdown(sockets)
        if self._beside is not None:
            await self._beside.close()
        self._line.close()

    def _heard(self, word: Said | None) -> None:
        if word is None:
            self.should_exit = True  # nobody watches over this one any more
        elif word is Said.LEAVING:
            announce(self)
        elif word is Said.YOURS and self._beside is not None:
            self._beside.open()


def limit_of(most: int) -> int:
    """Return after how many requests a worker has served enough: chance adds up to a quarter, so that they do not all
    go at once. 0 stays 0."""
    return most + random.randint(0, most // 4)  # noqa: S311 - nobody gains from guessing it
