"""One `now` and one zone for each request: a clock that moves on while a request runs changes nothing in its answer."""

from collections.abc import Sequence
from datetime import date, datetime, timedelta
from pathlib import Path
from typing import Any

import pytest

from sources.crn import Crn
from sources.parts import Entitlement
from sources.parts.correspondence import CorrespondenceChannel
from sources.parts.entitlement import Appointment, AppointmentProvider, AppointmentStatus, Report
from sources.source import Source
from tests.running import Gate, serving
from tests.running.failing import Failing
from tests.running.people import ANNE, BORIS, letter, message, online, person, there

OVERVIEW = """generatedAt freshUntil emptyMessage completeness
    alerts { kind label effectiveDate expiresAt } pinned { title recency { label } }
    cards(first: 100) { totalCount edges { node { title date recency { label days } } } }"""
DOCUMENT = f"""query($crns: [CRN!]!) {{
    first: customers(crns: $crns) {{ overview {{ {OVERVIEW} }} }}
    second: customers(crns: $crns) {{ overview(presentation: SERVICE_CENTRE) {{ {OVERVIEW} }} }} }}"""
EVE = there(2025, 3, 10, 23, 59, 59, 900_000)
MIDNIGHT = there(2025, 3, 11)


def life(owner: Crn) -> list[Any]:
    """Something at both edges of today and of every window, and alerts that change at midnight."""
    met = Appointment("A1", AppointmentProvider.PROVIDER, there(2025, 3, 18, 9), AppointmentStatus.BOOKED)
    missed = Appointment("A2", AppointmentProvider.SERV_AU, there(2025, 2, 24, 9), AppointmentStatus.MISSED)
    return [
        person(owner),
        online(owner, f"{owner}today", there(2025, 3, 10, 9), title="Today"),
        online(owner, f"{owner}oldest", there(2025, 2, 10, 9), title="28 days ago"),
        message(owner, f"{owner}a", there(2025, 3, 3, 0), CorrespondenceChannel.SMS, title="7 days ago"),
        letter(owner, f"{owner}b", date(2025, 3, 11), there(2025, 3, 10, 9), title="Dated ahead"),
        Entitlement(owner, reports=(Report(date(2025, 3, 10)),), appointments=(met, missed)),
    ]


async def answer(gate: Gate) -> dict[str, Any]:
    answer = await gate.ask(DOCUMENT, crns=[ANNE, BORIS])
    assert not answer.errors
    return dict(answer.data)


@pytest.mark.parametrize("moving", ["customer", "interaction", "correspondence", "entitlement"])
async def test_ages_windows_and_alerts_of_an_answer_are_of_one_moment_although_midnight_came_while_it_was_made(
    moving: str, tmp_path: Path
) -> None:
    """BR-GW-1, BR-CO-28."""
    clocks: list[Gate] = []
    crossed: list[datetime] = []

    async def slowly(good: Source[Any], crns: Sequence[Crn]) -> Any:
        for gate in clocks:
            gate.hands.now = MIDNIGHT + timedelta(seconds=2)
            crossed.append(gate.hands.now)
        return await good.fetch(crns)

    replaced = {moving: lambda good: Failing(good, slowly)}
    records = [*life(ANNE), *life(BORIS)]
    async with serving(tmp_path, *records, now=EVE, replaced=replaced) as gate:
        standing = await answer(gate)
        for owner in (ANNE, BORIS):
            await gate.gateway.neighbours.cache.invalidate(owner)
        clocks.append(gate)
        over_midnight = await answer(gate)
        assert crossed, "the clock moved while the request ran"
        assert told_of(over_midnight) == told_of(standing)
        for shown in (*over_midnight["first"], *over_midnight["second"]):
            assert_is_of_the_eve(shown["overview"])
        after = (await answer(gate))["first"][0]["overview"]
        assert [alert["label"] for alert in after["alerts"]] == [
            "Reporting overdue - 10 Mar",
            "Upcoming provider appointment 18 Mar 9:00am",
        ], "the next request has the next moment"


def assert_is_of_the_eve(made: dict[str, Any]) -> None:
    assert datetime.fromisoformat(made["generatedAt"]) == EVE
    assert datetime.fromisoformat(made["freshUntil"]) <= MIDNIGHT
    assert [alert["label"] for alert in made["alerts"]] == [
        "Reporting due today",
        "Missed Serv AU appointment 24 Feb",
    ]
    assert {one["node"]["title"]: one["node"]["recency"] for one in made["cards"]["edges"]} == {
        "Dated ahead": None,
        "Today": {"label": "Just now", "days": 0},
        "7 days ago": {"label": "7 days ago", "days": 7},
        "28 days ago": None,
        "Serv AU appointment": None,
    }


def told_of(answer: dict[str, Any]) -> Any:
    """An answer without the moment until which it is fresh: that is of the reading."""
    return [
        {name: value for name, value in shown["overview"].items() if name != "freshUntil"}
        for shown in (*answer["first"], *answer["second"])
    ]
