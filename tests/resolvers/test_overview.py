"""The overview: what is in the window, what is missing, and until when it holds."""

from datetime import UTC, date, datetime, timedelta
from typing import Any

import msgspec
import pytest

from resolvers.alerts.notice import Matter
from resolvers.cards.activity import Kind
from resolvers.completeness import Completeness
from resolvers.refusal import Refusal
from resolvers.sections import SectionState, SectionStatus
from sources.errors import BadData, Fault, SourceTimeout, SourceUnavailable, WrongSubject
from sources.parts import CORRESPONDENCE, CUSTOMER, DEBT, ENTITLEMENT, INTERACTION, OWNERSHIP, Entitlement
from sources.parts.correspondence import CorrespondenceChannel
from sources.parts.interaction import Channel
from sources.parts.ownership import Lock
from tests.people import NOW, OFFICER, PARTNER, POLICY, Body, body_with, overview_of, ruled, silent
from tests.records import (
    CALL,
    LETTER,
    OWNER,
    SMS,
    crn,
    debt,
    happened,
    history,
    letter_of,
    owned,
    sydney,
    written,
)

TODAY = date(2025, 3, 10)
PUSH = CorrespondenceChannel.PUSH


def told(*records: Any, **cut: Any) -> Any:
    return history(*records, **cut)


async def shown(body: Body, since: date | None = None, caller: Any = OFFICER) -> list[tuple[str, str]]:
    """Day and kind of each card."""
    made = (await overview_of(body, since, caller)).cards(None, None, 100, None)
    return [(edge.node.date.isoformat(), edge.node.kind.value) for edge in made.edges]


def section(made: Any, name: str) -> SectionStatus:
    found: SectionStatus = next(one for one in made.sections if one.source == name)
    return found


@pytest.mark.parametrize(
    ("day", "channel", "there"),
    [
        ("2025-02-10", LETTER, True),  # 28 days
        ("2025-02-09", LETTER, False),
        ("2025-03-10", LETTER, True),
        ("2025-03-11", LETTER, True),  # dated ahead
        ("2025-03-03", SMS, True),  # 7 days
        ("2025-03-02", SMS, False),
        ("2025-03-03", PUSH, True),
        ("2025-03-02", PUSH, False),
        ("2025-02-10", CorrespondenceChannel.EMAIL, True),
        ("2025-02-09", CorrespondenceChannel.EMAIL, False),
    ],
)
async def test_a_window_includes_both_its_end_days(day: str, channel: Any, there: bool) -> None:
    """BR-CO-10, BR-CO-44."""
    for time in ("00:00", "23:59:59"):
        body = body_with({CORRESPONDENCE: told(written(channel, sydney(f"{day}T{time}")))})
        assert bool(await shown(body)) == there


async def test_in_a_leap_year_the_window_begins_a_day_later_in_february() -> None:
    letters = told(letter_of("2024-02-11"), letter_of("2024-02-10"))
    body = body_with({CORRESPONDENCE: letters}, now=sydney("2024-03-10T12:00"))
    assert await shown(body) == [("2024-02-11", "ONLINE_LETTER")]


async def test_messages_of_seven_days_ago_are_still_red() -> None:
    """BR-CO-26."""
    body = body_with({CORRESPONDENCE: told(written(SMS, sydney("2025-03-03T00:00")))})
    (edge,) = (await overview_of(body)).cards(None, None, 10, None).edges
    assert edge.node.recency is not None
    assert (edge.node.recency.label, edge.node.recency.emphasis.value) == ("7 days ago", "RED")


async def test_a_caller_may_ask_for_a_shorter_or_a_longer_window_of_every_kind() -> None:
    days = ("2025-03-09", "2025-03-02", "2025-02-01")
    body = body_with({CORRESPONDENCE: told(*(written(SMS, sydney(f"{day}T12:00")) for day in days))})
    assert len(await shown(body)) == 1
    assert len(await shown(body, TODAY)) == 0
    assert len(await shown(body, date(2025, 3, 2))) == 2
    assert len(await shown(body, date(2025, 2, 1))) == 3


async def test_a_window_longer_than_the_policy_allows_is_refused() -> None:
    furthest = TODAY - timedelta(days=POLICY.windows.longest_days)
    assert await shown(body_with({}), furthest) == []
    for since in (furthest - timedelta(days=1), date.min):
        with pytest.raises(Refusal, match="BAD_USER_INPUT"):
            await overview_of(body_with({}), since)


