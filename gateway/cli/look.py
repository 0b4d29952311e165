"""`overview config`."""

import asyncio
import sys
from importlib import import_module

import click
from rich.console import Console
from rich.table import Table

from gateway.settings import Settings

SECRET = frozenset({"database_url", "redis_url", "cache_url"})
"""Settings that may hold a password: of these it is only said that they are set."""


@click.group()
def config() -> None:
    """The configuration."""


@config.command()
def show() -> None:
    """Show every setting, its value, and the environment variable that sets it. Passwords are not shown."""
    settings = Settings()
    table = Table("Variable", "Value", "Meaning", box=None)
    for name, field in Settings.model_fields.items():
        value = getattr(settings, name)
        shown = "set" if name in SECRET and value else "" if value is None else getattr(value, "value", value)
        table.add_row(f"OVERVIEW_{name.upper()}", str(shown), field.description or "")
    Console(soft_wrap=True).print(table)


@config.command()
def check() -> None:
    """Check the settings and every file that they name, as a start would. Exits with 1, and says which is wrong.

    It asks no neighbour and takes no port; `overview doctor` looks at those.
    """
    # the settings can be shown without all that is read here
    wrong = asyncio.run(import_module("gateway.reload.check").faults())
    for one in wrong:
        click.echo(one)
    if wrong:
        sys.exit(1)
    click.echo("The configuration can be used.")
