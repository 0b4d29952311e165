"""The servers of a process: that of the public port, and that of the admin port beside it."""

import asyncio
import socket
import sys

import click
import uvicorn
from starlette.applications import Starlette

from gateway.live import Live
from gateway.live.messages import MOST_BYTES


class Beside(uvicorn.Server):
    """The server of the admin port. Signals are the other's: this one stops after it."""

    def __init__(self, app: Starlette, listening: socket.socket) -> None:
        super().__init__(configured(app, [], timeout_graceful_shutdown=1))
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

    The one `beside` it is there for as long as it answers.
    """

    def __init__(self, config: uvicorn.Config, beside: Beside | None, *, aside: bool) -> None:
        super().__init__(config)
        self._beside = beside
        self._aside = aside

    async def startup(self, sockets: list[socket.socket] | None = None) -> None:
        """Start, and say so."""
        await super().startup(sockets)
        if self.started and sockets:
            click.echo(f"Serving on {address(sockets[0])}/graphql", err=self._aside)
            if self._beside is not None:
                self._beside.open()
                announce(self._beside.listening, aside=self._aside)

    async def shutdown(self, sockets: list[socket.socket] | None = None) -> None:
        """Stop, the other one last: until then somebody can see how this one stops."""
        await let_go(self.config)
        await super().shutdown(sockets)
        if self._beside is not None:
            await self._beside.close()


async def let_go(config: uvicorn.Config) -> None:
    """Have what is followed end, or the server would wait for it."""
    live: Live = config.app.state.live  # type: ignore[union-attr]
    await live.end()


def configured(
    app: Starlette, proxies: list[str], timeout_graceful_shutdown: int | None = None
) -> uvicorn.Config:
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
        timeout_graceful_shutdown=timeout_graceful_shutdown,
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
