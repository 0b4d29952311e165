"""The timeline: what it tells, in which words, and what it says of what it could not have."""

from datetime import UTC, date, datetime, timedelta
from typing import Any

import msgspec
import pytest

from resolvers.cards import CARD_KINDS
from resolvers.cards.activity import Readings
from resolvers.manner import manner_of
from resolvers.refusal import Refusal
from resolvers.timeline import Asked, TimelineKind
from resolvers.timeline.asked import source_filter
from resolvers.timeline.entry import Place
from resolvers.timeline.merging import before
from sources.parts import (
    CORRESPONDENCE,
    DEBT,
    INTERACTION,
)
from sources.parts.correspondence import CorrespondenceChannel, CorrespondenceStatus
from sources.parts.debt import DebtStatus
from sources.parts.interaction import Channel, InteractionKind, Outcome, SourceRef
from tests.people import NOW, OFFICER, PARTNER, POLICY, Body, body_with, overview_of, ruled
from tests.records import (
    CALL,
    ONLINE,
    OWNER,
    SMS,
    crn,
    debt,
    happened,
    history,
    written,
)
from tests.resolvers.timelines import page_of, state, titles, walked, whole

DAY = timedelta(days=1)
MINUTE = timedelta(minutes=1)


async def test_everything_that_happened_is_one_list_newest_first() -> None:
    page = await page_of(whole())
    assert titles(page) == [
        "Asked about a payment",
        "Report income",
        "Your payment",
        "Your payment",
        "Appointment missed",
        "Report submitted",
        "Debt raised: FTB INC",
        "AGE suspended",
        "Locked to Families",
        "Ownership moved to Debts",
        "JSP claim rejected",
        "JSP claim submitted",
    ]
    assert {one.status.value for one in page.sections} == {"OK"}
    assert not any(one.truncated for one in page.sections)


async def test_an_entry_says_what_its_card_says() -> None:
    body = whole()
    seen = await overview_of(body)
    cards = {edge.node.source: edge.node for edge in seen.cards(None, None, 100, None).edges}
    entries = {edge.node.source: edge.node for edge in (await page_of(body)).edges}
    assert len(cards.keys() & entries.keys()) >= 4
    for source in cards.keys() & entries.keys():
        card, entry = cards[source], entries[source]
        assert (entry.kind, entry.title, entry.outcome, entry.colour, entry.channel, entry.day) == (
            TimelineKind[card.kind.name],
            card.title,
            card.outcome,
            card.colour,
            card.channel,
            card.date,
        )


async def test_what_was_never_sent_and_what_is_not_owed_is_not_told() -> None:
    body = body_with(
        {
            CORRESPONDENCE: history(
                written(SMS, NOW, status=CorrespondenceStatus.DRAFT),
                written(SMS, NOW, status=CorrespondenceStatus.CANCELLED),
            ),
            DEBT: history(debt("10", NOW, status=DebtStatus.UNDETERMINED)),
        }
    )
    assert titles(await page_of(body)) == []


async def test_a_medicare_number_is_masked_and_cannot_be_looked_for() -> None:
    body = body_with(
        {
            INTERACTION: history(
                happened(ONLINE, NOW, title="Card 2123 45670 1", department="Desk 2123 45670 1")
            )
        }
    )
    (edge,) = (await page_of(body)).edges
    assert edge.node.title == "Card [Medicare number]"
    assert edge.node.department == "Desk [Medicare number]"
    assert titles(await page_of(body, Asked(text="45670"))) == []


async def test_officers_and_locks_are_for_staff_only() -> None:
    staff, partner = await page_of(whole()), await page_of(whole(), caller=PARTNER)
    assert [edge.node.officer for edge in staff.edges][:2] == ["ABC123", None]
    assert {edge.node.officer for edge in partner.edges} == {None}
    assert "Locked to Families" not in titles(partner)
    assert (state(partner, "ownership").status.value, state(partner, "ownership").code) == (
        "FORBIDDEN",
        "FORBIDDEN_FIELD",
    )
    with pytest.raises(Refusal, match="FORBIDDEN_FIELD"):
        await page_of(whole(), Asked(officer="ABC123"), caller=PARTNER)
    assert titles(await page_of(whole(), Asked(text="abc123"), caller=PARTNER)) == []


async def test_without_any_scope_for_it_the_timeline_is_refused() -> None:
    caller = msgspec.structs.replace(OFFICER, scopes=frozenset({"customer:read"}))
    with pytest.raises(Refusal, match="FORBIDDEN_FIELD"):
        await page_of(whole(), caller=caller)


@pytest.mark.parametrize(
    ("asked", "found"),
    [
        (Asked(text="PAYMÉNT"), ["Asked about a payment", "Your payment", "Your payment"]),
        (Asked(text="asked pay"), ["Asked about a payment"]),
        (Asked(text="famil"), ["Asked about a payment", "Locked to Families", "Ownership moved to Debts"]),
        (Asked(officer="ABC123"), ["Asked about a payment"]),
        (Asked(departments=frozenset({"FAMILIES"})), ["Asked about a payment"]),
        (Asked(kinds=frozenset({TimelineKind["SMS"]})), ["Your payment"]),
        (Asked(channels=frozenset({Channel.LETTER})), ["Your payment"]),
        (Asked(channels=frozenset({Channel.SMS, Channel.ONLINE})), ["Report income", "Your payment"]),
        (Asked(outcomes=frozenset({Outcome.NOT_ACHIEVED})), ["Appointment missed", "JSP claim rejected"]),
        (Asked(since=date(2025, 3, 9), until=date(2025, 3, 9)), ["Asked about a payment"]),
        (Asked(until=date(2025, 1, 19)), ["JSP claim submitted"]),
    ],
)
async def test_a_filter_narrows(asked: Asked, found: list[str]) -> None:
    assert titles(await page_of(whole(), asked)) == found


