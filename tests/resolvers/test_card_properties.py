"""What holds for the cards of any life: nothing lost, nothing twice, nothing by accident of order."""

import asyncio
from datetime import date, timedelta
from typing import Any

from hypothesis import given, settings
from hypothesis import strategies as st

from resolvers.cards.activity import Kind
from resolvers.cards.card import ROLLED_UP
from resolvers.cards.listing import activities_page
from resolvers.overview import Overview
from resolvers.policy import OnlineCards
from sources.parts import CORRESPONDENCE, DEBT, INTERACTION, Correspondence, Debt, History, Interaction
from sources.parts import PARTS as EVERY_PART
from sources.parts.correspondence import CorrespondenceChannel
from tests.people import NOW, body_with, overview_of, ruled
from tests.records import CALL, OWNER, SYDNEY, happened
from tests.resolvers.deck import activities, cards, counted
from tests.resolvers.lives import lives, record

POLICIES = st.sampled_from([ruled(online=how) for how in OnlineCards])
quick = settings(max_examples=60, deadline=None)
slow = settings(max_examples=40, deadline=None)
LONG = st.integers(-20, 40 * 8).map(lambda number: NOW - timedelta(hours=3 * number))
"""Moments of the last forty days, and of the next two."""


@quick
@given(lives(), POLICIES)
def test_the_counts_of_the_cards_add_up_to_what_happened(records: list[Any], policy: Any) -> None:
    made, happened = cards(*records, policy=policy), activities(*records, policy=policy)
    assert sum(card.count for card in made) == len(happened) == len(records)
    shown = [one.id for card in made for one in card.activities]
    assert sorted(shown) == sorted(one.id for one in happened)
    assert all(card.count == len(card.activities) for card in made)


@quick
@given(lives(), st.randoms(), POLICIES)
def test_the_order_in_which_activities_are_found_changes_nothing(
    records: list[Any], random: Any, policy: Any
) -> None:
    found = activities(*records, policy=policy)
    assert counted(random.sample(found, len(found)), policy) == counted(found, policy)


@quick
@given(lives(), POLICIES)
def test_a_card_counts_one_activity_of_one_kind_on_one_day(records: list[Any], policy: Any) -> None:
    made = cards(*records, policy=policy)
    assert len({card.id for card in made}) == len(made)
    for card in made:
        assert {(one.kind, one.day) for one in card.activities} == {(card.kind, card.date)}
        by_day = policy.cards.online is OnlineCards.BY_DAY and card.kind in ROLLED_UP
        assert by_day or len({one.key for one in card.activities}) == 1


@quick
@given(lives(), POLICIES)
def test_cards_and_what_they_count_stand_newest_first(records: list[Any], policy: Any) -> None:
    made = cards(*records, policy=policy)
    assert [card.place.rank for card in made] == sorted(card.place.rank for card in made)
    pinned = [card.pinned for card in made]
    assert pinned == sorted(pinned, reverse=True)
    for several in (True, False):
        days = [card.date for card in made if card.pinned is several]
        assert days == sorted(days, reverse=True)
    for card in made:
        assert card.latest_at == card.activities[0].at == max(one.at for one in card.activities)


@quick
@given(lives())
def test_only_updated_numbers_are_pinned(records: list[Any]) -> None:
    assert all(card.pinned == (card.kind is Kind.UPDATE_PHONE_NUMBER) for card in cards(*records))


@quick
@given(lives())
def test_by_day_a_days_transactions_are_one_card_for_each_kind(records: list[Any]) -> None:
    made = cards(*records, policy=ruled(online=OnlineCards.BY_DAY))
    rolled = [(card.kind, card.date) for card in made if card.kind in ROLLED_UP]
    assert len(set(rolled)) == len(rolled)


TODAY = date(2025, 3, 10)
PARTS = ((INTERACTION, Interaction), (CORRESPONDENCE, Correspondence), (DEBT, Debt))


def told(records: list[Any]) -> dict[Any, Any]:
    return {
        part: History(OWNER, tuple(one for one in records if isinstance(one, row))) for part, row in PARTS
    }


def whole(made: Overview) -> tuple[Any, ...]:
    """Everything of an overview: its pinned cards, the others, its alerts, and what it says of its sources."""
    page = made.cards(None, None, 100, None)
    return made.pinned, page.edges, page.total_count, made.alerts, made.sections, made.empty_message


def in_the_window(one: Any) -> bool:
    """Told from the record alone: seven days for a text message, 28 for everything else."""
    day = one.issue_date if isinstance(one, Correspondence) else one.at.astimezone(SYDNEY).date()
    message = isinstance(one, Correspondence) and one.channel is CorrespondenceChannel.SMS
    return bool((TODAY - day).days <= (7 if message else 28))


@slow
@given(st.lists(record(LONG), max_size=25, unique_by=lambda one: one.id))
async def test_the_counts_of_an_overview_add_up_to_what_happened_in_the_windows(records: list[Any]) -> None:
    """BR-CO-10, BR-CO-11."""
    made = await overview_of(body_with(told(records)))
    listed = [edge.node for edge in made.cards(None, None, 100, None).edges]
    assert sum(card.count for card in (*made.pinned, *listed)) == sum(map(in_the_window, records))
    assert len({card.id for card in (*made.pinned, *listed)}) == len(made.pinned) + len(listed)


@slow
@given(lives(25), st.randoms())
async def test_the_order_of_the_items_of_a_reading_changes_nothing(records: list[Any], random: Any) -> None:
    """BR-GW-9."""
    shuffled = random.sample(records, len(records))
    one, other = [await overview_of(body_with(told(told_so))) for told_so in (records, shuffled)]
    assert whole(one) == whole(other)


@slow
@given(lives(25), st.permutations([part.name for part in EVERY_PART]))
async def test_the_order_in_which_sources_answer_changes_nothing(
    records: list[Any], order: list[str]
) -> None:
    """BR-GW-9: each source in turn is the first, the last, or anywhere between."""
    at_once = await overview_of(body_with(told(records)))
    body = body_with(told(records))
    for source in body.sources.values():
        source.open.clear()
    asking = asyncio.create_task(overview_of(body))
    for name in order:
        for _ in range(20):
            await asyncio.sleep(0)
        assert not asking.done()
        body.sources[name].open.set()
    assert whole(await asking) == whole(at_once)


@slow
@given(st.lists(st.integers(0, 5), min_size=1, max_size=30), st.integers(1, 12))
async def test_paging_a_card_to_its_end_gives_each_of_its_activities_once_newest_first(
    minutes: list[int], size: int
) -> None:
    """BR-CO-14: several of one moment among them."""
    calls = [
        happened(CALL, NOW - timedelta(minutes=minute), id=f"C{number:02}")
        for number, minute in enumerate(minutes)
    ]
    body = body_with(told(calls))
    found: list[Any] = []
    after, more = None, True
    while more:
        (edge,) = (await overview_of(body)).cards(None, None, 10, None).edges
        page = activities_page(body.scope(), edge.node, size, after)
        assert page.total_count == edge.node.count == len(calls)
        assert len(page.edges) <= size
        found += [one.node for one in page.edges]
        after, more = page.page_info.end_cursor, page.page_info.has_next_page
    assert [one.id for one in found] == [
        one.id for one in sorted(calls, key=lambda one: (one.started_at, one.id), reverse=True)
    ]
