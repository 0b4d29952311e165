"""`overview cache purge`."""

import asyncio
import sys
from typing import Final, NoReturn

import click
from msgspec import Struct

from cache import MemoryStore
from gateway.audit.journal import AuditUnavailableError
from gateway.audit.operators import operator_event
from gateway.joined import Gateway, join
from gateway.settings import Settings
from resolvers.commands.purge_cache import PURGE
from resolvers.outdated import Cause, Outdated
from resolvers.refusal import Refusal
from sources.crn import BadCrn

PATIENT_SECONDS: Final = 10.0
"""What the command waits for the shared cache, since nobody is on the telephone: it is there to be reached."""

ALONE = (
    "The gateways share no cache (OVERVIEW_REDIS_URL, OVERVIEW_CACHE_URL): each keeps what it has in its own memory, "
    "and there is nothing to purge from here. Ask each of them with the mutation purgeCache, or post an event to each."
)


@click.group()
def cache() -> None:
    """What the gateways keep together."""


@cache.command()
@click.option("--crn", "customer", is_flag=True, help="Of a customer, whose number is asked for.")
@click.option("--part", metavar="NAME", help="Of that customer this part alone.")
@click.option("--system", metavar="NAME", help="All that a system told, of every customer.")
@click.option("--all", "everything", is_flag=True, help="Everything of everybody.")
@click.option("--yes", is_flag=True, help="Do it. Without it, nothing is done that concerns every customer.")
def purge(customer: bool, part: str | None, system: str | None, everything: bool, yes: bool) -> None:
    """Let nothing that the gateways keep together of a customer, of a system or of anybody be shown again.

    A customer's number is read from standard input, never from the command's words. It goes on record first.
    """
    if [customer, system is not None, everything].count(True) != 1 or (part is not None and not customer):
        _end("Say what to purge: --crn, perhaps with --part, or --system, or --all.", 2)
    settings = Settings().model_copy(update={"cache_seconds": PATIENT_SECONDS})
    settings.folder.mkdir(parents=True, exist_ok=True)
    number = click.prompt("CRN", err=True) if customer else None
    if not customer and not yes:
        _end("Nothing was done. Every gateway would ask its sources anew. To do it, say --yes, too.", 1)

    async def run() -> bool:
        gateway = join(settings, log=_nobody)
        try:
            crn = gateway.scheme.parse(number) if number is not None else None
            return await _purged(gateway, Outdated(crn, part, system))
        finally:
            await gateway.close()

    try:
        everywhere = asyncio.run(run())
    except BadCrn as error:
        _end(str(error), 2)
    except Refusal as refusal:
        _end(refusal.detail or refusal.code, 2)
    except AuditUnavailableError:
        _end("The audit journal cannot be written, so nothing was purged.", 1)
    if not everywhere:
        _end("The cache that the gateways share could not be reached. Nothing was purged; try again.", 1)
    click.echo("It was purged. Every gateway reads it anew from now on.")


async def _purged(gateway: Gateway, outdated: Outdated) -> bool:
    """Put it on record and purge; say whether every gateway is sure to know."""
    if isinstance(gateway.shared.store, MemoryStore):
        _end(ALONE, 1)
    gateway.invalidator.check(outdated)
    event = operator_event(PURGE, "cache purge", gateway.policy.edition, subject=outdated.subject)
    about = gateway.recorder.about(event, outdated.crn) if outdated.crn is not None else event
    await gateway.journal.append([about])
    return await gateway.invalidator.tell(outdated, Cause.CLI)


def _nobody(_: Struct) -> None:
    """Tell nobody."""


def _end(said: str, code: int) -> NoReturn:
    click.echo(said, err=True)
    sys.exit(code)