@pytest.mark.parametrize("text", ["", "...", "a b c d e f g h i", "x" * 201])
async def test_a_text_that_cannot_be_looked_for_is_refused(text: str) -> None:
    with pytest.raises(Refusal, match="BAD_USER_INPUT"):
        await page_of(whole(), Asked(text=text))


@pytest.mark.parametrize("first", [0, -1, 101])
async def test_a_page_size_out_of_range_is_an_error(first: int) -> None:
    with pytest.raises(Refusal, match="BAD_USER_INPUT"):
        await page_of(whole(), first=first)


async def test_a_cursor_is_good_for_its_own_filter_only() -> None:
    after = (await page_of(whole(), first=2)).page_info.end_cursor
    with pytest.raises(Refusal, match="BAD_USER_INPUT"):
        await page_of(whole(), Asked(text="payment"), after=after)


async def test_a_business_imperative_is_pinned_and_not_in_the_list() -> None:
    number = InteractionKind.UPDATE_PHONE_NUMBER
    body = body_with(
        {
            INTERACTION: history(
                happened(number, NOW - DAY, id="new"),
                happened(number, NOW - 60 * DAY, id="old"),
                happened(CALL, NOW, id="call"),
            )
        }
    )
    page = await page_of(body)
    assert [(one.place.id, one.pinned, bool(one.pin_reason)) for one in page.pinned] == [("new", True, True)]
    assert [edge.node.place.id for edge in page.edges] == ["call", "old"]
    narrowed = await page_of(body, Asked(kinds=frozenset({TimelineKind["INBOUND_CALL"]})))
    assert narrowed.pinned == ()


@pytest.mark.parametrize(
    ("zone", "days"),
    [("Australia/Sydney", [date(2025, 3, 10), date(2025, 3, 9)]), ("UTC", [date(2025, 3, 9)])],
)
async def test_a_page_is_grouped_by_the_day_of_the_bodys_zone(zone: str, days: list[date]) -> None:
    policy = msgspec.structs.replace(POLICY, zone=zone)
    at = datetime(2025, 3, 9, 13, 0, tzinfo=UTC)  # midnight in Sydney
    items = [happened(CALL, at), happened(CALL, at - MINUTE)]
    page = await page_of(body_with({INTERACTION: history(*items)}, policy=policy))
    assert [day.date for day in page.days] == days


async def test_the_hour_that_comes_twice_is_in_order_and_of_one_day() -> None:
    items = [
        happened(CALL, datetime(2025, 4, 5, hour, 30, tzinfo=UTC), id=f"{hour}")
        for hour in (12, 13, 14, 15, 16, 17)
    ]
    body = body_with({INTERACTION: history(*items)}, now=datetime(2025, 4, 7, tzinfo=UTC))
    page = await page_of(body)
    assert [edge.node.place.id for edge in page.edges] == ["17", "16", "15", "14", "13", "12"]
    assert [(day.date.day, len(day.entries)) for day in page.days] == [(6, 5), (5, 1)]


async def test_what_is_asked_of_a_source_lets_through_all_that_has_a_card_of_the_kind() -> None:
    """Kinds and channels are asked of the sources: whatever a card counts must be let through."""
    scope = Body().scope()
    items: dict[Any, list[Any]] = {
        INTERACTION: [happened(kind, NOW, channel=way) for kind in InteractionKind for way in Channel],
        CORRESPONDENCE: [written(way, NOW) for way in CorrespondenceChannel],
    }
    told = 0
    desk = manner_of(scope, now=scope.now).desk
    for part, every in items.items():
        held = {one.id: one for one in every}
        for declared in CARD_KINDS:
            if part in declared.needs:
                for activity in declared.build(Readings({part.name: history(*every)}), desk):
                    for asked in (
                        Asked(kinds=frozenset({TimelineKind[activity.kind.name]})),
                        Asked(channels=frozenset({activity.channel or Channel.OTHER})),
                    ):
                        wanted = source_filter(scope, asked, part)
                        assert wanted is not None
                        assert wanted.admits(held[activity.id]), (part.name, declared.kind)
                        told += 1
    assert told > 100


async def test_a_cursor_goes_on_below_its_place_in_every_part() -> None:
    place = Place(NOW, "correspondence", OWNER, "L5")
    for part in ("debt", "correspondence", "interaction"):
        for owner in (OWNER, crn(2)):
            start = before(place, part, owner)
            assert start is not None
            for at in (NOW, NOW - timedelta(microseconds=1), NOW + timedelta(microseconds=1)):
                for number in ("L4", "L5", "L6"):
                    lower = Place(at, part, owner, number) < place
                    assert lower == ((at, number) < (start.at, start.id))


async def test_a_kind_that_has_no_card_here_has_no_entry() -> None:
    policy = ruled(off=("INBOUND_CALL",), pinned={})
    page = await page_of(body_with({INTERACTION: history(happened(CALL, NOW))}, policy=policy))
    assert page.edges == ()


async def test_the_same_number_in_two_systems_is_two_events() -> None:
    body = body_with(
        {
            INTERACTION: history(happened(CALL, NOW, source=SourceRef("a", "1"))),
            CORRESPONDENCE: history(written(SMS, NOW, source=SourceRef("b", "1"))),
        }
    )
    assert len(await walked(body)) == 2
