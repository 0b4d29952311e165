"""Filing: whatever order and number rows come in, each stands under the customer that it names or nowhere."""

from datetime import timedelta
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from sources.errors import BadData, SourceUnavailable, WrongSubject
from sources.http.filing import filed_histories, filed_records
from sources.http.reading import Heard
from sources.parts import CUSTOMER, INTERACTION
from sources.parts.history import is_in_order
from sources.source import NothingKnown, Reading, SubjectMismatch
from sources.window import Window
from tests.people import NOW, Told
from tests.records import OWNER, crn
from tests.sources.http.telephony import (
    BATCH,
    BATCH_SINCE,
    GET,
    PEOPLE,
    RECORD,
    SINCE,
    asking,
    call,
    check_nothing_is_said_of,
    ids,
)
from tests.sources.specimens import customer, interaction

OTHER, THIRD, STRANGER = crn(2), crn(3), crn(9)
THERE = f"/customers/{OWNER}/calls"
ANSWER = '[interaction.answer]\nrows = "calls"\nunknown = "unknown"\n'
COVERAGE = ANSWER + 'complete = { each = "coverage", crn = "customer", since = "from" }\n'


async def test_rows_in_any_order_are_put_in_order_each_once() -> None:
    rows = [
        call(OTHER, "I4", 1),
        call(OWNER, "I2", 20),
        call(OWNER, "I1", 5),
        call(OWNER, "I2", 20),
        call(OTHER, "I3"),
    ]
    async with asking(BATCH + RECORD, {"/calls": rows}) as source:
        outcomes = await source.fetch(OWNER, OTHER)
        assert (ids(outcomes[OWNER]), ids(outcomes[OTHER])) == (["I1", "I2"], ["I3", "I4"])
        assert source.told(SubjectMismatch) == []


async def test_answers_that_were_swapped_are_nobodys() -> None:
    answers = {f"/people/{OWNER}": {"id": OTHER}, f"/people/{OTHER}": {"id": OWNER}}
    async with asking(
        PEOPLE.replace("[customer.batch]", "[customer.batch]\nsize = 1"), answers, "customer"
    ) as source:
        for one in (OWNER, OTHER):
            assert isinstance(await source.one(one), WrongSubject)
        assert source.told(SubjectMismatch) == [SubjectMismatch("customer", "telephony", 1)] * 2
        check_nothing_is_said_of([OWNER, OTHER], [await source.one(OWNER)], source.events)


@pytest.mark.parametrize("mapping", [BATCH, BATCH_SINCE])
async def test_a_row_about_a_stranger_leaves_it_open_whose_it_was(mapping: str) -> None:
    async with asking(mapping + RECORD, {"/calls": [call(OWNER, "I1"), call(STRANGER, "I2")]}) as source:
        outcomes = await source.fetch(OWNER, OTHER)
        assert ids(outcomes[OWNER]) == ["I1"]
        assert isinstance(outcomes[OTHER], WrongSubject)
        assert source.told(SubjectMismatch) == [SubjectMismatch("interaction", "telephony", 1)]
        check_nothing_is_said_of([OWNER, OTHER, STRANGER], outcomes.values(), source.events)


@pytest.mark.parametrize(("mapping", "part"), [(BATCH + RECORD, "interaction"), (PEOPLE, "customer")])
async def test_strangers_who_cost_nobody_anything_are_told_of_too(mapping: str, part: str) -> None:
    rows: Any = [{"id": one} for one in (OWNER, OTHER, STRANGER)]
    if part == "interaction":
        rows = [call(one["id"], f"I{index}") for index, one in enumerate(rows)]
    async with asking(mapping, {"/calls": rows, "/people": rows}, part) as source:
        outcomes = await source.fetch(OWNER, OTHER)
        assert {type(one) for one in outcomes.values()} == {Reading}
        assert source.told(SubjectMismatch) == [SubjectMismatch(part, "telephony", 1)]


async def test_a_row_about_a_stranger_that_cannot_be_mapped_is_a_security_event_too() -> None:
    bad = call(STRANGER, "I1") | {"at": "soon"}
    async with asking(BATCH + RECORD, {"/calls": [bad]}) as source:
        assert isinstance(await source.one(OWNER), WrongSubject)
        assert source.told(SubjectMismatch) == [SubjectMismatch("interaction", "telephony", 1)]
    async with asking(BATCH + RECORD, {"/calls": [bad, call(OWNER, "I2")]}) as source:
        assert ids(await source.one(OWNER)) == ["I2"]
        assert source.told(SubjectMismatch) == [SubjectMismatch("interaction", "telephony", 1)]


async def test_of_records_too_and_whoever_lost_one_is_told_of() -> None:
    rows = [{"id": OWNER}, {"id": STRANGER}, {"id": STRANGER}, {"id": crn(8), "title": []}]
    async with asking(PEOPLE, {"/people": rows}, "customer") as source:
        outcomes = await source.fetch(OWNER, OTHER)
        assert isinstance(outcomes[OWNER], Reading)
        assert isinstance(outcomes[OTHER], WrongSubject)
        assert source.told(SubjectMismatch) == [SubjectMismatch("customer", "telephony", 1)]


