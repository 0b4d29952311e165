"""The command `overview`: one file per family of commands."""

import asyncio
import sys

import click
from pydantic import ValidationError

from gateway.app import OldSchemaError
from gateway.cli.database import import_records, migrate_database
from gateway.cli.look import config, schema, token
from gateway.cli.serve import serve
from gateway.keyring import KeyringError
from gateway.policy_file import BadPolicyError
from sources.sql import BadDatabaseError, UnknownSchemaError

__all__ = ["main", "overview"]

FORESEEN = (BadDatabaseError, BadPolicyError, KeyringError, OldSchemaError, UnknownSchemaError)


@click.group(context_settings={"help_option_names": ["-h", "--help"]})
@click.version_option(package_name="customer-overview-gateway")
def overview() -> None:
    """The Customer Overview Gateway: one GraphQL query over everything an officer needs to know about a customer."""


for command in (serve, migrate_database, import_records, token, schema, config):
    overview.add_command(command)


def main() -> None:
    """Run the command; say in one line what stood in its way."""
    try:
        overview()
    except ValidationError as error:
        for wrong in error.errors(include_input=False, include_url=False):
            place = "_".join(str(part) for part in wrong["loc"]).upper()
            click.echo(f"OVERVIEW_{place}: {wrong['msg']}" if place else wrong["msg"], err=True)
        sys.exit(2)
    except FORESEEN as error:
        click.echo(str(error), err=True)
        sys.exit(1)
    except (asyncio.CancelledError, KeyboardInterrupt):
        sys.exit(130)
