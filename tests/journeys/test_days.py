"""Days are counted by the calendar of Sydney: at midnight, over both clock changes, on 29 February, and ahead."""

from datetime import UTC, date, datetime, timedelta
from pathlib import Path
from typing import Any

import pytest

from sources.parts.correspondence import CorrespondenceChannel
from tests.running import Gate, serving
from tests.running.people import ANNE, SYDNEY, letter, message, online, person, there

CARDS = """query($crn: CRN!, $since: Date) { customer(crn: $crn) { overview(since: $since) {
    emptyMessage freshUntil generatedAt
    cards(first: 100) { edges { node { title date recency { label days } } } } } } }"""


async def overview(gate: Gate, **variables: Any) -> dict[str, Any]:
    answer = await gate.ask(CARDS, crn=ANNE, **variables)
    found: dict[str, Any] = answer.data["customer"]["overview"]
    return found


async def ages(gate: Gate, **variables: Any) -> dict[str, str | None]:
    edges = (await overview(gate, **variables))["cards"]["edges"]
    return {
        edge["node"]["title"]: edge["node"]["recency"]["label"]
        if edge["node"]["recency"]
        else edge["node"]["date"]
        for edge in edges
    }


def sms(title: str, at: datetime) -> Any:
    return message(ANNE, title, at, CorrespondenceChannel.SMS, title=title)


async def test_a_day_ends_at_midnight_in_sydney(tmp_path: Path) -> None:
    told = [sms("before", there(2025, 3, 9, 23, 59, 59, 999999)), sms("after", there(2025, 3, 10, 0, 0))]
    async with serving(tmp_path, person(ANNE), *told, now=there(2025, 3, 10, 0, 0, 0, 1)) as gate:
        assert await ages(gate) == {"after": "Just now", "before": "1 day ago"}
        gate.hands.now = there(2025, 3, 16, 23, 59, 59, 999999)
        assert await ages(gate) == {"after": "6 days ago", "before": "7 days ago"}
        gate.hands.now = there(2025, 3, 17, 0, 0)
        assert await ages(gate) == {"after": "7 days ago"}
        gate.hands.now = there(2025, 3, 18, 0, 0)
        assert (await overview(gate))["emptyMessage"] == "No recent customer history."


async def test_an_answer_is_not_fresh_beyond_midnight(tmp_path: Path) -> None:
    async with serving(tmp_path, person(ANNE), now=there(2025, 3, 10, 23, 59, 59)) as gate:
        assert datetime.fromisoformat((await overview(gate))["freshUntil"]) == there(2025, 3, 11)


CLOCK_CHANGES = {"clocks go back": date(2025, 4, 6), "clocks go forward": date(2025, 10, 5)}


@pytest.mark.parametrize("change", CLOCK_CHANGES)
async def test_a_day_of_23_or_25_hours_is_a_day(change: str, tmp_path: Path) -> None:
    """BR-CO-27."""
    day = CLOCK_CHANGES[change]
    days = {number: day - timedelta(days=number) for number in range(-1, 8)}
    told = [
        sms(f"{number} {edge}", datetime.combine(when, at, SYDNEY))
        for number, when in days.items()
        for edge, at in (("first", datetime.min.time()), ("last", datetime.max.time()))
    ]
    async with serving(tmp_path, person(ANNE), *told) as gate:
        for today in (day, day + timedelta(days=1), day - timedelta(days=1)):
            for at in (datetime.min.time(), datetime.max.time()):
                gate.hands.now = datetime.combine(today, at, SYDNEY)
                expected = {
                    f"{number} {edge}": label((today - when).days)
                    for number, when in days.items()
                    for edge in ("first", "last")
                    if (today - when).days <= 7
                }
                found = await ages(gate)
                assert {title: age for title, age in found.items() if not age or "-" not in age} == {
                    title: age for title, age in expected.items() if age is not None
                }
                assert found.keys() == expected.keys()


def label(days: int) -> str | None:
    if days < 0:
        return None
    return ("Just now", "1 day ago")[days] if days < 2 else f"{days} days ago"


