"""The command `overview`: one file per family of commands, read when one of them is asked for."""

import asyncio
import sys
from importlib import import_module

import click
from pydantic import ValidationError

__all__ = ["main", "overview"]

OURS = ("gateway", "sources")
"""Whose errors say in one line what stood in the way: no keyring, an older database, a policy that cannot be."""

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
    except ValidationError as error:
        for wrong in error.errors(include_input=False, include_url=False):
            place = "_".join(str(part) for part in wrong["loc"]).upper()
            click.echo(f"OVERVIEW_{place}: {wrong['msg']}" if place else wrong["msg"], err=True)
        sys.exit(2)
    except OSError as error:  # a home that is a file, a disk that is full
        click.echo(f"{error.filename}: {error.strerror}", err=True)
        sys.exit(1)
    except Exception as error:
        if type(error).__module__.partition(".")[0] not in OURS:
            raise
        click.echo(str(error), err=True)
        sys.exit(1)
    except (asyncio.CancelledError, KeyboardInterrupt):
        sys.exit(130)
