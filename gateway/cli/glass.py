"""`overview glass list` and `review`."""

import asyncio
import sys
from collections.abc import Awaitable, Callable
from datetime import datetime

import click

from gateway.audit.journal import AuditUnavailableError
from gateway.audit.review import Opened, Review, review
from gateway.settings import Settings
from sources.errors import Fault


@click.group()
def glass() -> None:
    """Broken glass: the customers that officers opened beyond the usual, and its review."""


@glass.command("list")
@click.option("--all", "reviewed", is_flag=True, help="Those that were reviewed, too.")
@click.option("--numbers", is_flag=True, help="Show customers by number. That goes on record, too.")
def list_glass(reviewed: bool, numbers: bool) -> None:
    """Show what waits for its review, oldest first: who, when and why. Reading goes on record."""

    async def work(at: Review) -> None:
        found = await at.all(reviewed=reviewed, numbers=numbers)
        for one in found:
            click.echo(_told(one, numbers))
        click.echo(f"{len(found)} in all." if reviewed else f"{len(found)} wait for their review.", err=True)

    _run(work)


@glass.command("review")
@click.argument("id")
def review_glass(id: str) -> None:
    """Note that the grant ID was looked at, by whoever is logged in."""

    async def work(at: Review) -> None:
        if not await at.done(id):
            click.echo("No grant of this number waits for its review.", err=True)
            sys.exit(1)
        click.echo(f"The grant {id} is reviewed.")

    _run(work)


def _run(work: Callable[[Review], Awaitable[None]]) -> None:
    async def run() -> None:
        async with review(Settings()) as at:
            await work(at)

    try:
        asyncio.run(run())
    except Fault as fault:
        click.echo(f"The database failed ({fault.code}). Nothing was changed.", err=True)
        sys.exit(1)
    except AuditUnavailableError:
        click.echo("The audit journal cannot be written, so nothing is shown or changed.", err=True)
        sys.exit(1)


def _told(one: Opened, numbers: bool) -> str:
    kept, grant = one.kept, one.grant
    lines = [f"{kept.id}  {_moment(kept.since)} to {_moment(kept.until)}"]
    lines.append(f"  officer {kept.officer} of {kept.organisation}, interaction {kept.interaction}")
    if numbers:
        lines.append(f"  customer {grant.crn if grant is not None else '?'}")
    lines.append(f"  {_line(grant.reason) if grant is not None else 'It was sealed with another keyring.'}")
    if kept.reviewed_at is not None:
        lines.append(f"  reviewed by {kept.reviewed_by}, {_moment(kept.reviewed_at)}")
    return "\n".join(lines)


def _line(text: str) -> str:
    """Return a text as one line that does nothing to a terminal."""
    return "".join(sign if sign.isprintable() else " " for sign in text)


def _moment(at: datetime) -> str:
    return f"{at:%Y-%m-%d %H:%M} UTC"
