"""What was told of a reading is told again to whoever may be told the same, and to nobody else."""

import gc
from datetime import UTC, date, datetime, timedelta
from typing import Any

import msgspec
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from cache.remembered import Remembered
from resolvers.agreement import Agreement
from resolvers.caller import Caller
from resolvers.customer import picture
from resolvers.policy import TimelinePolicy
from resolvers.refusal import Refusal
from resolvers.timeline import TIMELINE_PARTS, Asked, Entry, Timeline, TimelineDay, timeline
from sources.errors import SourceUnavailable
from sources.parts import CORRESPONDENCE, CUSTOMER, ENTITLEMENT, INTERACTION
from sources.parts.customer import Relationship, RelationshipKind
from sources.parts.interaction import Outcome
from tests.people import EVERY_PART, NOW, OFFICER, PARTNER, POLICY, Body, body_with, ruled
from tests.records import CALL, OWNER, SMS, crn, customer, happened, history, written
from tests.resolvers.lives import lives
from tests.resolvers.test_timeline_properties import cut
from tests.resolvers.timelines import PATH, answer_of, histories, page_of, state, titles, walked, whole

DAY = timedelta(days=1)
NO_NUMBERS = msgspec.structs.replace(OFFICER, scopes=OFFICER.scopes - {"crn:read"})
CALLERS = st.sampled_from([OFFICER, PARTNER, NO_NUMBERS])


async def page_under(body: Body, agreement: Agreement, earliest: datetime | None = None) -> Timeline:
    """The page of a partner under an agreement."""
    loaders = body.loaders(PARTNER, agreement=agreement, earliest=earliest)
    seen = await picture(body.scope(PARTNER, loaders), OWNER, TIMELINE_PARTS)
    assert seen is not None
    return await timeline(seen, Asked(), 20, None, PATH)


def _ago(one: Entry | TimelineDay) -> int | None:
    return one.recency.days if one.recency is not None else None


async def test_a_page_of_the_same_readings_is_the_same_page() -> None:
    body = whole()
    first = await page_of(body)
    assert await page_of(body) is first
    shorter = await page_of(body, first=2)
    assert shorter.edges[0].node is first.edges[0].node
    assert (await page_of(whole())).edges[0].node is not first.edges[0].node


async def test_no_partner_is_shown_what_staff_were_and_no_officer_less() -> None:
    body = whole()
    for caller, officer in ((OFFICER, "ABC123"), (PARTNER, None), (OFFICER, "ABC123")):
        for first in (20, 3):
            page = await page_of(body, caller=caller, first=first)
            assert page.edges[0].node.officer == officer
            assert ("Locked to Families" in titles(await page_of(body, caller=caller))) == bool(officer)
        found = titles(await page_of(body, Asked(text="abc123"), caller=caller))
        assert bool(found) == bool(officer)


async def test_under_a_mask_nobody_is_shown_what_others_were() -> None:
    body = whole()
    every = titles(await page_of(body))
    partners = titles(await page_of(body, caller=PARTNER))
    days = msgspec.structs.replace(EVERY_PART, days=2)
    late = titles(await page_under(body, days, NOW - 2 * DAY))
    assert "Report income" in late
    assert "Your payment" not in late
    fewer = msgspec.structs.replace(EVERY_PART, parts=EVERY_PART.parts - {"correspondence", "entitlement"})
    assert titles(await page_under(body, fewer)) == [
        "Asked about a payment",
        "Report income",
        "Debt raised: FTB INC",
    ]
    assert titles(await page_under(body, EVERY_PART)) == partners
    assert titles(await page_of(body)) == every


async def test_what_was_read_anew_is_told_anew_and_the_old_is_nowhere() -> None:
    body = whole()
    assert "Report income" in titles(await page_of(body))
    assert body.pieces is not None
    remembered = body.pieces.remembered
    assert len(remembered) > 0
    assert len(body.pieces) > 0
    body.tell(INTERACTION, history(happened(CALL, NOW, title="Another")))
    assert "Another" not in titles(await page_of(body))
    await body.cache.invalidate(OWNER)
    gc.collect()
    assert (len(remembered), remembered.bytes, len(body.pieces)) == (0, 0, 0)
    assert titles(await page_of(body))[:2] == ["Another", "Your payment"]