@pytest.mark.parametrize(
    ("rows", "reason"),
    [
        ([{"id": OWNER, "title": "Ms"}, {"id": OWNER, "title": "Ms"}], None),
        ([{"id": OWNER, "title": "Ms"}, {"id": OWNER, "title": "Dr"}], "doubled"),
        (
            [{"id": OWNER, "title": "Ms"}, {"id": OWNER, "title": "Dr"}, {"id": OWNER, "title": "Ms"}],
            "doubled",
        ),
        ([{"id": OWNER, "title": "Ms"}, {"id": OWNER, "title": []}], "record"),
        ([{"id": OWNER, "title": []}], "record"),
    ],
)
async def test_two_words_about_one_customer_are_bad_data_for_that_one(rows: Any, reason: str | None) -> None:
    async with asking(PEOPLE, {"/people": [*rows, {"id": OTHER}]}, "customer") as source:
        outcomes = await source.fetch(OWNER, OTHER)
        assert isinstance(outcomes[OTHER], Reading)
        if reason is None:
            assert outcomes[OWNER].record.title == "Ms"
        else:
            assert (type(outcomes[OWNER]), outcomes[OWNER].reason) == (BadData, reason)


@pytest.mark.parametrize("mapping", [BATCH, BATCH_SINCE])
async def test_who_is_in_neither_list_could_not_be_had(mapping: str) -> None:
    answer = {"calls": [call(OWNER, "I1")], "unknown": [OTHER]}
    async with asking(mapping + ANSWER + RECORD, {"/calls": answer}) as source:
        outcomes = await source.fetch(OWNER, OTHER, THIRD)
        assert ids(outcomes[OWNER]) == ["I1"]
        assert isinstance(outcomes[OTHER], NothingKnown)
        assert (type(outcomes[THIRD]), outcomes[THIRD].reason) == (SourceUnavailable, "partial")


async def test_of_records_too_and_when_the_list_is_missing() -> None:
    mapping = PEOPLE + '[customer.answer]\nrows = "people"\nunknown = "unknown"\n'
    for unknown, kind in (([OTHER], NothingKnown), ([], SourceUnavailable), (None, SourceUnavailable)):
        async with asking(
            mapping, {"/people": {"people": [{"id": OWNER}], "unknown": unknown}}, "customer"
        ) as source:
            outcomes = await source.fetch(OWNER, OTHER)
            assert [type(outcomes[one]) for one in (OWNER, OTHER)] == [Reading, kind]


async def test_a_coverage_counts_as_a_word_about_a_customer() -> None:
    answer = {"calls": [], "unknown": [], "coverage": [{"customer": OWNER, "from": "2025-01-01T00:00:00Z"}]}
    async with asking(BATCH_SINCE + COVERAGE + RECORD, {"/calls": answer}) as source:
        outcomes = await source.fetch(OWNER, OTHER)
        assert outcomes[OWNER].record.complete_since.isoformat() == "2025-01-01T00:00:00+00:00"
        assert (type(outcomes[OTHER]), outcomes[OTHER].reason) == (SourceUnavailable, "partial")


async def test_a_row_about_somebody_listed_as_unknown_counts() -> None:
    answer = {"calls": [call(OWNER, "I1")], "unknown": [OWNER]}
    async with asking(BATCH_SINCE + ANSWER + RECORD, {"/calls": answer}) as source:
        assert ids(await source.one(OWNER)) == ["I1"]


@pytest.mark.parametrize("endpoint", [GET, GET.replace("[404]", '[404]\nquery = { from = "{since}" }')])
async def test_a_customer_who_is_not_found_is_unknown_and_not_one_without_calls(endpoint: str) -> None:
    async with asking(endpoint + RECORD, {}) as source:
        assert isinstance(await source.one(OWNER), NothingKnown)
    async with asking(endpoint + ANSWER + RECORD, {}) as source:
        assert isinstance(await source.one(OWNER), NothingKnown)


async def test_an_endpoint_may_have_its_rows_in_a_place_of_its_own() -> None:
    mapping = (
        PEOPLE.replace("[customer.get]", '[customer.get]\nrows = "@"')
        + '[customer.answer]\nrows = "people"\n'
    )
    answers = {f"/people/{OWNER}": {"id": OWNER}, "/people": {"people": [{"id": OWNER}, {"id": OTHER}]}}
    async with asking(mapping, answers, "customer") as source:
        assert isinstance(await source.one(OWNER), Reading)
        assert {type(one) for one in (await source.fetch(OWNER, OTHER)).values()} == {Reading}
        assert source.system.paths == [f"/people/{OWNER}", "/people"]