@pytest.mark.parametrize(
    ("now", "expected"),
    [
        (there(2024, 2, 29, 12), {"leap": "Just now", "before": "1 day ago"}),
        (there(2024, 3, 1, 0), {"leap": "1 day ago", "before": "2 days ago"}),
        (there(2024, 3, 7, 23, 59), {"leap": "7 days ago"}),
    ],
)
async def test_29_february_is_a_day_like_any_other(
    now: datetime, expected: dict[str, str], tmp_path: Path
) -> None:
    told = [sms("leap", there(2024, 2, 29, 8)), sms("before", there(2024, 2, 28, 8))]
    async with serving(tmp_path, person(ANNE), *told, now=now) as gate:
        assert await ages(gate) == expected


async def test_a_letter_dated_ahead_is_shown_without_an_age(tmp_path: Path) -> None:
    made = there(2025, 3, 10, 8)
    told = [letter(ANNE, "ahead", date(2025, 3, 14), made), letter(ANNE, "today", date(2025, 3, 10), made)]
    async with serving(tmp_path, person(ANNE), *told) as gate:
        assert await ages(gate) == {"Letter ahead": "2025-03-14", "Letter today": "Just now"}


@pytest.mark.parametrize("made", [there(2025, 3, 10, 10), there(2025, 3, 10, 10).astimezone(UTC)])
async def test_a_letter_belongs_to_the_date_printed_on_it(made: datetime, tmp_path: Path) -> None:
    """Made at ten in the morning of 10 March, which is still 9 March in UTC."""
    document = """query($crn: CRN!, $day: Date!) { customer(crn: $crn) {
        correspondence(filter: {from: $day, to: $day}) { edges { node { title issueDate } } } } }"""
    told = letter(ANNE, "a", date(2025, 3, 10), made)
    async with serving(tmp_path, person(ANNE), told) as gate:
        assert await ages(gate) == {"Letter a": "Just now"}
        answer = await gate.ask(document, crn=ANNE, day="2025-03-10")
        assert [edge["node"]["issueDate"] for edge in answer.data["customer"]["correspondence"]["edges"]] == [
            "2025-03-10"
        ]


async def test_letters_are_listed_by_the_date_printed_on_them(tmp_path: Path) -> None:
    document = "query($crn: CRN!) { customer(crn: $crn) { correspondence { edges { node { issueDate } } } } }"
    told = [
        letter(ANNE, "a", date(2025, 3, 9), there(2025, 3, 9, 10).astimezone(UTC)),
        letter(ANNE, "b", date(2025, 3, 10), there(2025, 3, 10, 0, 30)),
    ]
    async with serving(tmp_path, person(ANNE), *told) as gate:
        answer = await gate.ask(document, crn=ANNE)
        days = [edge["node"]["issueDate"] for edge in answer.data["customer"]["correspondence"]["edges"]]
        assert days == ["2025-03-10", "2025-03-09"]


async def test_a_caller_may_look_further_back_and_the_policy_says_how_far(tmp_path: Path) -> None:
    told = [online(ANNE, "old", there(2024, 12, 24, 9), title="old")]
    async with serving(tmp_path, person(ANNE), *told) as gate:
        assert await ages(gate) == {}
        assert await ages(gate, since="2024-12-24") == {"old": "2024-12-24"}
        assert await ages(gate, since="2024-12-25") == {}
        furthest = date(2025, 3, 10) - timedelta(days=396)
        assert await ages(gate, since=furthest.isoformat()) == {"old": "2024-12-24"}
        refused = await gate.ask(CARDS, crn=ANNE, since=(furthest - timedelta(days=1)).isoformat())
        assert refused.at("customer", "overview") == "BAD_USER_INPUT"


@pytest.mark.parametrize("day", ["0001-01-01", "9999-12-31"])
@pytest.mark.parametrize("edge", ["from", "to"])
async def test_a_list_may_be_asked_for_from_or_up_to_any_day(day: str, edge: str, tmp_path: Path) -> None:
    document = f"""query($crn: CRN!, $day: Date!) {{ customer(crn: $crn) {{
        interactions(filter: {{{edge}: $day}}) {{ edges {{ cursor }} }}
        correspondence(filter: {{{edge}: $day}}) {{ edges {{ cursor }} }} }} }}"""
    told = [online(ANNE, "a", there(2025, 3, 9, 9)), letter(ANNE, "l", date(2025, 3, 9))]
    async with serving(tmp_path, person(ANNE), *told) as gate:
        shown = (await gate.ask(document, crn=ANNE, day=day)).data["customer"]
        everything = (day, edge) in {("0001-01-01", "from"), ("9999-12-31", "to")}
        assert [len(shown[name]["edges"]) for name in ("interactions", "correspondence")] == [everything] * 2
