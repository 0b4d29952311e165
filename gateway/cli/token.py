"""`overview token`."""

import sys

import click

from gateway.auth import PERSONAS, Tokens
from gateway.clocks import clock_of
from gateway.keyring import KeyringSealer, open_keyring
from gateway.settings import Settings


@click.command()
@click.argument("persona", type=click.Choice(sorted(PERSONAS)))
def token(persona: str) -> None:
    """Print a token of an invented caller: an officer, a partner, a dashboard."""
    settings = Settings()
    if settings.production:
        click.echo("A production profile knows no personas.", err=True)
        sys.exit(1)
    sealer = KeyringSealer(open_keyring(settings.keyring, make=True))
    click.echo(Tokens(sealer, clock_of(settings), personas=True).issue(persona, settings.token_hours))
