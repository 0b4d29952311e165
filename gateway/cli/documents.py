"""`overview documents register | verify | list | prune`."""

import sys
from collections.abc import Callable, Iterator, Mapping
from pathlib import Path
from typing import Any, NoReturn, TypeVar

import click
from rich.console import Console
from rich.markup import escape
from rich.table import Table

from gateway.clocks import clock_of
from gateway.graph import appraiser_of
from gateway.policy_file import policy
from gateway.settings import Settings
from gateway.trusted.checking import Checker, MisfitError, cost_of, notes_on
from gateway.trusted.desk import days_before, entered, entries_of, pruned, registered
from gateway.trusted.manifest import Entry, ManifestError
from gateway.trusted.shelf import ANY, manifests_of
from resolvers.policy import crn_scheme

_Command = TypeVar("_Command", bound=Callable[..., Any])
FILES = click.argument(
    "files", nargs=-1, type=click.Path(path_type=Path, dir_okay=False, exists=True, readable=True)
)
CLIENT = click.option(
    "--client", required=True, metavar="NAME", help=f"Whose; {ANY}: every client's. As its tokens name it."
)


def folder_option(command: _Command) -> _Command:
    """Let a command be told where the manifests are."""
    return click.option(
        "--folder",
        type=click.Path(path_type=Path, file_okay=False),
        help="Where the manifests are, in place of OVERVIEW_DOCUMENTS_FOLDER.",
    )(command)


@click.group()
def documents() -> None:
    """Registered documents: what front ends send, told before they send it."""


@documents.command()
@FILES
@CLIENT
@folder_option
def register(files: tuple[Path, ...], client: str, folder: Path | None) -> None:
    """Put the documents of FILES into a client's manifest: manifests of Apollo, Relay, the client preset, or .graphql.

    Nothing is written unless all of them fit the schema. One that is there already counts as registered today.
    """
    settings = Settings()
    where, today = _folder(settings, folder), clock_of(settings)().date()
    checker = checker_of(settings)
    if not files or not client:
        _end("Name the files, and a client.", 2)
    where.mkdir(parents=True, exist_ok=True)
    found, bad = [], 0
    for file, entry in entries_in(files):
        try:
            found.append(entered(entry, client, today, checker))
        except MisfitError as misfit:
            bad += 1
            click.echo(f"{file}: {_called(entry)}: {misfit.code}: {misfit}", err=True)
    if bad:
        _end(f"Nothing was registered: {bad} of {bad + len(found)} documents cannot be.", 1)
    written, count = _done(lambda: registered(where, client, found))
    click.echo(f"{len(found)} documents were registered; {written} has {count}.")


@documents.command()
@FILES
@click.option("--strict", is_flag=True, help="What is only to be told of counts as a failure, too.")
@folder_option
def verify(files: tuple[Path, ...], strict: bool, folder: Path | None) -> None:
    """Check FILES, or every manifest, against the schema of this version; print what each document may cost."""
    settings = Settings()
    checker = checker_of(settings)
    chosen = files or tuple(_manifests(settings, folder).values())
    console, failures, notes, count = Console(soft_wrap=True, highlight=False), 0, 0, 0
    for file, entry in entries_in(chosen):
        count += 1
        try:
            prepared = checker.prepared(entry.text)
        except MisfitError as misfit:
            failures += 1
            console.print(f"[red]wrong[/red] {escape(f'{file} {_called(entry)}: {misfit.code}: {misfit}')}")
            continue
        console.print(f"[green]fits[/green]  {escape(f'{file} {_called(entry)}')} cost {cost_of(prepared)}")
        for note in notes_on(prepared, checker.appraiser):
            notes += 1
            console.print(f"      {note}", markup=False)
    console.print(f"{count} documents, {failures} wrong, {notes} to be told of.")
    sys.exit(1 if failures or (strict and notes) else 0)


@documents.command("list")
@folder_option
def show(folder: Path | None) -> None:
    """Show what is registered: for whom, what it is called, when it was registered, what it may cost, and its hash."""
    table = Table("Client", "Operation", "Added", "Cost", box=None)
    table.add_column("sha-256", min_width=64)  # to be copied
    for client, file in _manifests(Settings(), folder).items():
        for _, entry in entries_in((file,)):
            told = (client, entry.name or "", str(entry.added or ""), str(entry.cost or ""), entry.hash)
            table.add_row(*map(escape, told))
    Console(soft_wrap=True).print(table)


@documents.command()
@FILES
@CLIENT
@click.option("--days", type=click.IntRange(0, 3650), help="Keep what was registered within so many days.")
@folder_option
def prune(files: tuple[Path, ...], client: str, days: int | None, folder: Path | None) -> None:
    """Take documents out of a client's manifest, but for those of FILES and those of the last --days."""
    settings = Settings()
    file = _manifests(settings, folder).get(client)
    if file is None:
        _end("This client has no manifest.", 1)
    if days is None and not files:
        _end("Say what to keep: files, or --days, or both.", 2)
    since = days_before(clock_of(settings)().date(), days) if days is not None else None
    kept = [entry for _, entry in entries_in(files)] if files else None
    before = sum(1 for _ in entries_in((file,)))
    _, count = _done(lambda: pruned(file.parent, client, since, kept))
    click.echo(f"{before - count} documents were taken out; {file} has {count}.")


def checker_of(settings: Settings) -> Checker:
    """Return what checks documents against the schema of this version."""
    scheme = crn_scheme(policy(settings.policy_file).crn, refuse_invented=settings.production)
    return Checker(appraiser_of(settings, scheme))


def _folder(settings: Settings, told: Path | None) -> Path:
    found = told or settings.documents_folder
    if found is None:
        _end("Say where the manifests are: OVERVIEW_DOCUMENTS_FOLDER, or --folder.", 2)
    return found


def _manifests(settings: Settings, told: Path | None) -> Mapping[str, Path]:
    return manifests_of(_folder(settings, told))


def entries_in(files: tuple[Path, ...]) -> Iterator[tuple[Path, Entry]]:
    """Yield the documents of files, each with its file; end the command where one cannot be read."""
    for file in files:
        try:
            entries = entries_of(file)
        except (ManifestError, UnicodeDecodeError) as error:
            _end(f"{file}: {error if isinstance(error, ManifestError) else 'it is not in UTF-8'}", 1)
        yield from ((file, entry) for entry in entries)


def _done(work: Callable[[], tuple[Path, int]]) -> tuple[Path, int]:
    try:
        return work()
    except ManifestError as error:
        _end(f"Nothing was written: {error}.", 1)


def _called(entry: Entry) -> str:
    return entry.name or entry.hash[:12]


def _end(said: str, code: int) -> NoReturn:
    click.echo(said, err=True)
    sys.exit(code)
