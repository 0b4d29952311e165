"""`overview work`: what the parent of `overview serve --workers` starts. Nobody types it."""

import asyncio
from importlib import import_module

import click

from gateway.app import application
from gateway.departure import patience
from gateway.joined import join
from gateway.serving import Beside, configured
from gateway.settings import Settings
from gateway.telemetry.library_logs import capture
from gateway.telemetry.logs import open_log
from gateway.workers.child import sockets_of
from gateway.workers.worker import Worker, limit_of
from sources.sql import check, open_engine


@click.command(hidden=True)
@click.option("--sockets", required=True)
@click.option("--workers", type=int, required=True)
@click.option("--limit-max-requests", type=int, required=True)
def work(sockets: str, workers: int, limit_max_requests: int) -> None:
    """Serve a port that the parent holds, until the parent says so or is gone."""
    end, door, *own = sockets_of(sockets)
    told = {"workers": workers, "limit_max_requests": limit_max_requests}
    admin = {"admin_port": own[0].getsockname()[1] if own else None}
    settings = Settings().model_copy(update=told | admin)
    asyncio.run(_check(settings))
    log = open_log(settings)
    capture(log)
    gateway = join(settings, log)
    # metrics are read when somebody wants them
    beside = Beside(import_module("gateway.admin").administration(gateway), own[0]) if own else None
    config = configured(application(gateway), settings.proxies)
    Worker(config, end, patience(settings), beside, limit_of(limit_max_requests)).run(sockets=[door])


async def _check(settings: Settings) -> None:
    """Raise what has come to stand in the way since the parent started, which alone migrates: others may be serving."""
    engine = open_engine(settings.database)
    try:
        await check(engine)
    finally:
        await engine.dispose()
