"""Pages of cards, and of what a card counts: each once, whatever arrives meanwhile."""

from collections.abc import Callable
from datetime import date, timedelta
from typing import Any

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from msgspec import structs

from resolvers.cards.activity import Kind
from resolvers.cards.card import Card
from resolvers.cards.listing import activities_page
from resolvers.refusal import Refusal
from sources.parts import CORRESPONDENCE, DEBT, INTERACTION, Correspondence, Debt, Interaction
from sources.parts.interaction import Channel, InteractionKind
from tests.people import NOW, Body, body_with, overview_of
from tests.records import CALL, EMAIL, OWNER, crn, happened, history, letter_of, sydney, written
from tests.resolvers.lives import lives, record

HOUR = timedelta(hours=1)
PARTS = ((INTERACTION, Interaction), (CORRESPONDENCE, Correspondence), (DEBT, Debt))
LATER = NOW + timedelta(minutes=1)


def told(records: list[Any]) -> dict[Any, Any]:
    return {part: history(*(one for one in records if isinstance(one, row))) for part, row in PARTS}


async def pages(body: Body, size: int, between: Callable[[], None] = lambda: None) -> list[Card]:
    """All cards, page by page; every page is a request of its own that finds what there is by then."""
    found: list[Card] = []
    after = None
    while True:
        await body.cache.invalidate(OWNER)
        page = (await overview_of(body)).cards(None, None, size, after)
        found += [edge.node for edge in page.edges]
        if not page.page_info.has_next_page:
            return found
        after = page.page_info.end_cursor
        between()


@settings(max_examples=40, deadline=None)
@given(lives(20), st.integers(1, 5))
async def test_paging_to_the_end_gives_each_card_once_in_order(records: list[Any], size: int) -> None:
    body = body_with(told(records))
    whole = (await overview_of(body)).cards(None, None, 100, None)
    assert await pages(body, size) == [edge.node for edge in whole.edges]
    assert whole.total_count == len(whole.edges)


@settings(max_examples=40, deadline=None)
@given(lives(20), st.lists(st.lists(record(), max_size=4), max_size=6), st.integers(1, 4))
async def test_what_is_recorded_meanwhile_moves_no_card_of_the_list(
    records: list[Any], arrivals: list[list[Any]], size: int
) -> None:
    body, waiting = body_with(told(records)), iter(arrivals)
    held, numbers = list(records), {one.id for one in records}

    def arrive() -> None:
        fresh = [one for one in next(waiting, []) if one.id not in numbers and not isinstance(one, Debt)]
        numbers.update(one.id for one in fresh)
        held.extend(recorded_later(one) for one in fresh)
        for part, reading in told(held).items():
            body.tell(part, reading)

    whole = (await overview_of(body)).cards(None, None, 100, None)
    assert await pages(body, size, arrive) == [edge.node for edge in whole.edges]


def recorded_later(one: Any) -> Any:
    """The same, but its source learnt of it only now; a message keeps its date and is made now."""
    if isinstance(one, Interaction):
        return happened(one.kind, one.at, id=one.id, title=one.title, recorded_at=LATER)
    return written(one.channel, LATER, id=one.id, title=one.title, issue_date=one.issue_date)


@settings(max_examples=40, deadline=None)
@given(lives(25))
async def test_a_card_is_pinned_or_in_the_list_and_never_both(records: list[Any]) -> None:
    made = await overview_of(body_with(told(records)))
    pinned, listed = made.pinned, [edge.node for edge in made.cards(None, None, 100, None).edges]
    assert not {card.id for card in pinned} & {card.id for card in listed}
    in_window = sum(one.kind is not Kind.SMS or (made_days_ago(one.day) <= 7) for one in made.activities)
    old = sum(made_days_ago(one.day) > 28 for one in made.activities)
    messages_out = sum(one.kind is Kind.SMS and made_days_ago(one.day) > 28 for one in made.activities)
    assert sum(card.count for card in (*pinned, *listed)) == in_window - (old - messages_out)
    assert (made.empty_message is None) == bool(pinned or listed)


def made_days_ago(day: date) -> int:
    return (date(2025, 3, 10) - day).days


async def test_midnight_between_two_pages_drops_no_card_and_ages_them_all() -> None:
    records = [
        letter_of("2025-02-10", title="Oldest"),
        *(happened(CALL, NOW, title=f"{n}") for n in range(3)),
    ]
    body = body_with(told(records), now=sydney("2025-03-10T23:59:30"))
    whole = (await overview_of(body)).cards(None, None, 10, None)
    first = (await overview_of(body)).cards(None, None, 2, None)
    body.clock.wait(60)
    await body.cache.invalidate(OWNER)
    second = (await overview_of(body)).cards(None, None, 2, first.page_info.end_cursor)
    titles = [edge.node.title for edge in (*first.edges, *second.edges)]
    assert titles == [edge.node.title for edge in whole.edges]
    ages = [edge.node.recency.label if edge.node.recency else None for edge in (*first.edges, *second.edges)]
    assert ages == ["Just now", "Just now", "1 day ago", None]


