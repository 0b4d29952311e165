"""Serving with workers: what the parent is made of, from settings."""

import sys
from functools import partial
from importlib import import_module
from socket import socket
from typing import Final

import click

from gateway.departure import patience
from gateway.reload.asking import fault
from gateway.serving import Beside, address, announce, listen
from gateway.settings import Settings
from gateway.telemetry.logs import Log
from gateway.telemetry.telling import every
from gateway.workers.parent import Parent, Plan

COMMAND: Final = (sys.executable, "-P", "-c", "from gateway.cli import main; main()", "work")
MARGIN: Final = 8
"""Seconds in which a worker that has answered ends by itself: it finishes mutations, closes and ships."""


async def supervise(settings: Settings, door: socket, log: Log) -> int:
    """Serve with workers until a signal; return what the process ends with."""
    own = _admin_ports(settings)
    plan = Plan(
        command=(
            *COMMAND,
            *("--workers", str(settings.workers)),
            *("--limit-max-requests", str(settings.limit_max_requests)),
        ),
        door=door,
        own=own[1:],
        workers=settings.workers,
        lingers=settings.leaving_seconds,
        patience=patience(settings) + MARGIN,
        announce=partial(_announce, door, own, aside=settings.audit_stdout),
        fault=fault,
    )
    beside: Beside | None = None
    if own:
        # metrics are read when somebody wants them
        telling = import_module("gateway.workers.administration")
        restarts = telling.Restarts()
        parent = Parent(plan, every(log, restarts))
        beside = Beside(telling.administration(parent, restarts), own[0])
        beside.open()
    else:
        parent = Parent(plan, log)
    failed = await parent.run()
    if beside is not None:
        await beside.close()
    if failed is not None:
        click.echo(f"No worker could start: the first ended {failed.words}.", err=True)
        return failed.status
    return 0


def _admin_ports(settings: Settings) -> list[socket]:
    """Return the parent's admin port and one for each worker, which follow it; none where none is wanted."""
    first = settings.admin_port
    if first is None:
        return []
    numbers = [first + place if first else 0 for place in range(settings.workers + 1)]
    return [listen(settings.admin_host, number, "--admin-port") for number in numbers]


def _announce(door: socket, own: list[socket], *, aside: bool) -> None:
    click.echo(f"Serving on {address(door)}/graphql", err=aside)
    for place, one in enumerate(own):
        announce(one, aside=aside, whose=f" of worker {place}" if place else "")