async def test_what_a_system_calls_not_found_can_be_said() -> None:
    mapping = GET.replace("[404]", "[410]") + RECORD
    async with asking(mapping, {}) as source:
        outcome = await source.one(OWNER)
        assert (type(outcome), outcome.reason) == (SourceUnavailable, "status 404")


@pytest.mark.parametrize(
    ("mapping", "rows", "since"),
    [
        (BATCH, [call(OWNER, "I1")], None),
        (BATCH_SINCE, [call(OWNER, "I1")], SINCE),
        (BATCH_SINCE, [], SINCE),
    ],
)
async def test_an_answer_is_complete_from_where_it_was_asked_for(mapping: str, rows: Any, since: Any) -> None:
    async with asking(mapping + RECORD, {"/calls": rows}) as source:
        outcome = await source.one(OWNER)
        assert (outcome.record.complete_since, len(outcome.record.items)) == (since, len(rows))


async def test_of_more_items_than_the_window_holds_the_newest_are_kept() -> None:
    rows = [call(OWNER, f"I{number}", number) for number in range(9)]
    async with asking(BATCH_SINCE + RECORD, {"/calls": rows}, window=Window(1, 4)) as source:
        record = (await source.one(OWNER)).record
        assert [item.id for item in record.items] == ["I0", "I1", "I2", "I3"]
        assert 0 < (record.complete_since - record.items[3].at).total_seconds() * -1 <= 60


@pytest.mark.parametrize("held", [4, 9])
async def test_an_answer_with_as_many_items_as_were_asked_for_may_have_left_out_older_ones(held: int) -> None:
    rows = [call(OWNER, f"I{number}", number) for number in range(held)][:4]
    async with asking(BATCH_SINCE + RECORD, {"/calls": rows}, window=Window(1, 4)) as source:
        record = (await source.one(OWNER)).record
        assert record.complete_since == record.items[-1].at + timedelta(microseconds=1)


async def test_an_answer_with_as_many_rows_as_a_system_ever_gives_is_taken_for_cut() -> None:
    rows = [call(OWNER, f"I{number}", number) for number in range(5)]
    limited = RECORD + "[interaction.answer]\nmost = 5\n"
    async with asking(BATCH_SINCE + limited, {"/calls": rows}) as source:
        outcome = await source.one(OWNER)
        assert outcome.record.complete_since == NOW - timedelta(minutes=4) + timedelta(microseconds=1)
    async with asking(BATCH_SINCE + limited, {"/calls": rows[:4]}) as source:
        assert (await source.one(OWNER)).record.complete_since == SINCE


async def test_items_at_the_end_of_all_calendars_are_items_like_others() -> None:
    last = "9999-12-31T23:59:59.999999Z"
    rows = [call(OWNER, "I1"), *(call(OWNER, f"X{number}", at=last) for number in range(3))]
    async with asking(BATCH + RECORD, {"/calls": rows}, window=Window(1, 2)) as source:
        assert ids(await source.one(OWNER)) == ["X2", "X1"]


people = st.sampled_from([crn(number) for number in range(4)])
items = st.builds(interaction, people, st.sampled_from("abcdef"))
asked = st.lists(people, min_size=1, max_size=4, unique=True)


@given(asked, st.lists(items, max_size=8), st.integers(1, 5), st.booleans(), st.integers(0, 2))
def test_nobody_is_told_anything_of_anybody_else(
    crns: Any, rows: Any, most: int, floor: bool, nameless: int
) -> None:
    events: list[Any] = []
    source = Told(INTERACTION, lambda: NOW, [])  # type: ignore[arg-type]
    heard = Heard(list(rows), nameless=nameless)
    outcomes = filed_histories(source, crns, heard, NOW, events.append, SINCE if floor else None, most)
    assert outcomes.keys() <= set(crns)
    for owner, outcome in outcomes.items():
        if isinstance(outcome, Reading):
            found = outcome.record.items
            assert {item.crn for item in found} <= {owner}
            assert is_in_order(found)
            assert len(found) == min(most, len({row.id for row in rows if row.crn == owner}))
            assert bool(outcome.gaps) == bool(nameless)
    # whoever lost something is told of by whoever asks
    told_of = {row.crn for row in rows}
    assert len(events) == bool(told_of - set(crns) and not set(crns) - told_of)


@given(asked, st.lists(st.builds(customer, people, canonical=people), max_size=8))
def test_a_record_is_its_own_customers_or_a_fault(crns: Any, rows: Any) -> None:
    source = Told(CUSTOMER, lambda: NOW, [])  # type: ignore[arg-type]
    outcomes = filed_records(source, crns, Heard(list(rows)), NOW, lambda event: None)
    for owner in crns:
        own = {row for row in rows if row.crn == owner}
        outcome = outcomes.get(owner)
        if len(own) == 1:
            assert outcome == Reading(own.pop(), NOW)
        elif own:
            assert isinstance(outcome, BadData)
        else:
            assert outcome is None or isinstance(outcome, WrongSubject)
