"""A server lets go of its connections, and of nothing that was asked on them."""

import socket
from asyncio import sleep
from collections.abc import Sequence
from typing import Final

import uvicorn

from gateway.departure import Departure
from gateway.live import Live

TURN: Final = 0.1
DRAIN_TURNS: Final = 10
"""For so long a connection that stays open has to hear, with its next answer, that it will not."""


def announce(server: uvicorn.Server) -> None:
    """Say that the process is not ready any more."""
    _departure(server).announce()


async def linger(server: uvicorn.Server, seconds: float) -> None:
    """Say that the process is not ready, and go on for a while: whoever sends requests here has to notice first."""
    announce(server)
    for _ in range(round(seconds / TURN)):
        if not server.force_exit:
            await sleep(TURN)


async def drain(server: uvicorn.Server, sockets: Sequence[socket.socket], patience: float) -> None:
    """Take no more connections, answer what is asked on those that there are, then let go of them.

    A connection can be closed under a request that is on its way: so what was accepted has a moment to ask, and
    with every answer goes word that it is the last one there. What takes longer than `patience`, in seconds, is left.
    """
    state = server.server_state
    with _departure(server).draining():
        for listening in server.servers:
            listening.close()
        for one in sockets:
            one.close()
        state.default_headers = [*state.default_headers, (b"connection", b"close")]
        await _live(server).end()
        await sleep(TURN)
        for _ in range(DRAIN_TURNS):
            if state.connections:
                await sleep(TURN)
        for connection in list(state.connections):
            connection.shutdown()
        for _ in range(round(patience / TURN) - DRAIN_TURNS):
            if (state.connections or state.tasks) and not server.force_exit:
                await sleep(TURN)


def _departure(server: uvicorn.Server) -> Departure:
    found: Departure = server.config.app.state.departure  # type: ignore[union-attr]
    return found


def _live(server: uvicorn.Server) -> Live:
    found: Live = server.config.app.state.live  # type: ignore[union-attr]
    return found