async def test_an_empty_window_says_so_and_a_full_one_does_not() -> None:
    """BR-CO-4."""
    assert (await overview_of(body_with({}))).empty_message == "No recent customer history."
    old = body_with({INTERACTION: told(happened(CALL, sydney("2025-01-01T12:00")))})
    assert (await overview_of(old)).empty_message == "No recent customer history."
    assert (await overview_of(old, date(2025, 1, 1))).empty_message is None


async def test_kinds_that_the_policy_switched_off_are_neither_shown_nor_missed() -> None:
    records = {DEBT: told(debt("1", NOW)), OWNERSHIP: owned(lock=Lock("K1", "Litigation", NOW))}
    assert len(await shown(body_with(records))) == 2
    body = body_with(
        records,
        policy=silent(ruled(off=("APPOINTMENT", "DEBT", "OWNERSHIP")), *(kind.value for kind in Matter)),
    )
    made = await overview_of(body)
    assert (made.cards(None, None, 10, None).edges, made.alerts) == ((), ())
    off = {section(made, part).status for part in ("debt", "ownership", "entitlement")}
    assert off == {SectionState.NOT_REQUESTED}
    assert made.completeness is Completeness.COMPLETE


async def test_a_part_is_asked_for_as_long_as_one_of_its_kinds_is_on() -> None:
    body = body_with({INTERACTION: told(happened(CALL, NOW))}, policy=ruled(off=("INBOUND_CALL",)))
    made = await overview_of(body)
    assert section(made, "interaction").status is SectionState.OK
    assert made.activities == ()


@pytest.mark.parametrize("fault", [SourceTimeout, SourceUnavailable, BadData, WrongSubject])
@pytest.mark.parametrize("part", [CUSTOMER, INTERACTION, CORRESPONDENCE, DEBT, OWNERSHIP], ids=str)
async def test_a_fault_costs_only_its_own_cards_and_is_named(part: Any, fault: type[Fault]) -> None:
    """BR-GW-2."""
    records = {
        INTERACTION: told(happened(CALL, NOW)),
        CORRESPONDENCE: told(written(SMS, NOW)),
        DEBT: told(debt("1", NOW)),
        OWNERSHIP: owned(lock=Lock("K1", "Litigation", NOW)),
    }
    body = body_with(records)
    whole = await shown(body_with(records))
    body.tell(part, fault("told"))
    made = await overview_of(body)
    assert made.completeness is Completeness.PARTIAL
    assert made.fresh_until == NOW
    failed = [one for one in made.sections if one.code is not None]
    assert [(one.source, one.code, one.item_count) for one in failed] == [(part.name, fault.code, None)]
    assert len(await shown(body)) == len(whole) - (part is not CUSTOMER)


async def test_what_a_source_does_not_know_is_not_missing() -> None:
    made = await overview_of(body_with({}))
    assert made.completeness is Completeness.COMPLETE
    assert section(made, "debt").status is SectionState.NOT_FOUND
    assert section(made, "debt").item_count == 0


async def test_what_a_caller_may_not_see_is_forbidden_and_not_missing() -> None:
    records = {OWNERSHIP: owned(lock=Lock("K1", "Litigation", NOW)), DEBT: told(debt("1", NOW))}
    made = await overview_of(body_with(records), caller=PARTNER)
    assert section(made, "ownership").status is SectionState.FORBIDDEN
    assert section(made, "ownership").as_of is None
    assert {one.kind for one in made.activities} == {Kind.DEBT}
    assert made.completeness is Completeness.COMPLETE


async def test_no_scope_for_overviews_means_no_overview() -> None:
    """BR-CO-5."""
    caller = msgspec.structs.replace(OFFICER, scopes=OFFICER.scopes - {"overview:read"})
    with pytest.raises(Refusal, match="FORBIDDEN_FIELD"):
        await overview_of(body_with({}), caller=caller)


async def test_what_is_older_than_it_should_be_is_stale_and_says_since_when() -> None:
    """BR-CO-7."""
    body = body_with({INTERACTION: told(happened(CALL, NOW))})
    await overview_of(body)
    body.clock.wait(16)
    made = await overview_of(body)
    assert made.completeness is Completeness.STALE
    assert section(made, "interaction").status is SectionState.STALE
    assert section(made, "interaction").as_of == NOW
    assert made.fresh_until == body.clock()


