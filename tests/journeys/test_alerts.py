"""Alerts as an officer meets them: those of the sandbox's named people, from the database and from the services."""

from collections.abc import AsyncIterator
from datetime import date
from pathlib import Path
from typing import Any

import msgspec
import pytest

from sandbox import crn
from sources.parts import Entitlement
from sources.parts.entitlement import Report
from sources.sql import load
from tests.running import NOON, Gate, serving
from tests.running.people import ANNE, everything_of
from tests.running.services import served_by_systems
from tests.sandbox.telling import lines, unhurried
from tests.sources.specimens import debt
from tests.sources.sql.statements import overheard

ALERTS = """query($crn: CRN!) { customer(crn: $crn) { overview {
    alerts { kind label colour effectiveDate expiresAt } } } }"""
LABELS = "query($crn: CRN!) { customer(crn: $crn) { overview { alerts { label } } } }"
TODAY = date(2025, 3, 10)
STORIES = {
    1: ["Upcoming Serv AU appointment 13 Mar", "Active debt", "New CCS claim submitted 18 Feb - on hold"],
    6: ["Active debt - repayment arrangement ending soon"],
    33: ["Reporting overdue - 02 Mar", "JSP Suspended - FTR 05 Mar"],
    34: ["Upcoming provider appointment 12 Mar"],
    35: ["New FTB claim submitted 04 Feb"],
    36: ["New LIC claim submitted 06 Feb - Rejected", "YAL Cancelled - ATR 01 Mar"],
    37: ["Reporting due today", "Upcoming Serv AU appointment 12 Mar"],
    38: ["Active debt"],
    39: ["Active debt - repayment arrangement ended"],
    47: ["Issues on file"],
    50: ["Missed provider appointment 05 Mar"],
    10: [],  # restricted
    0: [],
}
"""What the named people of the town are alerted of on 10 March 2025; the times of appointments are left out."""


async def alerts(gate: Gate, number: str, persona: str = "officer") -> list[dict[str, Any]]:
    found = (await gate.ask(ALERTS, persona, crn=number)).data["customer"]["overview"]["alerts"]
    assert isinstance(found, list)
    return found


@pytest.fixture(scope="module")
async def town(tmp_path_factory: pytest.TempPathFactory) -> AsyncIterator[Gate]:
    """The named people of the town but the one whose history is long."""
    async with serving(tmp_path_factory.mktemp("town"), now=NOON) as gate:
        await load(gate.gateway.engine, unhurried(lines(TODAY, 51)))
        yield gate


@pytest.mark.parametrize("number", STORIES)
async def test_a_named_person_is_alerted_of_what_the_story_tells(number: int, town: Gate) -> None:
    labels = [alert["label"] for alert in await alerts(town, crn(number))]
    assert [
        label.rsplit(" ", 1)[0] if label.endswith(("am", "pm")) else label for label in labels
    ] == STORIES[number]


async def test_the_named_people_show_every_kind_of_alert(town: Gate) -> None:
    kinds = {alert["kind"] for number in STORIES for alert in await alerts(town, crn(number))}
    assert len(kinds) == 12


async def test_an_alert_alone_brings_what_it_needs_in_one_wave(tmp_path: Path) -> None:
    held = msgspec.structs.replace(Entitlement(ANNE), reports=(Report(TODAY),))
    told = [one for one in everything_of(ANNE, NOON) if not isinstance(one, Entitlement)]
    async with serving(tmp_path, *told, held) as gate:
        with overheard(gate.gateway.engine) as statements:
            answer = await gate.ask(LABELS, crn=ANNE)
        labels = [alert["label"] for alert in answer.data["customer"]["overview"]["alerts"]]
        assert labels == ["Reporting due today", "Active debt"]
        assert len(statements) == 7


async def test_alerts_are_the_same_over_the_services(tmp_path: Path) -> None:
    told = [*everything_of(ANNE, NOON)[:-1], Entitlement(ANNE, reports=(Report(TODAY),), issues_on_file=True)]
    told.append(debt(ANNE, "more", NOON))
    (tmp_path / "sql").mkdir()
    async with serving(tmp_path / "sql", *told) as gate, served_by_systems(tmp_path, *told) as (other, _):
        mine = await alerts(gate, ANNE)
        assert [one["label"] for one in mine] == ["Reporting due today", "Active debt", "Issues on file"]
        assert mine[0]["expiresAt"] == "2025-03-11T00:00:00+11:00"
        assert await alerts(other, ANNE) == mine
