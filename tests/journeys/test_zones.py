"""Another zone in the policy: days, windows, ages and alerts are those of its clocks, whoever lives where."""

from datetime import UTC, date, datetime, time, timedelta
from pathlib import Path
from typing import Any
from zoneinfo import ZoneInfo

import pytest

from sources.parts import Entitlement
from sources.parts.correspondence import CorrespondenceChannel
from sources.parts.entitlement import Appointment, AppointmentProvider, AppointmentStatus, Report
from tests.running import Gate, serving
from tests.running.people import ANNE, letter, message, online, person

CARDS = """query($crn: CRN!) { customer(crn: $crn) { overview { freshUntil alerts { label expiresAt }
    cards(first: 100) { edges { node { title date recency { days } } } } } } }"""
TWO_ZONES = ["Australia/Perth", "Europe/London"]
EDGE = timedelta(microseconds=1)


def in_zone(zone: str) -> str:
    return f'zone = "{zone}"\n'


async def overview(gate: Gate) -> dict[str, Any]:
    answer = await gate.ask(CARDS, crn=ANNE)
    assert not answer.errors
    found: dict[str, Any] = answer.data["customer"]["overview"]
    return found


async def ages(gate: Gate) -> dict[str, tuple[str, int | None]]:
    return {
        one["node"]["title"]: (one["node"]["date"], one["node"]["recency"] and one["node"]["recency"]["days"])
        for one in (await overview(gate))["cards"]["edges"]
    }


@pytest.mark.parametrize("zone", TWO_ZONES)
@pytest.mark.parametrize(
    "today",
    [
        date(2025, 3, 10),
        date(2024, 3, 1),  # after 29 February
        date(2025, 3, 30),  # London's clocks go forward
        date(2025, 4, 6),  # Sydney's go back, these stay
        date(2025, 10, 26),  # London's go back
    ],
)
async def test_both_edges_of_the_windows_are_midnights_of_the_policys_zone(
    zone: str, today: date, tmp_path: Path
) -> None:
    """BR-CO-10, BR-CO-44, BR-GW-1."""

    def midnight(days_ago: int) -> datetime:
        return datetime.combine(today - timedelta(days=days_ago), time(), ZoneInfo(zone)).astimezone(UTC)

    told = [
        *(
            message(ANNE, f"s{at}", at, CorrespondenceChannel.SMS, title=f"SMS {name}")
            for name, at in (("in", midnight(7)), ("out", midnight(7) - EDGE), ("last", midnight(-1) - EDGE))
        ),
        *(
            online(ANNE, f"o{at}", at, title=f"Online {name}")
            for name, at in (("in", midnight(28)), ("out", midnight(28) - EDGE))
        ),
        letter(ANNE, "in", today - timedelta(days=28), title="Letter in"),
        letter(ANNE, "out", today - timedelta(days=29), title="Letter out"),
    ]
    expected = {
        "SMS in": ((today - timedelta(days=7)).isoformat(), 7),
        "SMS last": (today.isoformat(), 0),
        "Online in": ((today - timedelta(days=28)).isoformat(), None),
        "Letter in": ((today - timedelta(days=28)).isoformat(), None),
    }
    async with serving(tmp_path, person(ANNE), *told, now=midnight(0), policy=in_zone(zone)) as gate:
        for now in (midnight(0), midnight(-1) - EDGE):
            gate.hands.now = now
            assert await ages(gate) == expected
        gate.hands.now = midnight(-1)
        assert await ages(gate) == {"SMS last": (today.isoformat(), 1)}


@pytest.mark.parametrize(
    ("zone", "day", "says"),
    [
        ("Australia/Sydney", "2025-03-11", ["Reporting overdue - 10 Mar", "11 Mar 1:30am"]),
        ("Australia/Perth", "2025-03-10", ["Reporting due today", "10 Mar 10:30pm"]),
        ("Europe/London", "2025-03-10", ["Reporting due today", "10 Mar 2:30pm"]),
    ],
)
async def test_one_moment_is_the_day_of_the_policys_zone_in_cards_and_alerts_alike(
    zone: str, day: str, says: list[str], tmp_path: Path
) -> None:
    """BR-GW-1: a report of 10 March and what happens half an hour ago and in an hour."""
    now = datetime(2025, 3, 10, 13, 30, tzinfo=UTC)
    soon = Appointment("A1", AppointmentProvider.PROVIDER, now + timedelta(hours=1), AppointmentStatus.BOOKED)
    told = [
        online(ANNE, "o", now - timedelta(minutes=15), title="Online"),
        Entitlement(ANNE, reports=(Report(date(2025, 3, 10)),), appointments=(soon,)),
    ]
    async with serving(tmp_path, person(ANNE), *told, now=now, policy=in_zone(zone)) as gate:
        assert (await ages(gate))["Online"] == (day, 0)
        alerts = (await overview(gate))["alerts"]
        assert [alert["label"] for alert in alerts] == [says[0], f"Upcoming provider appointment {says[1]}"]
        ends = datetime.combine(date.fromisoformat(day) + timedelta(days=1), time(), ZoneInfo(zone))
        assert datetime.fromisoformat(alerts[1]["expiresAt"]) == ends