@pytest.mark.parametrize(
    ("complete_since", "cut"),
    [
        (None, False),
        ("2025-01-01T00:00", False),
        ("2025-02-10T00:00", False),
        ("2025-02-10T15:00", True),  # the morning of the window's first day may be missing
        ("2025-02-11T00:00", True),
        ("2025-03-10T09:00", True),
    ],
)
async def test_a_history_that_is_cut_off_inside_the_window_is_not_complete(
    complete_since: str | None, cut: bool
) -> None:
    """BR-GW-7."""
    since = sydney(complete_since) if complete_since else None
    made = await overview_of(body_with({INTERACTION: told(happened(CALL, NOW), complete_since=since)}))
    assert section(made, "interaction").truncated == cut
    assert made.completeness is (Completeness.PARTIAL if cut else Completeness.COMPLETE)


async def test_a_longer_window_finds_the_cut_that_the_usual_one_does_not() -> None:
    body = body_with({INTERACTION: told(happened(CALL, NOW), complete_since=sydney("2025-01-15T00:00"))})
    assert (await overview_of(body)).completeness is Completeness.COMPLETE
    assert (await overview_of(body, date(2025, 1, 15))).completeness is Completeness.COMPLETE
    assert (await overview_of(body, date(2025, 1, 14))).completeness is Completeness.PARTIAL


async def test_an_answer_is_fresh_as_long_as_its_first_part_to_age() -> None:
    records = {INTERACTION: told(happened(CALL, NOW)), CORRESPONDENCE: told(written(SMS, NOW))}
    everything = records | {DEBT: told(debt("1", NOW)), OWNERSHIP: owned(), ENTITLEMENT: Entitlement(OWNER)}
    assert (await overview_of(body_with(everything))).fresh_until == NOW + timedelta(seconds=15)
    assert (await overview_of(body_with(records))).fresh_until == NOW + timedelta(seconds=5)  # nothing known


@pytest.mark.parametrize("day", ["2025-03-10", "2025-10-04", "2025-10-05", "2025-04-05", "2025-04-06"])
async def test_an_answer_is_fresh_until_local_midnight_at_most(day: str) -> None:
    now = sydney(f"{day}T23:59:58")
    made = await overview_of(body_with({}, now=now))
    assert made.fresh_until.astimezone(UTC) == now + timedelta(seconds=2)
    assert (made.generated_at, made.restricted) == (now, False)


async def test_only_the_kinds_and_channels_asked_for_are_listed() -> None:
    body = body_with({INTERACTION: told(happened(CALL, NOW)), CORRESPONDENCE: told(written(SMS, NOW))})
    made = await overview_of(body)

    def listed(kinds: Any, channels: Any) -> list[str]:
        page = made.cards(kinds, channels, 10, None)
        assert page.total_count == len(page.edges)
        return [edge.node.kind.value for edge in page.edges]

    assert len(listed(None, None)) == len(listed([], [])) == 2
    assert listed([Kind.SMS], None) == listed(None, [Channel.SMS]) == ["SMS"]
    assert listed([Kind.SMS], [Channel.PHONE]) == []


async def test_cards_of_different_customers_never_share_an_id() -> None:
    ids = []
    for owner in (OWNER, crn(2)):
        records = {INTERACTION: told(happened(CALL, NOW, id="I1", crn=owner))}
        body = body_with(records, owner=owner)
        made = await overview_of(body, owner=owner)
        ids.append([edge.node.id for edge in made.cards(None, None, 10, None).edges])
        again = await overview_of(body_with(records, owner=owner), owner=owner)
        assert [edge.node.id for edge in again.cards(None, None, 10, None).edges] == ids[-1]
        assert owner not in ids[-1][0]
    assert ids[0] != ids[1]


async def test_a_moment_in_utc_falls_on_its_local_day() -> None:
    at = datetime(2025, 3, 9, 13, 30, tzinfo=UTC)  # half past midnight in Sydney
    body = body_with({INTERACTION: told(happened(CALL, at))})
    assert await shown(body) == [("2025-03-10", "INBOUND_CALL")]
