"""Real neighbours: how often systems are asked over HTTP, how long it takes, and what they cannot make a client see."""

import asyncio
import time
from pathlib import Path
from typing import Any

import pytest

from gateway.document_limits import Enforcement
from sandbox.upstreams.running import SERVICES, Upstreams
from sources.errors import SourceUnavailable
from sources.parts import Restriction
from sources.search import Criteria, ask_finder
from tests.running import NOON, Gate
from tests.running.people import ANNE, BORIS, CLARA, everything_of
from tests.running.services import served_by_systems
from tests.sources.specimens import crns

CARDS = "overview { completeness cards { edges { node { id title activities { edges { node { id } } } } } } }"
REST = "profile { title } entitlements { issuesOnFile } ownership { cases { number } } debts { truncated }"
ONE = f"query($crn: CRN!) {{ customer(crn: $crn) {{ {CARDS} {REST} }} }}"
MANY = f"query($crns: [CRN!]!) {{ customers(crns: $crns) {{ {CARDS} {REST} }} }}"
TWENTY = crns(20)


def asked(systems: Upstreams) -> dict[str, int]:
    return {name: systems.calls(name).requests for name in SERVICES}


async def test_one_overview_is_one_call_a_part(tmp_path: Path) -> None:
    async with served_by_systems(tmp_path, *everything_of(ANNE, NOON)) as (gate, systems):
        assert (await gate.ask(ONE, crn=ANNE)).data["customer"]["overview"]["completeness"] == "COMPLETE"
        assert asked(systems) == dict.fromkeys(SERVICES, 1)


async def test_twenty_overviews_are_one_call_a_part(tmp_path: Path) -> None:
    everybody = [record for owner in TWENTY for record in everything_of(owner, NOON)]
    async with served_by_systems(tmp_path, *everybody, document_limits=Enforcement.MEASURE) as (
        gate,
        systems,
    ):
        told = (await gate.ask(MANY, crns=TWENTY)).data["customers"]
        assert all(one["overview"]["completeness"] == "COMPLETE" for one in told)
        assert asked(systems) == dict.fromkeys(SERVICES, 1)


@pytest.mark.conformance
@pytest.mark.parametrize(("quick", "slow", "most"), [(0.02, 0.04, 0.12), (0.2, 0.3, 0.45)])
async def test_all_systems_are_asked_in_one_wave(
    quick: float, slow: float, most: float, tmp_path: Path
) -> None:
    """One after another the seven would take seven times as long; two waves of the slower kind at least 0.5 s."""
    people = [one for owner in TWENTY[:4] for one in everything_of(owner, NOON)]
    async with served_by_systems(tmp_path, *people) as (gate, systems):
        await gate.ask(ONE, crn=TWENTY[3])  # everything is imported, compiled and connected
        for number, name in enumerate(SERVICES):
            await systems.fault(name, "slow", seconds=slow if number % 2 else quick)
        took = [await timed(gate, owner) for owner in TWENTY[:3]]  # a busy machine may be late now and then
        assert slow <= min(took) < most


async def timed(gate: Gate, crn: str) -> float:
    started = time.perf_counter()
    assert (await gate.ask(ONE, crn=crn)).data
    return time.perf_counter() - started


def securities(gate: Gate) -> list[str]:
    """The security events that an operator reads."""
    told = [line.event for line in gate.log]
    return [event for event in told if event.startswith("security.")]


FIELD = {
    "customer": "profile { names { family } }",
    "interaction": "interactions { edges { node { title } } }",
    "correspondence": "correspondence { edges { node { title } } }",
    "debt": "debts { debts { id } }",
    "ownership": "ownership { cases { number } source { nativeId } }",
    "entitlement": "entitlements { issuesOnFile claims { id } }",
}


@pytest.mark.parametrize("part", FIELD)
async def test_an_answer_about_somebody_else_reaches_nobody(part: str, tmp_path: Path) -> None:
    """BR-CO-3."""
    people = [*everything_of(ANNE, NOON), *everything_of(BORIS, NOON), *everything_of(CLARA, NOON)]
    name = FIELD[part].split(" ")[0]
    async with served_by_systems(tmp_path, *people) as (gate, systems):
        await systems.fault(part, "wrong_subject")
        both = f"query($crns: [CRN!]!) {{ customers(crns: $crns) {{ crn {FIELD[part]} {CARDS} }} }}"
        answer = await gate.ask(both, crns=[ANNE, BORIS])
        for index in (0, 1):
            assert answer.partial["customers"][index][name] is None
            assert answer.at("customers", index, name) == "SOURCE_WRONG_SUBJECT"
        assert CLARA not in answer.text
        assert "security.wrong_subject" in securities(gate)