async def test_twenty_three_items_of_a_day_are_pages_of_ten_ten_and_three() -> None:
    kind = InteractionKind.SELF_SERVICE_IVR
    items = [
        happened(kind, sydney("2025-03-10T08:00") + timedelta(minutes=n), activity="INC") for n in range(23)
    ]
    body = body_with(told(items))
    sizes, after, seen = [], None, []
    for _ in range(3):
        made = await overview_of(body)
        (edge,) = made.cards(None, None, 10, None).edges
        page = activities_page(body.scope(), edge.node, 10, after)
        sizes.append(len(page.edges))
        seen += [one.node.id for one in page.edges]
        assert page.total_count == 23
        after = page.page_info.end_cursor
    assert (sizes, page.page_info.has_next_page) == ([10, 10, 3], False)
    assert seen == [one.id for one in reversed(items)]


async def test_what_arrives_between_two_pages_of_a_card_shifts_none_of_them() -> None:
    items = [happened(CALL, NOW - HOUR + timedelta(minutes=n), activity="A") for n in range(12)]
    body = body_with(told(items))
    card = (await overview_of(body)).cards(None, None, 10, None).edges[0].node
    first = activities_page(body.scope(), card, 10, None)
    body.tell(INTERACTION, history(*items, happened(CALL, NOW, activity="A")))
    await body.cache.invalidate(OWNER)
    again = (await overview_of(body)).cards(None, None, 10, None).edges[0].node
    assert (again.id, again.count) == (card.id, 13)
    second = activities_page(body.scope(), again, 10, first.page_info.end_cursor)
    assert [edge.node.id for edge in (*first.edges, *second.edges)] == [one.id for one in reversed(items)]


async def test_a_cursor_is_good_for_its_own_list_only() -> None:
    calls = [happened(CALL, NOW, title=f"{n}") for n in range(3)]
    mails = [written(EMAIL, NOW, title=f"{n}") for n in range(3)]
    body = body_with(told([*calls, *mails]))
    made = await overview_of(body)
    mine = made.cards([Kind.EMAIL], None, 1, None).page_info.end_cursor
    assert len(made.cards([Kind.EMAIL], None, 10, mine).edges) == 2
    other = body_with({}, owner=crn(2))
    strangers = await overview_of(other, owner=crn(2))
    earlier = await overview_of(body, date(2025, 3, 1))
    for list_of, kinds, channels in [
        (made, None, None),
        (made, [Kind.SMS], None),
        (made, None, [Channel.EMAIL]),
        (made, [Kind.EMAIL], [Channel.EMAIL]),
        (earlier, [Kind.EMAIL], None),
        (strangers, [Kind.EMAIL], None),
    ]:
        with pytest.raises(Refusal, match="BAD_USER_INPUT"):
            list_of.cards(kinds, channels, 10, mine)
    card = made.cards([Kind.EMAIL], None, 1, None).edges[0].node
    with pytest.raises(Refusal, match="BAD_USER_INPUT"):
        activities_page(body.scope(), card, 10, mine)


async def test_the_order_in_which_kinds_are_asked_for_is_no_other_list() -> None:
    body = body_with(told([written(EMAIL, NOW), happened(CALL, NOW)]))
    made = await overview_of(body)
    after = made.cards([Kind.EMAIL, Kind.INBOUND_CALL], None, 1, None).page_info.end_cursor
    assert len(made.cards([Kind.INBOUND_CALL, Kind.EMAIL], None, 1, after).edges) == 1


@pytest.mark.parametrize("first", [0, -1, 101, 10**9])
async def test_a_page_size_that_cannot_be_is_refused(first: int) -> None:
    made = await overview_of(body_with({}))
    with pytest.raises(Refusal, match="BAD_USER_INPUT"):
        made.cards(None, None, first, None)


async def test_a_late_item_of_one_system_moves_no_card_while_another_system_was_recorded_later() -> None:
    letters = [letter_of(f"2025-03-0{day}", id=f"L{day}") for day in (3, 4, 5)]
    call = happened(CALL, NOW)  # telephony was recorded last
    body = body_with(told([*letters, call]))
    titles = [card.activities[0].id for card in await pages(body, 1)]

    def arrive() -> None:
        late = structs.replace(letters[0], id="late", created_at=sydney("2025-03-09T12:00"))
        body.tell(CORRESPONDENCE, history(*letters, late))

    assert [card.activities[0].id for card in await pages(body, 1, arrive)] == titles
