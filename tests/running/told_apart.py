"""Gateways in front of a system that tells each caller something else."""

from collections.abc import AsyncIterator
from contextlib import AsyncExitStack, asynccontextmanager
from pathlib import Path
from typing import Any, NamedTuple

from msgspec import structs

from gateway.joined import Gateway
from gateway.settings import USUAL_PURPOSES, Settings
from resolvers.admission import Admission
from resolvers.caller import Caller
from sandbox.upstreams.running import running
from sources.crn import Crn
from sources.parts import INTERACTION
from tests.people import OFFICER
from tests.running import NOON, Gate, serving
from tests.running.named import (
    Teller,
    askers,
    key_file,
    new_key,
    with_teller,
)
from tests.running.people import ANNE, BORIS, everything_of
from tests.running.services import sources_file, told_by_town
from tests.sources.http.json_system import JsonSystem, json_system

TITLES = "query($crn: CRN!) { customer(crn: $crn) { interactions { edges { node { title } } } } }"
OFFICERS = [structs.replace(OFFICER, id=f"officer-{number}") for number in (1, 2, 3)]


async def admitted(gateway: Gateway, caller: Caller, owner: Crn) -> Admission:
    """What a request of its own is let in to."""
    loaders = gateway.scope("r-1", caller, USUAL_PURPOSES[caller.kind]).loaders
    return (await loaders.admit([owner], [INTERACTION]))[owner]


class Told(NamedTuple):
    """Gateways in front of a system that tells each caller something else."""

    gates: list[Gate]
    teller: Teller
    system: JsonSystem

    async def title(self, persona: str, gate: int = 0, crn: str = ANNE) -> Any:
        (edge,) = (await self.gates[gate].ask(TITLES, persona, crn=crn)).data["customer"]["interactions"][
            "edges"
        ]
        return edge["node"]["title"]

    @property
    def asked(self) -> list[str]:
        """In whose name the system was asked since the last look."""
        found = [sub for sub, _ in askers(self.system, self.teller.key)]
        self.system.asked.clear()
        return found


@asynccontextmanager
async def told_apart(folder: Path, gateways: int = 1, **more: Any) -> AsyncIterator[Told]:
    teller, ages = Teller(new_key()), more.pop("ages", None)
    async with AsyncExitStack() as stack:
        system = await stack.enter_async_context(json_system(teller.answers))
        records = [*everything_of(ANNE, NOON), *everything_of(BORIS, NOON)]
        systems = await stack.enter_async_context(running(told_by_town(records)))
        gates = []
        for number in range(gateways):
            home = folder / str(number)
            home.mkdir()
            key_file(home, teller.key)
            where = {**systems.addresses, "interaction": system.address}
            settings = Settings(
                home=home,
                sources=str(sources_file(home, where, with_teller(home))),
                keyring_file=folder / "keyring.json",
                **more,
            )
            gates.append(await stack.enter_async_context(serving(home, settings=settings, ages=ages)))
        yield Told(gates, teller, system)
