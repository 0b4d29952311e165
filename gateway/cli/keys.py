"""`overview keys create`, `list`, `rotate` and `revoke`."""

import asyncio
import sys
from collections.abc import Awaitable, Callable
from datetime import datetime, timedelta
from ipaddress import ip_network
from typing import Any, TypeVar

import click
from msgspec.structs import replace

from gateway.audit.journal import AuditUnavailableError
from gateway.auth.claims import LONGEST
from gateway.auth.key_desk import Desk, desk
from gateway.auth.scopes import SCOPES
from gateway.settings import Settings
from resolvers.caller import CallerKind
from sources.errors import Fault
from sources.ledger import ApiKey

T = TypeVar("T")
KINDS = [kind.value.lower() for kind in CallerKind]
DAYS = click.IntRange(1, 365)
USUAL_DAYS = 90


def _text(_context: click.Context, _option: click.Parameter, value: str) -> str:
    if not value.strip() or len(value) > LONGEST or not value.isprintable():
        raise click.BadParameter(f"it takes 1 to {LONGEST} characters that can be printed.")
    return value


def _networks(_context: click.Context, _option: click.Parameter, value: tuple[str, ...]) -> tuple[str, ...]:
    try:
        return tuple(str(ip_network(one)) for one in value)
    except ValueError:
        raise click.BadParameter("a network is written like 10.1.2.0/24, an address like 10.1.2.3.") from None


@click.group()
def keys() -> None:
    """API keys of partners and systems."""


@keys.command()
@click.option("--kind", type=click.Choice(KINDS), required=True, help="What kind of caller it is for.")
@click.option("--id", "caller", callback=_text, required=True, help="The caller's id.")
@click.option("--organisation", callback=_text, required=True, help="The caller's organisation.")
@click.option("--name", callback=_text, required=True, help="What the key is for.")
@click.option("--scope", "scopes", type=click.Choice(sorted(SCOPES)), multiple=True, required=True)
@click.option("--role", "roles", multiple=True)
@click.option("--network", "networks", callback=_networks, multiple=True, help="CIDR; usually anywhere.")
@click.option("--days", type=DAYS, default=USUAL_DAYS, show_default=True, help="How long it is good.")
@click.option(
    "--quota", type=click.IntRange(1, 2**31 - 1), help="Units of cost a minute; usually the usual ones."
)
def create(days: int, **told: Any) -> None:
    """Make a key for a caller, and print it this once."""

    async def work(at: Desk) -> None:
        written, key = at.made(days=days, **told)
        await at.store.add(key, at.record("key_create", key.id))
        _hand_out(written, key)

    _run(work)


@keys.command("list")
def list_keys() -> None:
    """Show all keys: whose they are and what they open. The keys themselves are not known."""

    async def work(at: Desk) -> None:
        head = "ID STATE KIND CALLER ORGANISATION SCOPES ROLES FROM QUOTA ENDS USED NAME".split()
        rows = [head, *(_row(key, at.now) for key in await at.store.all())]
        widths = [max(map(len, column)) for column in zip(*rows, strict=True)]
        for row in rows:
            click.echo("  ".join(map(str.ljust, row, widths)).rstrip())

    _run(work)


@keys.command()
@click.argument("id")
@click.option(
    "--days", type=DAYS, default=USUAL_DAYS, show_default=True, help="How long the new one is good."
)
@click.option(
    "--old-ends-in", "hours", type=click.IntRange(0), metavar="HOURS", help="When the old one ends."
)
def rotate(id: str, days: int, hours: int | None) -> None:
    """Make a second key of the same caller and rights as ID, and print it this once.

    The old one goes on until its end, unless that is told, or until it is revoked.
    """

    async def work(at: Desk) -> None:
        old = await at.existing(id)
        written, key = at.next(old, days)
        if hours is not None:
            old = replace(old, expires=min(old.expires, at.now + timedelta(hours=hours)))
        await at.store.follow(old, key, at.record("key_rotate", f"{old.id} by {key.id}"))
        _hand_out(written, key)

    _run(work)


@keys.command()
@click.argument("id")
def revoke(id: str) -> None:
    """Take the key ID back. It opens nothing after half a minute at the latest."""

    async def work(at: Desk) -> None:
        taken = await at.store.revoke(id, at.now, at.record("key_revoke", id))
        click.echo(f"The key {id} is revoked." if taken else f"The key {id} was revoked before.")

    _run(work)


def _run(work: Callable[[Desk], Awaitable[T]]) -> T:
    async def run() -> T:
        async with desk(Settings()) as at:
            return await work(at)

    try:
        return asyncio.run(run())
    except Fault as fault:
        click.echo(f"The database failed ({fault.code}). Nothing was changed.", err=True)
    except AuditUnavailableError:
        click.echo("The audit journal cannot be written, so nothing was changed.", err=True)
    sys.exit(1)


def _hand_out(written: str, key: ApiKey) -> None:
    """Print a key where a program can take it, and what there is to say about it beside."""
    click.echo(written)
    click.echo(
        f"Key {key.id} of {key.caller}, good until {_moment(key.expires)}. It is not shown again.", err=True
    )


def _row(key: ApiKey, now: datetime) -> list[str]:
    state = "revoked" if key.revoked is not None else "live" if key.is_live(now) else "ended"
    return [
        key.id,
        state,
        key.kind,
        key.caller,
        key.organisation,
        ",".join(key.scopes),
        ",".join(key.roles),
        ",".join(key.networks) or "anywhere",
        str(key.quota or "usual"),
        _moment(key.expires),
        _moment(key.last_used) if key.last_used is not None else "never",
        key.name,
    ]


def _moment(at: datetime) -> str:
    return f"{at:%Y-%m-%d %H:%M} UTC"
