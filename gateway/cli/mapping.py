"""`overview map try`."""

import sys
from pathlib import Path
from typing import Any

import click
import msgspec
from rich.console import Console
from rich.markup import escape
from rich.table import Table

from sources.http.trial import Tried, tried


@click.group("map")
def mapping() -> None:
    """Mapping files."""


@mapping.command("try")
@click.argument("mapping_file", type=click.Path(path_type=Path, dir_okay=False, exists=True))
@click.argument("payload", type=click.File("rb"))
@click.option("--part", help="Which part of the mapping; needed when it describes several.")
@click.option("--endpoint", type=click.Choice(["get", "batch", "older"]), help="Whose answer the payload is.")
def try_mapping(mapping_file: Path, payload: Any, part: str | None, endpoint: str | None) -> None:
    """Show PAYLOAD (`-` for standard input), an answer of a system, as records by MAPPING_FILE, field by field."""
    trial = tried(mapping_file, payload.read(), part, endpoint)
    console = Console(soft_wrap=True)
    for number, record in enumerate(trial.records, 1):
        table = Table(f"{trial.part} {number}", "", box=None)
        for name, value in _flat(msgspec.to_builtins(record)):
            table.add_row(escape(name), escape(value))
        console.print(table)
        console.print()
    for lost in trial.lost:
        console.print(f"[red]row {lost.row} cannot be mapped[/red]: {escape(lost.path)}: {lost.reason}")
    console.print(_summary(trial))
    for path in trial.unused:
        console.print(f"  {path}", markup=False)
    sys.exit(1 if trial.lost else 0)


def _summary(trial: Tried) -> str:
    count = f"{len(trial.records)} of {len(trial.records) + len(trial.lost)} rows are records."
    return (
        f"{count} Not used of the payload:" if trial.unused else f"{count} Everything in the payload is used."
    )


def _flat(value: Any, name: str = "") -> list[tuple[str, str]]:
    """Return the leaves of a record with their paths."""
    if isinstance(value, dict):
        steps = [(f"{name}.{key}" if name else str(key), inner) for key, inner in value.items()]
    elif isinstance(value, list | tuple):
        steps = [(f"{name}[{index}]", inner) for index, inner in enumerate(value)]
    else:
        return [(name, "" if value is None else str(value))]
    return [leaf for path, inner in steps for leaf in _flat(inner, path)]
