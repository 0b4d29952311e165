"""`overview schema export`, `overview config show`."""

import click
from rich.console import Console
from rich.table import Table

from gateway.contracts import views
from gateway.graph_settings import VERSIONS
from gateway.settings import Settings
from schema import sdl
from sources.crn import ServicesAustralia

SECRET = frozenset({"database_url", "redis_url", "cache_url"})
"""Settings that may hold a password: of these it is only said that they are set."""


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
