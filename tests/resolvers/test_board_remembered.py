"""The board of the same readings is the same board, for whoever may be shown it, and as long as it holds."""

import gc
from datetime import UTC, datetime, timedelta

import msgspec

from resolvers.agreement import Agreement
from resolvers.call import CallContext
from resolvers.cards.activity import Kind
from resolvers.customer import picture
from resolvers.overview import OVERVIEW_PARTS, Overview, overview
from sources.parts import CORRESPONDENCE, ENTITLEMENT, INTERACTION, Entitlement
from sources.parts.entitlement import Appointment, AppointmentProvider, AppointmentStatus
from tests.people import (
    EVERY_PART,
    NOW,
    OFFICER,
    PARTNER,
    POLICY,
    Body,
    body_with,
    overview_of,
    picture_of,
    ruled,
)
from tests.records import CALL, OWNER, SMS, happened, history, written
from tests.resolvers.timelines import whole

DAY = timedelta(days=1)


def titles(made: Overview) -> list[str]:
    return [edge.node.title for edge in made.cards(None, None, 100, None).edges]


async def shown(body: Body) -> Overview:
    """An overview of readings that are at hand."""
    await overview_of(body)
    return await overview_of(body)


async def under(body: Body, agreement: Agreement, earliest: datetime | None = None) -> Overview:
    """What a partner is shown under an agreement."""
    loaders = body.loaders(PARTNER, agreement=agreement, earliest=earliest)
    seen = await picture(body.scope(PARTNER, loaders), OWNER, OVERVIEW_PARTS)
    assert seen is not None
    return overview(seen, None)


async def test_what_was_just_read_is_not_kept_and_what_is_at_hand_is_the_same_for_everybody() -> None:
    body = whole()
    first, second, third = [await overview_of(body) for _ in range(3)]
    assert first.activities is not second.activities
    assert second.activities is third.activities
    assert second.cards(None, None, 20, None) is third.cards(None, None, 20, None)
    assert second.likely_reasons(3) is third.likely_reasons(3)
    assert first.cards(None, None, 20, None) == third.cards(None, None, 20, None)
    assert first.likely_reasons(3) == third.likely_reasons(3)
    assert second.cards(None, None, 1, None).edges == second.cards(None, None, 20, None).edges[:1]


async def test_who_may_see_less_is_shown_a_board_of_less() -> None:
    body = whole()
    every = titles(await shown(body))
    assert "Your payment" in every
    fewer = msgspec.structs.replace(EVERY_PART, parts=EVERY_PART.parts - {CORRESPONDENCE.name})
    assert titles(await under(body, fewer)) == [
        one for one in every if one not in ("Your payment", "A letter")
    ]
    late = titles(await under(body, msgspec.structs.replace(EVERY_PART, days=2), NOW - 2 * DAY))
    assert "Your payment" not in late
    assert titles(await overview_of(body)) == every
    narrow = msgspec.structs.replace(OFFICER, scopes=OFFICER.scopes - {"debts:read"})
    assert not {Kind.DEBT} & {one.kind for one in (await overview_of(body, caller=narrow)).activities}


async def test_what_was_read_anew_is_shown_anew_and_the_old_is_nowhere() -> None:
    body = whole()
    assert "Report income" in titles(await shown(body))
    assert body.pieces is not None
    remembered = body.pieces.remembered
    assert len(remembered) == 1 + len(body.pieces)
    assert len(body.pieces) == 1
    assert remembered.bytes > 0
    body.tell(INTERACTION, history(happened(CALL, NOW, title="Another")))
    assert "Another" not in titles(await overview_of(body))
    await body.cache.invalidate(OWNER)
    gc.collect()
    assert (len(remembered), remembered.bytes, len(body.pieces)) == (0, 0, 0)
    assert titles(await overview_of(body))[:1] == ["Another"]


async def test_an_appointment_has_its_card_from_its_hour_on() -> None:
    at = NOW + timedelta(seconds=3)
    booked = Appointment("A1", AppointmentProvider.SERV_AU, at, AppointmentStatus.BOOKED)
    body = body_with({ENTITLEMENT: Entitlement(OWNER, appointments=(booked,))})
    assert titles(await shown(body)) == []
    body.clock.wait(2.999)
    assert titles(await overview_of(body)) == []
    body.clock.wait(0.001)
    (title,) = titles(await overview_of(body))
    assert "appointment" in title.lower()
    body.clock.wait(-1)
    assert titles(await overview_of(body)) == []
    assert body.times_asked(ENTITLEMENT) == 1


async def test_how_long_ago_it_was_is_told_as_of_today() -> None:
    evening = datetime(2025, 3, 10, 12, 59, 55, tzinfo=UTC)  # five seconds before midnight in Sydney
    body = body_with({INTERACTION: history(happened(CALL, evening - timedelta(hours=1)))}, now=evening)
    ages = []
    for seconds in (0, 0, 9):
        body.clock.wait(seconds)
        (edge,) = (await overview_of(body)).cards(None, None, 20, None).edges
        ages.append(edge.node.recency.days if edge.node.recency is not None else None)
    assert ages == [0, 0, 1]
    assert body.times_asked(INTERACTION) == 1


async def test_another_policy_call_or_window_has_a_board_of_its_own() -> None:
    body = body_with(
        {INTERACTION: history(happened(CALL, NOW, call_id="c-1"), happened(CALL, NOW - 20 * DAY))}
    )
    assert len((await shown(body)).activities) == 2
    for _ in range(2):
        seen = await picture_of(body)
        assert len(overview(seen, None, None, CallContext("c-1")).activities) == 1
        assert len(titles(overview(seen, (NOW - DAY).date()))) == 1
        assert len(titles(overview(seen, None))) == 2
    body.policy = ruled(off=(CALL.name,))
    assert titles(await overview_of(body)) == []
    body.policy = msgspec.structs.replace(POLICY, zone="UTC")
    assert len(titles(await overview_of(body))) == 2


async def test_a_later_page_goes_on_with_the_list_of_the_first() -> None:
    body = body_with({CORRESPONDENCE: history(*[written(SMS, NOW - DAY * number) for number in range(5)])})
    for _ in range(2):
        found, after = [], None
        for _ in range(3):
            page = (await overview_of(body)).cards(None, None, 2, after)
            found += [edge.node.id for edge in page.edges]
            after = page.page_info.end_cursor
        assert len(set(found)) == len(found) == 5


async def test_without_pieces_nothing_is_remembered() -> None:
    body = whole()
    body.pieces = None
    one, other = await shown(body), await overview_of(body)
    assert one.activities is not other.activities
    assert titles(one) == titles(other)
