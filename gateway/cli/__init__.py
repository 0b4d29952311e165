"""The command `overview`: one file per family of commands, read when one of them is asked for."""

import asyncio
import sys
from importlib import import_module

import click
from pydantic import ValidationError

from gateway.hindrance import hindrances

__all__ = ["main", "overview"]

PLACES = {
    "audit": "gateway.cli.audit:audit",
    "cache": "gateway.cli.cache:cache",
    "config": "gateway.cli.look:config",
    "doctor": "gateway.cli.doctor:doctor",
    "documents": "gateway.cli.documents:documents",
    "errors": "gateway.cli.problems:errors",
    "glass": "gateway.cli.glass:glass",
    "import": "gateway.cli.database:import_records",
    "keys": "gateway.cli.keys:keys",
    "keyring": "gateway.cli.keyring:keyring",
    "map": "gateway.cli.mapping:mapping",
    "migrate": "gateway.cli.database:migrate_database",
    "schema": "gateway.cli.language:schema",
    "serve": "gateway.cli.serve:serve",
    "token": "gateway.cli.token:token",
    "work": "gateway.cli.work:work",
}


class Commands(click.Group):
    """Commands by name. A token is minted without a server, a database is filled without a schema."""

    def list_commands(self, ctx: click.Context) -> list[str]:
        return sorted(PLACES)

    def get_command(self, ctx: click.Context, cmd_name: str) -> click.Command | None:
        if cmd_name not in PLACES:
            return None
        module, _, name = PLACES[cmd_name].partition(":")
        command: click.Command = getattr(import_module(module), name)
        return command


@click.group(cls=Commands, context_settings={"help_option_names": ["-h", "--help"]})
@click.version_option(package_name="customer-overview-gateway")
def overview() -> None:
    """The Customer Overview Gateway: one GraphQL query over everything an officer needs to know about a customer."""


def main() -> None:
    """Run the command; say in one line what stood in its way."""
    try:
        overview()
    except Exception as error:
        lines = hindrances(error)
        if lines is None:
            raise
        for line in lines:
            click.echo(line, err=True)
        sys.exit(2 if isinstance(error, ValidationError) else 1)
    except (asyncio.CancelledError, KeyboardInterrupt):
        sys.exit(130)
