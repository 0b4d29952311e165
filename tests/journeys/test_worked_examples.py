"""The worked examples of the domain, through the whole gateway."""

from datetime import date, timedelta
from pathlib import Path
from typing import Any

import msgspec
import pytest

from sources.parts import Restriction
from sources.parts.correspondence import CorrespondenceChannel
from sources.parts.debt import Arrangement, ArrangementStatus, ArrangementType
from sources.parts.interaction import Outcome
from tests.records import money
from tests.running import Gate, serving
from tests.running.people import ANNE, by_phone, everything_of, letter, message, online, person, there
from tests.sources.specimens import debt

CARDS = """query($crn: CRN!, $after: String) { customer(crn: $crn) { overview {
    cards(first: 100) { totalCount edges { node {
    kind title count colour outcome date recency { label days isRecent emphasis }
    activities(after: $after) { totalCount pageInfo { hasNextPage endCursor } edges { node { id at title outcome } } }
} } } } } }"""


async def cards(gate: Gate, after: str | None = None) -> list[dict[str, Any]]:
    answer = await gate.ask(CARDS, crn=ANNE, after=after)
    return [edge["node"] for edge in answer.data["customer"]["overview"]["cards"]["edges"]]


@pytest.mark.parametrize("roll_up", ["by_activity", "by_day"])
async def test_the_same_message_three_times_a_day_is_one_card(roll_up: str, tmp_path: Path) -> None:
    """BR-CO-11; how online transactions are counted changes nothing for messages."""
    reminders = [
        message(
            ANNE,
            f"r{hour}",
            there(2025, 3, 9, hour),
            CorrespondenceChannel.EMAIL,
            title="Appointment reminder",
        )
        for hour in (9, 12, 23)
    ]
    notice = message(ANNE, "n", there(2025, 3, 9, 10), CorrespondenceChannel.EMAIL, title="Payment notice")
    policy = f'[cards]\nonline = "{roll_up}"\n'
    async with serving(tmp_path, person(ANNE), *reminders, notice, policy=policy) as gate:
        shown = {card["title"]: card for card in await cards(gate)}
        assert {title: card["count"] for title, card in shown.items()} == {
            "Appointment reminder": 3,
            "Payment notice": 1,
        }
        assert {card["kind"] for card in shown.values()} == {"EMAIL"}
        assert {card["date"] for card in shown.values()} == {"2025-03-09"}


async def test_the_same_message_on_two_days_is_two_cards(tmp_path: Path) -> None:
    """BR-CO-11."""
    late, early = there(2025, 3, 8, 23, 59, 59), there(2025, 3, 9, 0, 0)
    told = [message(ANNE, str(at), at, CorrespondenceChannel.EMAIL, title="Reminder") for at in (late, early)]
    async with serving(tmp_path, person(ANNE), *told) as gate:
        assert [(card["date"], card["count"]) for card in await cards(gate)] == [
            ("2025-03-09", 1),
            ("2025-03-08", 1),
        ]


@pytest.mark.parametrize(
    ("roll_up", "expected"),
    [
        ("by_activity", {("Report income", 1, "GREEN"), ("Update address", 1, "RED")}),
        ("by_day", {("multiple activities", 2, "GREY")}),
    ],
)
async def test_online_transactions_are_counted_as_the_policy_says(
    roll_up: str, expected: set[tuple[str, int, str]], tmp_path: Path
) -> None:
    """BR-CO-12, BR-CO-13."""
    done = online(ANNE, "a", there(2025, 3, 9, 9), title="Report income")
    undone = online(ANNE, "b", there(2025, 3, 9, 10), Outcome.NOT_ACHIEVED, title="Update address")
    policy = f'[cards]\nonline = "{roll_up}"\n'
    async with serving(tmp_path, person(ANNE), done, undone, policy=policy) as gate:
        assert {(card["title"], card["count"], card["colour"]) for card in await cards(gate)} == expected


