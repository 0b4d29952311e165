"""`overview serve`."""

import asyncio
import socket
import sys
from contextlib import suppress

import click
import uvicorn

from gateway.app import application, join, prepare
from gateway.logs import capture_logging
from gateway.settings import Settings
from sources.sql import open_engine


class Announcing(uvicorn.Server):
    """A server that says where it listens once it does: where nobody collects events."""

    def __init__(self, config: uvicorn.Config, *, aside: bool) -> None:
        super().__init__(config)
        self._aside = aside

    async def startup(self, sockets: list[socket.socket] | None = None) -> None:
        """Start, and say so."""
        await super().startup(sockets)
        if self.started and sockets:
            host, port = sockets[0].getsockname()[:2]
            click.echo(f"Serving on http://{host}:{port}/graphql", err=self._aside)


@click.command()
@click.option("--host", help="Address to listen on.  [default: OVERVIEW_HOST or 127.0.0.1]")
@click.option(
    "--port", type=click.IntRange(0, 65535), help="Port to listen on.  [default: OVERVIEW_PORT or 8000]"
)
def serve(host: str | None, port: int | None) -> None:
    """Serve the gateway until Ctrl-C."""
    settings = Settings()
    settings.folder.mkdir(parents=True, exist_ok=True)
    asyncio.run(_prepare(settings))
    listening = _listen(host or settings.host, settings.port if port is None else port)
    capture_logging()
    gateway = join(settings)
    config = uvicorn.Config(
        application(gateway),
        log_config=None,
        access_log=False,
        server_header=False,
        date_header=True,
        lifespan="on",
    )
    with suppress(KeyboardInterrupt):  # Ctrl-C is how a server ends
        Announcing(config, aside=settings.audit_stdout).run(sockets=[listening])


async def _prepare(settings: Settings) -> None:
    """Raise what stands in the way before anything listens."""
    engine = open_engine(settings.database)
    try:
        await prepare(settings.profile, engine)
    finally:
        await engine.dispose()


def _listen(host: str, port: int) -> socket.socket:
    try:
        return socket.create_server((host, port), backlog=2048)
    except OSError as error:
        click.echo(
            f"Port {port} of {host} cannot be had ({error.strerror}). Choose another with --port.", err=True
        )
        sys.exit(1)
