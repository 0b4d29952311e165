"""Sources put together: what the sources file says, with a database and a service side by side."""

import asyncio
from collections.abc import AsyncIterator, Mapping, Sequence
from contextlib import asynccontextmanager
from pathlib import Path
from typing import Any

from msgspec import Struct

from sources.assembly import Assembly, Directories, Surroundings, assemble
from sources.crn import Crn
from sources.errors import Fault, SourceUnavailable
from sources.http.directory import HttpDirectory
from sources.http.source import HttpSource
from sources.merged import Merged
from sources.mix import read_mix
from sources.parts import CUSTOMER, INTERACTION, RESTRICTION
from sources.parts.customer import Identifier, IdentifierKind
from sources.source import NothingKnown, SourceAsked, ask, ask_directory
from sources.sql import SqlDirectory, SqlFinder, SqlSource, load, open_engine
from sources.window import Window
from tests.people import NOW
from tests.records import OWNER, crn
from tests.running.fresh import make_ready
from tests.sources.http.json_system import Said, json_system
from tests.sources.http.telephony import call
from tests.sources.specimens import customer, interaction, lines
from tests.sources.test_mix import WHOLE, folder, written

__all__ = ["folder"]

Put = tuple[Assembly, list[Struct]]
UNHURRIED = WHOLE.replace("seconds = 0.6", "seconds = 30")


@asynccontextmanager
async def assembled(
    folder: Path, address: str, text: str = UNHURRIED, seconds: float = 30
) -> AsyncIterator[Put]:
    events: list[Struct] = []
    engine = open_engine(f"sqlite:///{folder / 'overview.db'}")
    await make_ready(engine)
    await load(engine, lines([customer(OWNER, "1"), customer(crn(2), "2"), interaction(OWNER, "S1", NOW)]))
    around = Surroundings(engine, lambda: NOW, events.append, seconds, Window())
    assembly = assemble(read_mix(written(folder, text.replace("https://crm.example/api", address))), around)
    try:
        yield assembly, events
    finally:
        await assembly.close()
        await engine.dispose()


async def test_what_the_file_says_is_put_together(folder: Path) -> None:
    async with assembled(folder, "http://127.0.0.1:1", WHOLE, 2.5) as (assembly, _):
        assert {name: type(source) for name, source in assembly.sources.items()} == {
            **dict.fromkeys(("correspondence", "debt", "ownership", "entitlement"), SqlSource),
            **dict.fromkeys(("restriction", "interaction"), Merged),
            "customer": HttpSource,
        }
        told = [(one.system, one.time_limit, one.retention_days) for one in assembly.sources.values()]
        assert told[0] == ("crm", 0.6, 120)
        assert told[1] == ("crm+own", 5.0, None)
        assert ("own", 2.5, None) in told
        assert isinstance(assembly.directory, Directories)
        assert isinstance(assembly.finder, SqlFinder)
        assert list(assembly.upstreams) == ["crm"]
    for search, kind in (
        ("identifiers = 'crm'", HttpDirectory),
        ("identifiers = 'own'", SqlDirectory),
        ("", Directories),
    ):
        one = WHOLE.replace('identifiers = ["crm", "own"]', search).replace('search = "own"', "")
        async with assembled(folder, "http://127.0.0.1:1", one) as (assembly, _):
            assert (type(assembly.directory), assembly.finder) == (kind, None)
            found = await assembly.directory.resolve([])
            assert found == {}


async def test_database_and_services_tell_of_one_customer_together(folder: Path) -> None:
    ours = interaction(OWNER, "H1", NOW)
    answers = {f"/people/{OWNER}": {"id": OWNER, "title": "Ms", "locked": True}, f"/calls/{OWNER}": [ours]}
    async with json_system(answers) as system, assembled(folder, system.address) as (assembly, events):
        told: dict[str, Any]
        customers, restrictions, interactions = await asyncio.gather(
            *(
                ask(assembly.sources[part.name], [OWNER], lambda: NOW, events.append)
                for part in (CUSTOMER, RESTRICTION, INTERACTION)
            )
        )
        told = {
            part: one[OWNER] for part, one in (("c", customers), ("r", restrictions), ("i", interactions))
        }
        assert (told["c"].record.title, told["r"].record.restricted) == ("Ms", True)
        assert sorted(item.id for item in told["i"].record.items) == ["H1", "own/S1"]
        assert sorted(system.paths) == [f"/calls/{OWNER}", f"/people/{OWNER}"]
        assert {event.system for event in events if isinstance(event, SourceAsked)} == {
            "crm",
            "own",
            "crm+own",
        }


async def test_a_service_that_is_down_leaves_what_the_database_knows(folder: Path) -> None:
    async with json_system({}) as system, assembled(folder, system.address) as (assembly, events):
        system.answers[f"/calls/{OWNER}"] = system.answers[f"/people/{OWNER}"] = Said(
            call(OWNER, "I1"), "500 Oops"
        )
        told: dict[str, Any] = {
            name: (await ask(assembly.sources[name], [OWNER], lambda: NOW, events.append))[OWNER]
            for name in ("customer", "restriction", "interaction", "debt")
        }
        assert [type(told[name]) for name in ("customer", "restriction", "debt")] == [
            SourceUnavailable,
            SourceUnavailable,
            NothingKnown,
        ]
        assert [item.id for item in told["interaction"].record.items] == ["own/S1"]
        assert [gap.reason for gap in told["interaction"].gaps] == ["status 500"]


NUMBERS = {"1": [{"id": OWNER}], "2": [{"id": OWNER}], "3": [{"id": crn(3)}]}


async def test_a_number_that_two_systems_know_differently_leads_to_neither(folder: Path) -> None:
    identifiers = [Identifier(IdentifierKind.CAN, value) for value in "1234"]
    answers = {f"/numbers/{value}": people for value, people in NUMBERS.items()}
    async with json_system(answers) as system, assembled(folder, system.address) as (assembly, events):
        found = await resolved(assembly, identifiers, events)
        assert found == {identifiers[0]: OWNER, identifiers[2]: crn(3)}
        system.answers["/numbers/4"] = Said({}, "500 Oops")
        assert isinstance(await resolved(assembly, identifiers, events), SourceUnavailable)


async def resolved(
    assembly: Assembly, identifiers: Sequence[Identifier], events: list[Struct]
) -> Mapping[Identifier, Crn] | Fault:
    return await ask_directory(assembly.directory, identifiers, events.append)
