"""`overview migrate` and `overview import`."""

import asyncio
import sys
from typing import BinaryIO

import click

from gateway.database import ready
from gateway.settings import Settings
from sources.errors import Fault
from sources.sql import Imported, is_current, load, migrate, open_engine

MOST_TOLD = 20


@click.command("migrate")
def migrate_database() -> None:
    """Bring the database to this gateway's version."""
    settings = _settings()

    async def run() -> bool:
        engine = open_engine(settings.database)
        try:
            before = await is_current(engine)
            await migrate(engine)
        finally:
            await engine.dispose()
        return before

    click.echo("The database was current already." if asyncio.run(run()) else "The database is current now.")


@click.command("import")
@click.argument("file", type=click.File("rb"))
def import_records(file: BinaryIO) -> None:
    """Load records from FILE (`-` for standard input): one line of JSON per record, `{"part": …, "record": {…}}`."""
    settings = _settings()

    async def run() -> Imported:
        async with ready(settings) as engine:
            return await load(engine, file)

    try:
        imported = asyncio.run(run())
    except Fault as fault:
        click.echo(f"The database failed ({fault.code}). What was loaded before stays; try again.", err=True)
        sys.exit(1)
    for part, count in sorted(imported.counts.items()):
        click.echo(f"{part:16} {count:>8}")
    for refused in imported.refused[:MOST_TOLD]:
        click.echo(f"line {refused.line_number}: {refused.reason}", err=True)
    if imported.refused:
        click.echo(f"{len(imported.refused)} lines were not loaded.", err=True)
        sys.exit(1)


def _settings() -> Settings:
    settings = Settings()
    settings.folder.mkdir(parents=True, exist_ok=True)
    return settings
