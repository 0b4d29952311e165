"""The servers of a process: that of the public port, and that of the admin port beside it."""

import asyncio
import signal
import socket
import sys
from collections.abc import Awaitable, Callable
from typing import Final

import click
import uvicorn
from msgspec import Struct
from starlette.applications import Starlette

from gateway.draining import drain, linger
from gateway.live.messages import MOST_BYTES
from gateway.settling import settle

CUT_SECONDS: Final = 1
"""What could not be answered in its time has so long to end by itself before it is cut off."""


class Leave(Struct, frozen=True):
    """How a server leaves: for so many seconds it goes on, not ready; for so many it waits for answers then."""

    lingers: float
    patience: float


class Beside(uvicorn.Server):
    """The server of the admin port. Signals are the other's: this one stops after it."""

    def __init__(self, app: Starlette, listening: socket.socket) -> None:
        super().__init__(configured(app, []))
        self.listening = listening
        self._task: asyncio.Task[None] | None = None

    def open(self) -> None:
        """Serve, until `close`."""
        self._task = asyncio.create_task(self._serve([self.listening]))

    async def close(self) -> None:
        """Stop."""
        self.should_exit = True
        if self._task is not None:
            await self._task


class Announcing(uvicorn.Server):
    """A server that says where it listens once it does: where nobody collects events, `aside`.

    The one `beside` it is there for as long as it answers. `reload` is done on SIGHUP.
    """

    def __init__(
        self,
        config: uvicorn.Config,
        beside: Beside | None,
        reload: Callable[[], Awaitable[None]],
        leave: Leave,
        *,
        aside: bool,
    ) -> None:
        super().__init__(config)
        self._beside = beside
        self._aside = aside
        self._reload = reload
        self._leave = leave
        self._wanted = asyncio.Event()
        self._reloading: asyncio.Task[None] | None = None

    async def startup(self, sockets: list[socket.socket] | None = None) -> None:
        """Start, and say so."""
        asyncio.get_running_loop().add_signal_handler(signal.SIGHUP, self._wanted.set)
        settle()  # before anybody looks at how late the loop is
        await super().startup(sockets)
        self._reloading = asyncio.create_task(self._reload_when_wanted())
        if self.started and sockets:
            click.echo(f"Serving on {address(sockets[0])}/graphql", err=self._aside)
            if self._beside is not None:
                self._beside.open()
                announce(self._beside.listening, aside=self._aside)

    async def shutdown(self, sockets: list[socket.socket] | None = None) -> None:
        """Stop, the other one last: until then somebody can see how this one stops."""
        if self._reloading is not None:
            self._reloading.cancel()
        await linger(self, self._leave.lingers)
        await drain(self, sockets or [], self._leave.patience)
        await super().shutdown(sockets)
        if self._beside is not None:
            await self._beside.close()

    async def _reload_when_wanted(self) -> None:
        while True:
            await self._wanted.wait()
            self._wanted.clear()
            await self._reload()


def configured(app: Starlette, proxies: list[str]) -> uvicorn.Config:
    """Return how an application is served."""
    return uvicorn.Config(
        app,
        log_config=None,
        access_log=False,
        server_header=False,
        date_header=True,
        proxy_headers=bool(proxies),
        forwarded_allow_ips=proxies,
        lifespan="on",
        ws_max_size=MOST_BYTES,
        timeout_graceful_shutdown=CUT_SECONDS,
    )


def listen(host: str, port: int, option: str) -> socket.socket:
    """Return a socket that listens; say what stands in the way and how to go round it, and end."""
    try:
        return socket.create_server((host, port), backlog=2048)
    except (OSError, OverflowError) as error:
        why = error.strerror if isinstance(error, OSError) else "there is no such port"
        click.echo(f"Port {port} of {host} cannot be had ({why}). Choose another with {option}.", err=True)
        sys.exit(1)


def announce(listening: socket.socket, *, aside: bool, whose: str = "") -> None:
    """Say where metrics are."""
    click.echo(f"Metrics{whose} on {address(listening)}/metrics", err=aside)


def address(listening: socket.socket) -> str:
    """Return where a socket listens."""
    host, port = listening.getsockname()[:2]
    return f"http://{host}:{port}"
