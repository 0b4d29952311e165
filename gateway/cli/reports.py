"""`overview audit ship`, `who-saw`, `what-saw`, `prune`: the audit in SQL."""

import asyncio
import sys
from collections.abc import AsyncIterator, Callable, Coroutine
from datetime import date, datetime
from pathlib import Path
from typing import Any, Final, TypeAlias

import click
import msgspec
from msgspec import Struct

from gateway.audit.journal import AuditUnavailableError
from gateway.audit.operators import KIND
from gateway.audit.reading_room import ReadingRoom, Seen, reading_room
from gateway.audit.shipping import ShippingRestarted
from gateway.clocks import clock_of
from gateway.keyring import KeyringError
from gateway.settings import Settings
from resolvers.caller import CallerKind
from sources.crn import BadCrn
from sources.errors import Fault
from sources.sql import BadDatabaseError, OldSchemaError
from sources.window import Window

Work: TypeAlias = Callable[[ReadingRoom], Coroutine[Any, Any, None]]

DAY: Final = click.DateTime(["%Y-%m-%d"])
KINDS: Final = [*CallerKind.__members__, KIND]
KEPT: Final = Window(months=12)
SINCE: Final = click.option("--since", type=DAY, help="First day, YYYY-MM-DD, in the policy's zone.")
UNTIL: Final = click.option("--until", type=DAY, help="Last day, YYYY-MM-DD, in the policy's zone.")
JSON: Final = click.option("--json", "as_json", is_flag=True, help="One line of JSON for each event.")


@click.command()
@click.argument("file", type=click.Path(path_type=Path, exists=True, dir_okay=False), required=False)
def ship(file: Path | None) -> None:
    """Take what the journal, or FILE, holds into SQL, as a gateway does while it serves."""

    async def work(room: ReadingRoom) -> None:
        click.echo(f"{await room.ship(file)} events shipped. Nothing is left.")

    _run(work)


@click.command("who-saw")
@SINCE
@UNTIL
@JSON
def who_saw(since: datetime | None, until: datetime | None, as_json: bool) -> None:
    """Print who saw a customer, when and why, oldest first.

    The customer's number is read from standard input, never from the command's words. Reading goes on record.
    """
    number = click.prompt("CRN", err=True)

    async def work(room: ReadingRoom) -> None:
        span = room.span(_day(since), _day(until))
        await _print(room, room.who_saw(room.scheme.parse(number), span), _who, as_json)

    _run(work)


@click.command("what-saw")
@click.option("--officer", "actor", required=True, metavar="ID", help="Who looked.")
@click.option("--kind", type=click.Choice(KINDS, case_sensitive=False), help="Of which kind they are; any.")
@click.option("--numbers", is_flag=True, help="Show customers by number. That goes on record, too.")
@SINCE
@UNTIL
@JSON
def what_saw(
    actor: str,
    kind: str | None,
    numbers: bool,
    since: datetime | None,
    until: datetime | None,
    as_json: bool,
) -> None:
    """Print which customers somebody saw, and what of them, oldest first. Reading goes on record."""

    async def work(room: ReadingRoom) -> None:
        span = room.span(_day(since), _day(until))
        await _print(room, room.what_saw(actor, kind, span, numbers=numbers), _what, as_json)

    _run(work)


@click.command()
@click.option("--before", type=DAY, required=True, help="The first day that is kept, in the policy's zone.")
@click.option("--yes-less-than-12-months", "young", is_flag=True, help="Remove younger events, too.")
def prune(before: datetime, young: bool) -> None:
    """Remove events of before a day from SQL. The journal keeps them. That goes on record."""

    async def work(room: ReadingRoom) -> None:
        now = clock_of(Settings())().astimezone(room.zone)
        if before.date() > KEPT.since(now).date() and not young:
            click.echo(
                "Events are kept for 12 months. To remove younger ones, say --yes-less-than-12-months.",
                err=True,
            )
            sys.exit(2)
        click.echo(f"{await room.prune(before.date())} events removed.")

    _run(work)


COMMANDS: Final = (ship, who_saw, what_saw, prune)


def _run(work: Work) -> None:
    """Do something in the reading room; end with 2 and one line when it cannot be done."""
    settings = Settings()

    async def run() -> None:
        async with reading_room(settings, _say) as room:
            await work(room)

    try:
        asyncio.run(run())
    except AuditUnavailableError:
        _end("The audit journal cannot be written, and nothing is read that is not on record.")
    except Fault as fault:
        _end(f"The database failed ({fault.code}). Try again.")
    except BrokenPipeError:  # it is the reader of what we print who left
        raise
    except OSError as error:
        _end(f"{error.filename}: {error.strerror}" if error.filename else str(error))
    except (KeyringError, BadCrn, OldSchemaError, BadDatabaseError) as error:
        _end(str(error))


def _end(said: str) -> None:
    click.echo(said, err=True)
    sys.exit(2)


def _say(event: Struct) -> None:
    if isinstance(event, ShippingRestarted):
        click.echo("The journal is another one, or was cut: it is shipped from its beginning.", err=True)


async def _print(
    room: ReadingRoom,
    events: AsyncIterator[Seen],
    told: Callable[[Seen], str],
    as_json: bool,
) -> None:
    count = 0
    async for seen in events:
        count += 1
        if as_json:
            click.echo(msgspec.json.encode(_whole(seen)))
            continue
        when = seen.event.at.astimezone(room.zone).isoformat(" ", "seconds")
        doubt = "" if seen.proved else "  not as a gateway of this keyring wrote it"
        click.echo(_plain(f"{when}  {told(seen)}  {seen.event.verdict} {seen.event.rule}{doubt}"))
    if not as_json:
        click.echo(f"{count} events.")


def _who(seen: Seen) -> str:
    actor, event = seen.event.actor, seen.event
    who = (
        f"{actor.kind} {actor.id} of {actor.organisation}"
        if actor.organisation
        else f"{actor.kind} {actor.id}"
    )
    why = " ".join(filter(None, (event.purpose, event.interaction)))
    return "  ".join((who, why or "-", _parts(event.parts)))


def _what(seen: Seen) -> str:
    event = seen.event
    return "  ".join((seen.crn or event.customer or event.subject or "-", event.action, _parts(event.parts)))


def _parts(parts: tuple[str, ...]) -> str:
    return ",".join(parts) or "-"


def _whole(seen: Seen) -> dict[str, Any]:
    event: dict[str, Any] = msgspec.to_builtins(seen.event)
    event.pop("sealed", None)
    return event | {"proved": seen.proved} | ({"crn": seen.crn} if seen.crn is not None else {})


def _plain(text: str) -> str:
    """Return a text without what a terminal would obey."""
    return "".join(one if one.isprintable() else "?" for one in text)


def _day(moment: datetime | None) -> date | None:
    return moment.date() if moment is not None else None
