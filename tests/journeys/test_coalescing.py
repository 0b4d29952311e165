"""Many requests at once, each about somebody else, over real systems: together they ask each system a few times."""

import asyncio
from pathlib import Path

from gateway.joined import Gateway
from gateway.settings import USUAL_PURPOSES
from resolvers.access import Verdict
from resolvers.admission import Admission
from sandbox.upstreams.running import SERVICES
from sources.crn import Crn
from sources.errors import WrongSubject
from sources.parts import DEBT, PARTS
from tests.journeys.test_services import asked
from tests.people import OFFICER
from tests.running import NOON
from tests.running.people import everything_of
from tests.running.policies import unwatched
from tests.running.services import served_by_systems
from tests.sources.specimens import crns

PEOPLE = crns(400)


async def admitted(gateway: Gateway, owner: Crn) -> Admission:
    """What a request of its own is let in to."""
    loaders = gateway.scope("r-1", OFFICER, USUAL_PURPOSES[OFFICER.kind]).loaders
    return (await loaders.admit([owner], PARTS))[owner]


async def test_four_hundred_single_misses_are_thirteen_calls_a_part(tmp_path: Path) -> None:
    everybody = [record for owner in PEOPLE for record in everything_of(owner, NOON)]
    free = unwatched(tmp_path / "policy.toml")
    async with served_by_systems(tmp_path, *everybody, policy_file=free) as (gate, systems):
        admissions = await asyncio.gather(*(admitted(gate.gateway, owner) for owner in PEOPLE))
        assert max(asked(systems).values()) <= 13
        for owner, admission in zip(PEOPLE, admissions, strict=True):
            assert admission.decision.verdict is Verdict.OPEN
            assert admission.parts[DEBT.name].value.record.crn == owner
        assert all(systems.calls(name).by_crn == dict.fromkeys(PEOPLE, 1) for name in SERVICES)


async def test_an_answer_about_somebody_else_costs_nobody_who_was_asked_for_at_the_same_time(
    tmp_path: Path,
) -> None:
    """BR-CO-3. Whenever the one is asked about, all debts that come are of somebody else."""
    people = PEOPLE[:12]
    everybody = [record for owner in people for record in everything_of(owner, NOON)]
    async with served_by_systems(tmp_path, *everybody) as (gate, systems):
        await systems.fault("debt", "wrong_subject", crn=people[0])
        mistaken, *others = await asyncio.gather(*(admitted(gate.gateway, owner) for owner in people))
        assert type(mistaken.parts[DEBT.name].value) is WrongSubject
        for owner, admission in zip(people[1:], others, strict=True):
            assert [item.crn for item in admission.parts[DEBT.name].value.record.items] == [owner]
        assert asked(systems) == dict.fromkeys(SERVICES, 1) | {"debt": 1 + 12}
        assert "security.wrong_subject" in [line.event for line in gate.log]
