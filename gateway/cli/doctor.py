"""`overview doctor`."""

import asyncio
import sys

import click
from msgspec import Struct
from rich.console import Console

from gateway.doctor.examination import examine
from gateway.doctor.finding import Light
from gateway.joined import join
from gateway.settings import Settings
from sources.crn import BadCrn, Crn

COLOURS = {Light.GREEN: "green", Light.AMBER: "yellow", Light.RED: "red"}


@click.command()
@click.option(
    "--ask",
    is_flag=True,
    help="Ask for a customer's number, and check the mappings on that customer's answers.",
)
def doctor(ask: bool) -> None:
    """Look at settings, database, sources, clocks and limits: green, amber or red, and what mends it.

    The number is read from standard input, never from the command's words, and the look goes on record.
    """
    console = Console(soft_wrap=True, highlight=False)
    settings = Settings()
    settings.folder.mkdir(parents=True, exist_ok=True)

    async def run(number: str | None) -> set[Light]:
        heard: list[Struct] = []
        gateway = join(settings, log=heard.append)
        lights = set()
        try:
            customer: Crn | None = gateway.scheme.parse(number) if number is not None else None
            async for finding in examine(gateway, customer, heard):
                lights.add(finding.light)
                colour = COLOURS[finding.light]
                console.print(
                    f"[{colour}]{finding.light.value:5}[/{colour}] {finding.what:32} {finding.seen}"
                )
                if finding.mend:
                    console.print(f"      {'':32} {finding.mend}", markup=False)
        finally:
            await gateway.close()
        return lights

    try:
        lights = asyncio.run(run(click.prompt("CRN") if ask else None))
    except BadCrn as error:
        click.echo(str(error), err=True)
        sys.exit(2)
    sys.exit(1 if Light.RED in lights else 0)