@pytest.mark.parametrize("part", FIELD)
async def test_two_answers_that_were_swapped_reach_neither(part: str, tmp_path: Path) -> None:
    """Two requests at the same time, each about one customer, and the system exchanges its answers."""
    name = FIELD[part].split(" ")[0]
    people = [*everything_of(ANNE, NOON), *everything_of(BORIS, NOON)]
    async with served_by_systems(tmp_path, *people, source_seconds=5) as (gate, systems):
        await systems.fault(part, "swapped", times=2, seconds=4)
        alone = f"query($crn: CRN!) {{ customer(crn: $crn) {{ crn {FIELD[part]} }} }}"
        first = asyncio.create_task(gate.ask(alone, crn=ANNE))
        while not asked(systems)[part]:  # noqa: ASYNC110
            await asyncio.sleep(0.001)  # what is missed at the same time would be one question
        answers = [await gate.ask(alone, crn=BORIS), await first]
        for answer in answers:
            assert answer.partial["customer"][name] is None
            assert answer.at("customer", name) == "SOURCE_WRONG_SUBJECT"
        assert securities(gate) == ["security.wrong_subject"] * 2
        again = await gate.ask(alone, crn=ANNE)  # nothing of it was kept
        assert again.data["customer"][name] is not None


async def test_a_redirect_elsewhere_is_not_followed_and_is_a_security_event(tmp_path: Path) -> None:
    async with served_by_systems(tmp_path, *everything_of(ANNE, NOON)) as (gate, systems):
        elsewhere = systems.addresses["ownership"]
        await systems.fault("debt", "redirect", location=f"{elsewhere}/api/v1/ownerships/{ANNE}")
        answer = await gate.ask(ONE, crn=ANNE)
        assert answer.at("customer", "debts") == "SOURCE_UNAVAILABLE"
        assert "security.led_elsewhere" in securities(gate)
        assert asked(systems)["ownership"] == 1


@pytest.mark.parametrize("part", ["interaction", "correspondence", "debt"])
async def test_a_link_elsewhere_is_not_followed(part: str, tmp_path: Path) -> None:
    history = [one for record in range(3) for one in everything_of(ANNE, NOON)]
    async with served_by_systems(tmp_path, *history) as (gate, systems):
        await systems.fault(part, "absolute_link", location=systems.addresses["ownership"])
        assert (await gate.ask(ONE, crn=ANNE)).partial["customer"]
        # messages are paged by a cursor: the link beside it is not even looked at
        assert ("security.led_elsewhere" in securities(gate)) == (part != "correspondence")
        assert asked(systems)["ownership"] == 1


LOCKED = Restriction(ANNE, restricted=True, officers=("officer-ra-1",))


@pytest.mark.parametrize("persona", ["officer", "partner"])
@pytest.mark.parametrize(
    ("kind", "more"),
    [("status", {"status": 404}), ("html", {}), ("garbled", {}), ("dropped", {}), ("down", {})],
)
async def test_a_restriction_that_is_not_said_opens_nothing(
    kind: str, more: dict[str, Any], persona: str, tmp_path: Path
) -> None:
    """A wrong address is answered with 404 or with somebody's page, a row may be missing: no record is free for it."""
    people = [*everything_of(ANNE, NOON), *everything_of(BORIS, NOON), LOCKED]
    async with served_by_systems(tmp_path, *people) as (gate, systems):
        await systems.fault("restriction", kind, **more)
        single = await gate.ask(
            "query($crn: CRN!) { customer(crn: $crn) { profile { title } } }", persona, crn=ANNE
        )
        assert single.partial["customer"] is None
        assert single.at("customer") == "ACCESS_CHECK_UNAVAILABLE"
        if persona == "officer":
            both = "query($crns: [CRN!]!) { customers(crns: $crns) { profile { names { family } } } }"
            answer = await gate.ask(both, crns=[ANNE, BORIS])
            hidden = answer.partial["customers"][0]
            assert hidden is None or hidden["profile"] is None  # the row that was dropped may be Boris's
            assert f"Family{ANNE[5:9]}" not in answer.text


async def test_a_wrong_address_is_not_an_empty_history(tmp_path: Path) -> None:
    async with served_by_systems(tmp_path, *everything_of(ANNE, NOON)) as (gate, systems):
        await systems.fault("interaction", "status", status=404)
        answer = await gate.ask(ONE, crn=ANNE)
        assert answer.partial["customer"]["overview"]["completeness"] == "PARTIAL"
        assert answer.at("customer", "overview") == "SOURCE_UNAVAILABLE"


async def test_only_staff_search_where_names_that_only_staff_may_see_count(tmp_path: Path) -> None:
    async with served_by_systems(tmp_path, *everything_of(ANNE, NOON)) as (gate, _):
        finder = gate.gateway.neighbours.finder
        assert finder is not None
        found = await ask_finder(finder, Criteria(quick="family"), 1, None, lambda event: None)
        assert isinstance(found, SourceUnavailable)
