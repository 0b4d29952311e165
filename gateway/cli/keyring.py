"""`overview keyring show`, `overview keyring rotate`, `overview keyring retire`."""

import asyncio
import sys
from collections.abc import Callable, Iterator

import click

from gateway.audit.chain import Chain
from gateway.audit.journal import AuditUnavailableError, Journal
from gateway.audit.operators import operator_event
from gateway.keyring import Kept, open_keyring, read
from gateway.policy_file import policy
from gateway.rotation import check_retirable, lines_by_version, retire, rotate
from gateway.settings import Settings


@click.group()
def keyring() -> None:
    """The keyring: the secrets that all keys are made from."""


@keyring.command()
def show() -> None:
    """Show the versions that are kept, when each was made, and which is the current one. No secret is shown."""
    kept = read(Settings().keyring)
    for one in sorted(kept.secrets, key=lambda secret: secret.version):
        current = "  current" if one.version == kept.current else ""
        click.echo(f"version {one.version}  made {one.made.isoformat()}{current}")


@keyring.command("rotate")
def rotate_keyring() -> None:
    """Make a new version of the secret, the current one from the next start on. The others are kept."""
    settings = Settings()
    version = rotate(settings.keyring, _on_record(settings, "keyring_rotate"))
    click.echo(f"Version {version} is the current one. Start every process again: none takes it up before.")


@keyring.command("retire")
@click.argument("version", type=int)
@click.option("--yes", is_flag=True, help="Do it. Without it, only what it would cost is said.")
def retire_version(version: int, yes: bool) -> None:
    """Take VERSION out of the keyring for good. Nothing that was made with it can be opened or checked any more."""
    settings = Settings()
    kept = read(settings.keyring)
    check_retirable(settings.keyring, kept, version)
    for sentence in _costs(settings, kept, version):
        click.echo(sentence)
    if not yes:
        click.echo(f"Nothing was done. To do it: overview keyring retire {version} --yes", err=True)
        sys.exit(1)
    retire(settings.keyring, version, _on_record(settings, "keyring_retire"))
    click.echo(f"Version {version} is gone. Start every process again: each keeps it until then.")


def _costs(settings: Settings, kept: Kept, version: int) -> Iterator[str]:
    """Yield what is lost with a version, in sentences."""
    yield f"Ids, cursors and tokens that were given out under version {version} no longer open."
    yield "Events of the audit journal that it hashed are no longer found by their customer."
    count = lines_by_version(settings.journal, kept)[version]
    yield (
        f"{count} lines of the audit journal can no longer be verified."
        if count
        else ("No line of the audit journal was linked with it.")
    )


def _on_record(settings: Settings, action: str) -> Callable[[int], None]:
    """Return what puts a change of the keyring on record before it is made."""
    journal = Journal(settings.journal, Chain(open_keyring(settings.keyring, make=False)))
    edition = policy(settings.policy_file).edition

    def record(version: int) -> None:
        event = operator_event(action, f"version {version}", edition)
        try:
            asyncio.run(journal.append([event]))
        except AuditUnavailableError:
            click.echo("The audit journal cannot be written, so the keyring was not changed.", err=True)
            sys.exit(1)

    return record
