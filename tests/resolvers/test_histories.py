"""Histories: pages from the reading and then from the source; filters; days in the policy's zone."""

from datetime import UTC, date, timedelta
from typing import Any

import msgspec
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from resolvers.cards.activity import Kind
from resolvers.histories import history_page, narrowed
from resolvers.refusal import Refusal
from sources.errors import BadData, Fault
from sources.parts import INTERACTION
from sources.parts.interaction import Channel, InteractionKind
from sources.source import EVERYTHING, Filter
from sources.words import Word
from tests.people import NOW, POLICY, Body, body_with, picture_of, there
from tests.records import CALL, ONLINE, crn, happened, history, sydney

MINUTE = timedelta(minutes=1)


def calls(count: int) -> list[Any]:
    return [happened(CALL, NOW - MINUTE * (number // 2), id=f"I{number:03}") for number in range(count)]


async def ids(body: Body, first: int, wanted: Filter = EVERYTHING) -> list[str]:
    """The numbers of all items, page by page, each page a request of its own."""
    found: list[str] = []
    after = None
    while True:
        seen = await picture_of(body, [INTERACTION])
        page = await there(
            history_page(seen.scope, seen, INTERACTION, wanted, first, after, ["interactions"])
        )
        assert len(page.edges) <= first
        found += [edge.node.id for edge in page.edges]
        if not page.page_info.has_next_page:
            return found
        after = page.page_info.end_cursor


@settings(max_examples=30, deadline=None)
@given(st.integers(0, 25), st.integers(1, 7))
async def test_paging_a_history_to_its_end_gives_each_item_once(count: int, first: int) -> None:
    items = calls(count)
    body = body_with({INTERACTION: history(*items)})
    assert await ids(body, first) == [one.id for one in history(*items).items]
    assert body.sources["interaction"].pages == []  # the reading holds everything


@settings(max_examples=30, deadline=None)
@given(st.integers(1, 25), st.integers(1, 25), st.integers(1, 7))
async def test_what_the_reading_does_not_hold_comes_from_the_source(
    count: int, held: int, first: int
) -> None:
    every = history(*calls(count)).items
    newest = history(*every[:held], complete_since=every[min(held, count) - 1].at)
    body = body_with({INTERACTION: newest})
    body.sources["interaction"].older = history(*every)
    assert await ids(body, first) == [one.id for one in every]


@settings(max_examples=40, deadline=None)
@given(st.data(), st.integers(2, 30), st.integers(1, 7))
async def test_a_reading_with_holes_where_it_is_not_complete_jumps_over_nothing(
    data: st.DataObject, count: int, first: int
) -> None:
    """As of two systems of which one reaches back further than the other."""
    every = history(*calls(count)).items
    edge = data.draw(st.integers(0, count - 1))
    kept = [one for place, one in enumerate(every) if place <= edge or data.draw(st.booleans())]
    body = body_with({INTERACTION: history(*kept, complete_since=every[edge].at)})
    body.sources["interaction"].older = history(*every)
    assert await ids(body, first) == [one.id for one in every]


async def test_what_a_source_could_not_give_of_an_older_page_is_told_at_its_path() -> None:
    body = body_with({INTERACTION: history(*calls(3), complete_since=NOW)})
    body.sources["interaction"].older = history(*calls(5))
    body.sources["interaction"].gaps = (BadData("told", "record"),)
    seen = await picture_of(body, [INTERACTION])
    page = await there(history_page(seen.scope, seen, INTERACTION, EVERYTHING, 10, None, ["a", "calls"]))
    assert len(page.edges) == 5
    assert [(one.path, one.fault.code) for one in seen.scope.failures] == [
        (("a", "calls"), "SOURCE_BAD_DATA")
    ]


async def test_a_source_that_fails_on_an_older_page_says_so() -> None:
    body = body_with({INTERACTION: history(*calls(3), complete_since=NOW)})
    body.sources["interaction"].older = Fault("told")
    with pytest.raises(Fault):
        await ids(body, 10)


async def test_a_cursor_is_bound_to_its_customer_and_its_filter() -> None:
    body = body_with({INTERACTION: history(*calls(5))})
    seen = await picture_of(body, [INTERACTION])
    page = await there(history_page(seen.scope, seen, INTERACTION, EVERYTHING, 2, None, ["interactions"]))
    other = body_with({INTERACTION: history(happened(CALL, NOW, crn=crn(2)))}, owner=crn(2))
    stranger = await picture_of(other, [INTERACTION], owner=crn(2))
    for shown, wanted in ((seen, Filter(kinds=frozenset({"CHAT"}))), (stranger, EVERYTHING)):
        with pytest.raises(Refusal, match="BAD_USER_INPUT"):
            history_page(
                shown.scope, shown, INTERACTION, wanted, 2, page.page_info.end_cursor, ["interactions"]
            )


async def test_a_filter_narrows_every_page_and_its_order_makes_no_other_list() -> None:
    items = [
        happened(kind, NOW - MINUTE * n)
        for n, kind in enumerate([CALL, ONLINE, CALL, InteractionKind.CHAT] * 3)
    ]
    body = body_with({INTERACTION: history(*items)})
    wanted = Filter(kinds=frozenset({"INBOUND_CALL", "CHAT"}))
    assert await ids(body, 2, wanted) == [one.id for one in items if one.kind is not ONLINE]


@pytest.mark.parametrize(
    ("wanted", "admitted"),
    [
        (EVERYTHING, True),
        (Filter(ids=frozenset({"I1"})), True),
        (Filter(ids=frozenset({"I2"})), False),
        (Filter(kinds=frozenset({"INBOUND_CALL"})), True),
        (Filter(kinds=frozenset({"CHAT"})), False),
        (Filter(channels=frozenset({"PHONE"})), True),
        (Filter(channels=frozenset({"EMAIL"})), False),
        (Filter(kinds=frozenset({"INBOUND_CALL"}), channels=frozenset({"EMAIL"})), False),
        (Filter(since=NOW, until=NOW), True),
        (Filter(since=NOW + timedelta(microseconds=1)), False),
        (Filter(until=NOW - timedelta(microseconds=1)), False),
    ],
)
def test_a_filter_admits_what_it_says(wanted: Filter, admitted: bool) -> None:
    assert wanted.admits(happened(CALL, NOW, id="I1")) == admitted


@pytest.mark.parametrize("words", [Kind, Channel, InteractionKind])
def test_a_word_is_found_by_its_code(words: type[Word]) -> None:
    codes = frozenset(word.value for word in words)
    assert codes == frozenset(words)
    assert all(word in codes for word in words)


@pytest.mark.parametrize(
    ("day", "hours"), [("2025-03-10", 24), ("2025-10-05", 23), ("2025-04-06", 25), ("2024-02-29", 24)]
)
async def test_a_filter_of_a_day_takes_all_of_its_hours_and_no_other(day: str, hours: int) -> None:
    wanted = narrowed(Body().scope(), since=date.fromisoformat(day), until=date.fromisoformat(day))
    assert wanted.since is not None
    assert wanted.until is not None
    begin, end = wanted.since.astimezone(UTC), wanted.until.astimezone(UTC)
    assert begin == sydney(f"{day}T00:00")
    assert end - begin == timedelta(hours=hours) - timedelta(microseconds=1)


async def test_the_last_hour_of_a_day_belongs_to_it_both_times() -> None:
    policy = msgspec.structs.replace(
        POLICY, zone="America/Santiago"
    )  # at midnight the clocks go back to 23:00
    day = date(2025, 4, 5)
    wanted = narrowed(Body(policy=policy).scope(), since=day, until=day)
    assert wanted.since is not None
    assert wanted.until is not None
    length = wanted.until.astimezone(UTC) - wanted.since.astimezone(UTC)
    assert length == timedelta(hours=25) - timedelta(microseconds=1)


@pytest.mark.parametrize(("since", "until"), [(date.min, date.max), (None, date.max), (date.min, None)])
async def test_a_filter_reaches_from_the_first_day_to_the_last(
    since: date | None, until: date | None
) -> None:
    wanted = narrowed(Body().scope(), since=since, until=until)
    assert wanted.admits(happened(CALL, NOW))


async def test_days_that_stand_the_wrong_way_round_are_refused() -> None:
    with pytest.raises(Refusal, match="BAD_USER_INPUT"):
        narrowed(Body().scope(), since=date(2025, 3, 10), until=date(2025, 3, 9))