async def test_when_one_part_is_read_anew_no_page_of_the_old_one_stays() -> None:
    body = whole()
    await page_of(body)
    body.tell(CORRESPONDENCE, history(written(SMS, NOW, title="New")))
    await body.cache.invalidate(OWNER, CORRESPONDENCE.name)
    assert titles(await page_of(body))[:2] == ["New", "Asked about a payment"]


async def test_related_people_are_told_with_their_numbers_to_whom_these_are_shown() -> None:
    related = (Relationship(RelationshipKind.PARTNER, crn(2)),)
    body = body_with({CUSTOMER: customer(relationships=related), INTERACTION: history(happened(CALL, NOW))})
    body.tell(CUSTOMER, customer(crn(2)), crn(2))
    body.tell(INTERACTION, history(happened(CALL, NOW - DAY, crn=crn(2))), crn(2))
    asked = Asked(related=frozenset({RelationshipKind.PARTNER}))
    for _ in range(2):
        for caller, number in ((OFFICER, crn(2)), (NO_NUMBERS, None)):
            own, other = (edge.node.person for edge in (await page_of(body, asked, caller=caller)).edges)
            assert own is None
            assert other is not None
            assert other.crn == number
        (edge,) = (await page_of(body, owner=crn(2))).edges
        assert edge.node.person is None


async def test_how_long_ago_it_was_is_told_as_of_today() -> None:
    evening = datetime(2025, 3, 10, 12, 59, 55, tzinfo=UTC)  # five seconds before midnight in Sydney
    body = body_with({INTERACTION: history(happened(CALL, evening - timedelta(hours=1)))}, now=evening)
    today = await page_of(body)
    body.clock.wait(9)
    tomorrow = await page_of(body)
    assert body.times_asked(INTERACTION) == 1
    assert [_ago(page.edges[0].node) for page in (today, tomorrow)] == [0, 1]
    assert [_ago(page.days[0]) for page in (today, tomorrow)] == [0, 1]


async def test_another_policy_is_told_by_its_own_rules() -> None:
    body = whole()
    page = await page_of(body)
    body.policy = ruled(off=("INBOUND_CALL",))
    assert titles(await page_of(body)) == titles(page)[1:]
    body.policy = msgspec.structs.replace(POLICY, zone="UTC")
    assert (await page_of(body)).edges[0].node.day == date(2025, 3, 9)


async def test_what_failed_is_told_to_everybody_and_every_time() -> None:
    body = whole()
    body.tell(CORRESPONDENCE, SourceUnavailable("told"))
    for _ in range(3):
        _, failed = await answer_of(body)
        assert failed == ["SOURCE_UNAVAILABLE"]
    body.tell(CORRESPONDENCE, history(written(SMS, NOW)))
    page, failed = await answer_of(body)
    assert failed == []
    assert titles(page)[0] == "Your payment"


async def test_what_failed_for_one_is_forbidden_to_another() -> None:
    body = whole()
    body.tell(ENTITLEMENT, SourceUnavailable("told"))
    fewer = msgspec.structs.replace(OFFICER, scopes=OFFICER.scopes - {"claims:read"})
    for _ in range(2):
        for caller, status in ((OFFICER, "UNAVAILABLE"), (fewer, "FORBIDDEN")):
            assert state(await page_of(body, caller=caller), "entitlement").status.value == status


async def test_each_page_is_remembered_by_its_own_place() -> None:
    body = whole()
    every = [edge.node for edge in (await page_of(body)).edges]
    for _ in range(2):
        assert await walked(body, first=2) == every


