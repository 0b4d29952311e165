"""`overview serve`."""

import asyncio
import sys
from contextlib import suppress
from importlib import import_module
from socket import socket

import click

from gateway.app import application
from gateway.database import ready
from gateway.departure import patience
from gateway.joined import join
from gateway.reload.alone import Reloading
from gateway.serving import Announcing, Beside, Leave, configured, listen
from gateway.settings import Settings
from gateway.telemetry.library_logs import capture
from gateway.telemetry.logs import Log, open_log
from gateway.workers.supervising import supervise


@click.command()
@click.option("--host", help="Address to listen on.  [default: OVERVIEW_HOST or 127.0.0.1]")
@click.option(
    "--port", type=click.IntRange(0, 65535), help="Port to listen on.  [default: OVERVIEW_PORT or 8000]"
)
@click.option(
    "--admin-port",
    type=click.IntRange(0, 65535),
    help="Port for metrics and health, on OVERVIEW_ADMIN_HOST; workers have those that follow."
    "  [default: OVERVIEW_ADMIN_PORT or none]",
)
@click.option(
    "--workers",
    type=click.IntRange(1, 64),
    help="Processes that serve the port together.  [default: OVERVIEW_WORKERS or 1]",
)
@click.option(
    "--limit-max-requests",
    type=click.IntRange(0),
    help="Requests after which, and up to a quarter more, a worker is replaced."
    "  [default: OVERVIEW_LIMIT_MAX_REQUESTS or never]",
)
def serve(**told: str | int | None) -> None:
    """Serve the gateway until Ctrl-C. SIGHUP reads the configuration anew; several workers are replaced for it."""
    settings = Settings()
    settings = settings.model_copy(update={name: value for name, value in told.items() if value is not None})
    settings.folder.mkdir(parents=True, exist_ok=True)
    asyncio.run(_prepare(settings))
    listening = listen(settings.host, settings.port, "--port")
    log = open_log(settings)
    capture(log)
    if settings.supervised:
        sys.exit(asyncio.run(supervise(settings, listening, log)))
    _serve_alone(settings, listening, log)


def _serve_alone(settings: Settings, listening: socket, log: Log) -> None:
    gateway = join(settings, log)
    beside = None
    if settings.admin_port is not None:
        own = listen(settings.admin_host, settings.admin_port, "--admin-port")
        # metrics are read when somebody wants them
        beside = Beside(import_module("gateway.admin").administration(gateway), own)
    with suppress(KeyboardInterrupt):  # Ctrl-C is how a server ends
        config = configured(application(gateway), settings.proxies)
        reload = Reloading(gateway).reload
        leave = Leave(settings.leaving_seconds, patience(settings))
        Announcing(config, beside, reload, leave, aside=settings.audit_stdout).run(sockets=[listening])


async def _prepare(settings: Settings) -> None:
    """Raise what stands in the way before anything listens."""
    async with ready(settings):
        pass
