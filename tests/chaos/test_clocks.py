"""Clocks that change: what the systems tell of such a night keeps its order and its day, in Sydney and in London."""

from datetime import UTC, datetime
from pathlib import Path
from typing import Any

import msgspec
import pytest

from tests.running.people import ANNE, person
from tests.running.services import served_by_systems
from tests.sources.specimens import interaction

CALLS = """query($crn: CRN!) { customer(crn: $crn) { interactions { edges { node { title } } }
    overview { completeness cards(first: 50) { edges { node { date recency { days } } } } } } }"""
TABLE: dict[str, tuple[str, str, list[tuple[str, str, int]]]] = {
    "Sydney's clocks go back": (
        "Australia/Sydney",
        "2025-04-06T02:00Z",
        [  # half past two is told twice
            ("2025-04-05T15:30Z", "2025-04-06", 0),
            ("2025-04-05T16:30Z", "2025-04-06", 0),
            ("2025-04-05T13:00Z", "2025-04-06", 0),
            ("2025-04-05T12:59Z", "2025-04-05", 1),
        ],
    ),
    "Sydney's clocks go forward": (
        "Australia/Sydney",
        "2025-10-05T02:00Z",
        [  # there is no half past two
            ("2025-10-04T15:59Z", "2025-10-05", 0),
            ("2025-10-04T16:00Z", "2025-10-05", 0),
            ("2025-10-04T13:59Z", "2025-10-04", 1),
        ],
    ),
    "London's clocks go back": (
        "Europe/London",
        "2025-10-26T12:00Z",
        [
            ("2025-10-26T00:30Z", "2025-10-26", 0),
            ("2025-10-26T01:30Z", "2025-10-26", 0),
            ("2025-10-25T23:00Z", "2025-10-26", 0),
            ("2025-10-25T22:59Z", "2025-10-25", 1),
        ],
    ),
    "London's clocks go forward": (
        "Europe/London",
        "2025-03-30T12:00Z",
        [
            ("2025-03-30T00:59Z", "2025-03-30", 0),
            ("2025-03-30T01:00Z", "2025-03-30", 0),
            ("2025-03-29T23:59Z", "2025-03-29", 1),
        ],
    ),
    "29 February": (
        "Australia/Sydney",
        "2024-03-01T01:00Z",
        [
            ("2024-02-29T12:59Z", "2024-02-29", 1),
            ("2024-02-28T12:59Z", "2024-02-28", 2),
            ("2024-02-29T13:00Z", "2024-03-01", 0),
        ],
    ),
    "a second that was put in": (
        "Europe/London",
        "2017-01-01T12:00Z",
        [("2016-12-31T23:59:59.999Z", "2016-12-31", 1), ("2017-01-01T00:00Z", "2017-01-01", 0)],
    ),
}


def call(at: str, number: int) -> Any:
    when = datetime.fromisoformat(at).astimezone(UTC)
    return msgspec.structs.replace(interaction(ANNE, f"call-{number}", when), title=at)


@pytest.mark.parametrize("night", TABLE)
async def test_order_and_days_are_those_of_the_policys_clocks(night: str, tmp_path: Path) -> None:
    zone, now, calls = TABLE[night]
    policy = tmp_path / "policy.toml"
    policy.write_text(f'zone = "{zone}"\n', "utf-8")
    told = [person(ANNE), *(call(at, number) for number, (at, _, _) in enumerate(calls))]
    async with served_by_systems(tmp_path, *told, policy_file=policy) as (gate, _):
        gate.hands.now = datetime.fromisoformat(now)
        shown = (await gate.ask(CALLS, crn=ANNE)).data["customer"]
    titles = [edge["node"]["title"] for edge in shown["interactions"]["edges"]]
    assert titles == sorted((at for at, _, _ in calls), key=datetime.fromisoformat, reverse=True)
    assert shown["overview"]["completeness"] == "COMPLETE"
    cards = {
        edge["node"]["date"]: edge["node"]["recency"]["days"] for edge in shown["overview"]["cards"]["edges"]
    }
    assert cards == {day: ago for _, day, ago in calls}
