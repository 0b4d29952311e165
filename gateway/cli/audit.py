"""`overview audit verify`, `overview audit export`: the journal. What is in SQL is in `reports.py`."""

import sys
from collections.abc import Iterator
from datetime import date, datetime
from pathlib import Path

import click
import msgspec

from gateway.audit.chain import Chain, Dated, Walk
from gateway.audit.journal_file import lines
from gateway.cli.reports import COMMANDS
from gateway.keyring import KeyringError, open_keyring
from gateway.policy_file import policy
from gateway.settings import Settings

DAY = click.DateTime(["%Y-%m-%d"])
FILE = click.Path(path_type=Path)


@click.group()
def audit() -> None:
    """The audit journal, and the audit in SQL."""


for command in COMMANDS:
    audit.add_command(command)


@audit.command()
@click.argument("file", type=FILE, required=False)
@click.option("--noted", metavar="HASH", help="Hash of an event, noted before: the journal has to hold it.")
def verify(file: Path | None, noted: str | None) -> None:
    """Follow the chain of the journal, or of FILE, and name every place where it is broken.

    Ends with 0 when it is whole, 1 when it is broken, 2 when it cannot be read.
    """
    settings = Settings()
    whole = True
    try:
        chain = Chain(open_keyring(settings.keyring, make=False))
        walk = Walk(chain, noted=noted.encode(errors="replace") if noted is not None else None)
        for flaw in walk.flaws(lines(file or settings.journal)):
            click.echo(f"line {flaw.line}: {flaw.damage.value}")
            whole = False
    except (OSError, KeyringError) as error:
        _unreadable(error)
    if not walk.met:
        click.echo("missing: the event whose hash was noted")
    for sentence in _told(walk):
        click.echo(sentence)
    good = whole and walk.met and (walk.begins is not None or not walk.events)
    click.echo(f"The chain is whole. Its last hash is {walk.head}." if good else "The chain is broken.")
    sys.exit(0 if good else 1)


@audit.command()
@click.option("--since", type=DAY, help="First day, YYYY-MM-DD, in the policy's zone.")
@click.option("--until", type=DAY, help="Last day, YYYY-MM-DD, in the policy's zone.")
def export(since: datetime | None, until: datetime | None) -> None:
    """Print the journal's events, one line of JSON each, as they were written."""
    settings = Settings()
    zone = policy(settings.policy_file).tz
    first = since.date() if since is not None else date.min
    last = until.date() if until is not None else date.max
    passed = 0
    try:
        for line in lines(settings.journal):
            try:
                day = msgspec.json.decode(line, type=Dated).at.astimezone(zone).date()
            except (msgspec.DecodeError, UnicodeDecodeError, OverflowError):
                passed += 1
                continue
            if first <= day <= last:
                click.echo(line.removesuffix(b"\n"))
    except OSError as error:
        if isinstance(error, BrokenPipeError):  # it is the reader of what we print who left
            raise
        _unreadable(error)
    if passed:
        click.echo(f"{passed} lines are no events: `overview audit verify` says which.", err=True)


def _told(walk: Walk) -> Iterator[str]:
    """Yield what a journal holds, in sentences."""
    if walk.first is None or walk.last is None:
        yield "0 events."
        return
    yield f"{walk.events} events, from {walk.first.isoformat()} to {walk.last.isoformat()}."
    if walk.begins is None:
        yield "There is no chain: none of the events is linked."
    elif walk.before:
        yield f"The chain begins at line {walk.begins}; nothing vouches for the {walk.before} events before it."


def _unreadable(error: OSError | KeyringError) -> None:
    said = f"{error.filename}: {error.strerror}" if isinstance(error, OSError) and error.filename else error
    click.echo(str(said), err=True)
    sys.exit(2)
