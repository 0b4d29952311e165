"""`overview serve`."""

import asyncio
import socket
import sys
from contextlib import suppress
from importlib import import_module

import click
import uvicorn
from starlette.applications import Starlette

from gateway.app import application
from gateway.database import ready
from gateway.joined import join
from gateway.settings import Settings
from gateway.telemetry.library_logs import capture
from gateway.telemetry.logs import open_log


class Beside(uvicorn.Server):
    """The server of the admin port. Signals are the other's: this one stops after it."""

    def __init__(self, app: Starlette, listening: socket.socket) -> None:
        super().__init__(_config(app, [], timeout_graceful_shutdown=1))
        self._listening = listening
        self._task: asyncio.Task[None] | None = None

    async def open(self, *, aside: bool) -> None:
        """Serve, until `close`, and say where."""
        self._task = asyncio.create_task(self._serve([self._listening]))
        host, port = self._listening.getsockname()[:2]
        click.echo(f"Metrics on http://{host}:{port}/metrics", err=aside)

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
            host, port = sockets[0].getsockname()[:2]
            click.echo(f"Serving on http://{host}:{port}/graphql", err=self._aside)
            if self._beside is not None:
                await self._beside.open(aside=self._aside)

    async def shutdown(self, sockets: list[socket.socket] | None = None) -> None:
        """Stop, the other one last: until then somebody can see how this one stops."""
        await super().shutdown(sockets)
        if self._beside is not None:
            await self._beside.close()


@click.command()
@click.option("--host", help="Address to listen on.  [default: OVERVIEW_HOST or 127.0.0.1]")
@click.option(
    "--port", type=click.IntRange(0, 65535), help="Port to listen on.  [default: OVERVIEW_PORT or 8000]"
)
@click.option(
    "--admin-port",
    type=click.IntRange(0, 65535),
    help="Port for metrics and health, on OVERVIEW_ADMIN_HOST.  [default: OVERVIEW_ADMIN_PORT or none]",
)
def serve(host: str | None, port: int | None, admin_port: int | None) -> None:
    """Serve the gateway until Ctrl-C."""
    settings = Settings()
    if admin_port is not None:
        settings = settings.model_copy(update={"admin_port": admin_port})
    settings.folder.mkdir(parents=True, exist_ok=True)
    asyncio.run(_prepare(settings))
    listening = _listen(host or settings.host, settings.port if port is None else port, "--port")
    log = open_log(settings)
    capture(log)
    gateway = join(settings, log)
    beside = None
    if settings.admin_port is not None:
        own = _listen(settings.admin_host, settings.admin_port, "--admin-port")
        # metrics are read when somebody wants them
        beside = Beside(import_module("gateway.admin").administration(gateway), own)
    with suppress(KeyboardInterrupt):  # Ctrl-C is how a server ends
        config = _config(application(gateway), settings.proxies)
        Announcing(config, beside, aside=settings.audit_stdout).run(sockets=[listening])


def _config(
    app: Starlette, proxies: list[str], timeout_graceful_shutdown: int | None = None
) -> uvicorn.Config:
    return uvicorn.Config(
        app,
        log_config=None,
        access_log=False,
        server_header=False,
        date_header=True,
        proxy_headers=bool(proxies),
        forwarded_allow_ips=proxies,
        lifespan="on",
        timeout_graceful_shutdown=timeout_graceful_shutdown,
    )


async def _prepare(settings: Settings) -> None:
    """Raise what stands in the way before anything listens."""
    async with ready(settings):
        pass


def _listen(host: str, port: int, option: str) -> socket.socket:
    try:
        return socket.create_server((host, port), backlog=2048)
    except OSError as error:
        click.echo(
            f"Port {port} of {host} cannot be had ({error.strerror}). Choose another with {option}.", err=True
        )
        sys.exit(1)
