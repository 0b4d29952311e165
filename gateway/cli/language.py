"""`overview schema export`, `overview schema check`."""

import sys
from collections.abc import Iterator
from importlib.resources import files
from pathlib import Path
from typing import Final

import click
from graphql import build_schema

from gateway.cli.documents import checker_of, entries_in, folder_option
from gateway.clocks import clock_of
from gateway.contracts import views
from gateway.graph_settings import VERSIONS
from gateway.promises import Change, allowed_in, changes, left_over, promised_in
from gateway.settings import Settings
from gateway.trusted.checking import MisfitError
from gateway.trusted.shelf import manifests_of
from schema import sdl
from sources.crn import ServicesAustralia

RELEASED: Final = Path(str(files("schema").joinpath("released.graphql")))
ALLOWED: Final = RELEASED.with_name("allowed.toml")


@click.group()
def schema() -> None:
    """The schema."""


@schema.command()
@click.option(
    "--federation", type=click.Choice(VERSIONS), help="As a subgraph of this version of federation."
)
@click.option("--contract", help="The view of it that a contract tells of.")
def export(federation: str | None, contract: str | None) -> None:
    """Print the schema in the schema definition language."""
    if contract is None:
        click.echo(sdl(federation), nl=False)
        return
    if federation is not None:
        raise click.UsageError("A contract is no subgraph: give one of --federation and --contract.")
    found = views(Settings().contracts_file, ServicesAustralia())
    if contract not in found:
        raise click.UsageError(f"There is no contract `{contract}`; there are: {', '.join(found) or 'none'}.")
    click.echo(found[contract].printed, nl=False)


@schema.command()
@click.option(
    "--against",
    type=click.Path(path_type=Path, dir_okay=False, exists=True),
    help="The schema that callers have now. Usual: schema/released.graphql, the last one that was released.",
)
@click.option(
    "--allowed",
    type=click.Path(path_type=Path, dir_okay=False, exists=True),
    help="What may be broken, from which day, and why. Usual: schema/allowed.toml.",
)
@folder_option
def check(against: Path | None, allowed: Path | None, folder: Path | None) -> None:
    """Look for what this version breaks: of the schema that callers have, and of every registered document.

    It ends with 1 when anything is broken that is not allowed, or is allowed only from a later day.
    """
    settings = Settings()
    file = against or RELEASED
    found: list[Change] = []
    if file.exists():
        permitted = allowed_in(allowed or ALLOWED)
        today = clock_of(settings)().date()
        found = list(changes(promised_in(file), build_schema(sdl()), permitted, today))
        for change in found:
            click.echo(_line(change))
        for words in left_over(found, permitted):
            click.echo(f"left over: {words} It is allowed, and does not happen.")
    else:
        click.echo("No schema was released yet: nothing is promised.")
    wrong = list(_misfits(settings, folder))
    for line in wrong:
        click.echo(line)
    refused = sum(not change.passes for change in found)
    click.echo(f"{len(found)} changes, {refused} refused; {len(wrong)} registered documents do not fit.")
    sys.exit(1 if refused or wrong else 0)


def _misfits(settings: Settings, folder: Path | None) -> Iterator[str]:
    where = folder or settings.documents_folder
    if where is None:
        return
    checker = checker_of(settings)
    for file, entry in entries_in(tuple(manifests_of(where).values())):
        try:
            checker.prepared(entry.text)
        except MisfitError as misfit:
            yield f"refused: {file} {entry.name or entry.hash[:12]}: {misfit.code}: {misfit}"


def _line(change: Change) -> str:
    said = f"{change.verdict.value}: {change.words}"
    if change.allowed is None:
        return said
    return f"{said} From {change.allowed.sunset} on: {change.allowed.reason}"