async def test_a_page_that_a_source_was_asked_for_is_asked_for_again() -> None:
    calls = [happened(CALL, NOW - DAY * number) for number in range(6)]
    body = body_with({INTERACTION: history(*calls)}, policy=ruled(pinned={}))
    cut(body, 2)
    for times in (1, 2):
        assert len((await page_of(body, first=5)).edges) == 5
        assert len(body.sources["interaction"].pages) == times


@settings(max_examples=60, deadline=None)
@given(
    lives(),
    st.integers(0, 4),
    st.lists(
        st.tuples(
            CALLERS,
            st.integers(1, 9),
            st.sampled_from(
                [
                    Asked(),
                    Asked(text="asked"),
                    Asked(outcomes=frozenset({Outcome.SUCCESS})),
                    Asked(since=date(2025, 2, 20)),
                ]
            ),
            st.booleans(),
        ),
        min_size=1,
        max_size=8,
    ),
)
async def test_whoever_asked_before_everybody_is_told_what_they_would_be_told_alone(
    lived: list[Any], share: int, turns: list[tuple[Caller, int, Asked, bool]]
) -> None:
    def made() -> Body:
        rules = TimelinePolicy(room=2, scanned=3)
        body = body_with(histories(lived), policy=msgspec.structs.replace(POLICY, timeline=rules))
        cut(body, share)
        return body

    shared, after = made(), dict[Any, Any]()
    for caller, first, asked, goes_on in turns:
        start = after.get(asked) if goes_on else None
        told = await answer_of(shared, asked, first, start, caller)
        assert told == await answer_of(made(), asked, first, start, caller)
        after[asked] = told[0].page_info.end_cursor if told[0].page_info.has_next_page else None


class _Reading:
    """Anything that can be remembered of."""


def test_nothing_is_remembered_of_what_is_gone() -> None:
    kept, one, other = Remembered(100), _Reading(), _Reading()
    kept.put([one], "alone", "1", 10)
    kept.put([one, other], "both", "2", 20)
    assert kept.read([one, other], "both") == "2"
    assert kept.read([other, one], "both") is None
    assert kept.read([one], "otherwise") is None
    del other
    gc.collect()
    assert (len(kept), kept.bytes, kept.read([one], "alone")) == (1, 10, "1")
    del one
    gc.collect()
    assert (len(kept), kept.bytes) == (0, 0)


def test_the_least_recently_used_makes_room() -> None:
    kept, readings = Remembered(100), [_Reading() for _ in range(4)]
    for one in readings[:3]:
        kept.put([one], "", "kept", 30)
    assert kept.read(readings[:1], "") == "kept"
    kept.put(readings[3:], "", "kept", 30)
    assert [kept.read([one], "") for one in readings] == ["kept", None, "kept", "kept"]
    kept.put(readings[:1], "", "larger", 101)
    assert kept.read(readings[:1], "") is None
    assert kept.bytes == 60


@settings(max_examples=50, deadline=None)
@given(st.lists(st.tuples(st.integers(0, 5), st.integers(0, 5), st.integers(1, 60), st.booleans())))
def test_it_never_holds_more_than_it_may_and_knows_how_much(
    turns: list[tuple[int, int, int, bool]],
) -> None:
    kept, readings = Remembered(100), [_Reading() for _ in range(6)]
    for one, other, weight, forgotten in turns:
        some = [readings[one], readings[other]]
        kept.put(some, weight % 3, weight, weight)
        assert kept.read(some, weight % 3) == weight
        if forgotten:
            some.clear()
            readings[one] = _Reading()
        assert kept.bytes <= 100
        assert (kept.bytes == 0) == (len(kept) == 0)


async def test_a_refused_caller_is_refused_whatever_was_told_before() -> None:
    body = whole()
    await page_of(body)
    caller = msgspec.structs.replace(OFFICER, scopes=frozenset({"customer:read"}))
    for _ in range(2):
        with pytest.raises(Refusal, match="FORBIDDEN_FIELD"):
            await page_of(body, caller=caller)