@pytest.mark.parametrize(("year", "first_day"), [(2025, date(2025, 2, 10)), (2024, date(2024, 2, 11))])
@pytest.mark.parametrize("policy", [None, 'edition = "our own"'])
async def test_the_windows_include_both_their_end_days(
    year: int, first_day: date, policy: str | None, tmp_path: Path
) -> None:
    """BR-CO-10, BR-CO-26, BR-CO-44: today 10 March, messages of seven days, letters of 28; in a leap year the letters
    begin a day later."""
    told = [
        *(
            message(
                ANNE,
                f"{channel.value}{day}",
                there(year, 3, day, 8),
                channel,
                title=f"{channel.value} of {day} March",
            )
            for channel in (CorrespondenceChannel.SMS, CorrespondenceChannel.PUSH)
            for day in (2, 3)
        ),
        letter(ANNE, "in", first_day, title="Letter inside"),
        letter(ANNE, "out", first_day - timedelta(days=1), title="Letter outside"),
    ]
    async with serving(tmp_path, person(ANNE), *told, now=there(year, 3, 10, 12), policy=policy) as gate:
        shown = {card["title"]: card["recency"] for card in await cards(gate)}
        seven = {"label": "7 days ago", "days": 7, "isRecent": True, "emphasis": "RED"}
        assert shown == {"SMS of 3 March": seven, "PUSH of 3 March": seven, "Letter inside": None}


async def test_23_activities_of_a_day_are_shown_ten_at_a_time(tmp_path: Path) -> None:
    """BR-CO-14."""
    told = [by_phone(ANNE, f"ivr{minute:02}", there(2025, 3, 9, 9, minute)) for minute in range(23)]
    async with serving(tmp_path, person(ANNE), *told) as gate:
        pages, after, more = [], None, True
        while more:
            (card,) = await cards(gate, after)
            assert (card["kind"], card["count"]) == ("SELF_SERVICE_IVR", 23)
            pages.append([edge["node"]["id"] for edge in card["activities"]["edges"]])
            after, more = (
                card["activities"]["pageInfo"]["endCursor"],
                card["activities"]["pageInfo"]["hasNextPage"],
            )
            assert len(pages) <= 3
        assert [len(page) for page in pages] == [10, 10, 3]
        assert [one for page in pages for one in page] == [
            f"ivr{minute:02}" for minute in reversed(range(23))
        ]


ALERTS = "query($crn: CRN!) { customer(crn: $crn) { overview { alerts { kind label expiresAt } } } }"


async def test_of_two_debts_the_one_whose_arrangement_ends_in_ten_days_makes_the_only_alert(
    tmp_path: Path,
) -> None:
    """BR-CO-35, BR-CO-42: A owes 100 and repays until the 20th, B owes 50 and repays nothing."""
    ends = Arrangement(
        "A1",
        ArrangementType.VOL,
        ArrangementStatus.CUR,
        there(2025, 1, 10, 9),
        money("20"),
        end_date=date(2025, 3, 20),
    )
    told = [
        msgspec.structs.replace(debt(ANNE, "A"), total=money("100"), arrangements=(ends,)),
        msgspec.structs.replace(debt(ANNE, "B"), total=money("50")),
    ]
    async with serving(tmp_path, person(ANNE), *told) as gate:
        (alert,) = (await gate.ask(ALERTS, crn=ANNE)).data["customer"]["overview"]["alerts"]
        assert (alert["kind"], alert["label"]) == (
            "DEBT_ARRANGEMENT_ENDING",
            "Active debt - repayment arrangement ending soon",
        )


NOTHING_OF = ("sections", "alerts", "profileIndicators", "smartIvr", "pinned", "knowledge", "resources")
RESTRICTED = """query($crn: CRN!) { customer(crn: $crn) { overview {
    restricted emptyMessage banners { kind } sections { source } alerts { label } profileIndicators { kind }
    smartIvr { text } pinned { id } cards { totalCount edges { node { id } } } knowledge { title } resources { title }
} } }"""


async def test_of_a_restricted_customer_there_is_the_banner_and_not_even_a_source(tmp_path: Path) -> None:
    """BR-CO-52: nothing of what is known, to officers who are listed for the record as to others."""
    told = [*everything_of(ANNE, there(2025, 3, 9, 9)), Restriction(ANNE, True, officers=("officer-ra-1",))]
    async with serving(tmp_path, *told) as gate:
        for persona in ("officer", "restricted"):
            answer = await gate.ask(RESTRICTED, persona, crn=ANNE)
            assert answer.data["customer"]["overview"] == {
                "restricted": True,
                "emptyMessage": None,
                "banners": [{"kind": "RESTRICTED_ACCESS"}],
                "cards": {"totalCount": 0, "edges": []},
                **{name: [] for name in NOTHING_OF},
            }
