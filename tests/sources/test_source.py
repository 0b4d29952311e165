"""The contract of every source: whatever a source does, nobody is given another's data."""

from collections.abc import Mapping
from typing import Any

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from msgspec import Struct

from sources.crn import Crn
from sources.errors import BadData, Fault, SourceTimeout, SourceUnavailable, WrongSubject
from sources.parts import CUSTOMER, INTERACTION
from sources.parts.customer import Identifier, IdentifierKind
from sources.parts.history import History, in_order
from sources.source import (
    EVERYTHING,
    Filter,
    NothingKnown,
    Page,
    Reading,
    SourceAsked,
    SourceBroke,
    SubjectMismatch,
    ask,
    ask_directory,
    ask_page,
    gather,
)
from tests.sources.hostile import (
    PEOPLE,
    Hostile,
    asked,
    failures,
    hostile_histories,
    hostile_records,
    items,
    people,
)
from tests.sources.specimens import IGNORED, NOW, at, crn, customer, interaction

A, B, C = PEOPLE[:3]
LATER = at(-1)


async def answered(source: Any, crns: list[Crn], events: list[Struct] | None = None) -> Mapping[Crn, Any]:
    return await ask(source, crns, lambda: LATER, (IGNORED if events is None else events).append)


def owners(outcome: Any) -> set[Crn]:
    """Everybody whose data an outcome holds."""
    if not isinstance(outcome, Reading):
        return set()
    record: Any = outcome.record
    return {record.crn} | {item.crn for item in getattr(record, "items", ())}


def told_of(events: list[Struct], kind: type[Any]) -> list[Any]:
    return [event for event in events if type(event) is kind]


@settings(max_examples=300, deadline=None)
@given(hostile_records | hostile_histories, asked)
async def test_whatever_a_source_does_each_customer_gets_one_outcome_and_only_their_own(
    source: Hostile, crns: list[Crn]
) -> None:
    events: list[Struct] = []
    outcomes = await answered(source, crns, events)
    assert list(outcomes) == crns
    for each, outcome in outcomes.items():
        assert isinstance(outcome, Reading | NothingKnown | Fault)
        assert owners(outcome) <= {each}
    (told,) = told_of(events, SourceAsked)
    known = sum(isinstance(outcome, Reading) for outcome in outcomes.values())
    assert (told.keys, told.known) == (len(crns), known)


@settings(max_examples=200, deadline=None)
@given(hostile_histories, asked)
async def test_whatever_a_source_does_a_history_is_in_order_and_has_each_item_once(
    source: Hostile, crns: list[Crn]
) -> None:
    for outcome in (await answered(source, crns)).values():
        if isinstance(outcome, Reading):
            found: Any = outcome.record
            assert found.items == in_order(found.items)


@settings(max_examples=200, deadline=None)
@given(st.lists(items, max_size=6), people, failures | st.none(), st.booleans())
async def test_a_page_holds_nothing_of_anybody_else(
    found: list[Any], owner: Crn, failure: Exception | None, hangs: bool
) -> None:
    answer = failure or Page(tuple(found), more=True)
    page = await ask_page(Hostile(INTERACTION, answer, hangs), owner, EVERYTHING, None, 5, IGNORED.append)
    assert isinstance(page, Page | Fault)
    if isinstance(page, Page):
        assert {item.crn for item in page.items} <= {owner}


@settings(max_examples=300, deadline=None)
@given(st.lists(items, max_size=12), asked)
def test_loose_rows_are_filed_under_the_subject_that_they_name(rows: list[Any], crns: list[Crn]) -> None:
    events: list[Struct] = []
    filed = gather(Hostile(INTERACTION, None), crns, rows, NOW, events.append)
    strangers = [row for row in rows if row.crn not in crns]
    for each in crns:
        own = [row for row in rows if row.crn == each]
        if own:
            assert filed[each] == Reading(History(each, in_order(own)), NOW)
        else:
            assert isinstance(filed.get(each), WrongSubject) is bool(strangers)
    assert set(filed) <= set(crns)
    lost = any(isinstance(outcome, WrongSubject) for outcome in filed.values())
    assert bool(told_of(events, SubjectMismatch)) is (bool(strangers) and not lost)  # else `ask` tells of it


async def test_answers_that_are_swapped_are_shown_to_nobody() -> None:
    events: list[Struct] = []
    swapped = {A: Reading(customer(B), NOW), B: Reading(customer(A), NOW), C: Reading(customer(C), NOW)}
    outcomes = await answered(Hostile(CUSTOMER, swapped), [A, B, C], events)
    assert [type(outcomes[each]) for each in (A, B, C)] == [WrongSubject, WrongSubject, Reading]
    assert told_of(events, SubjectMismatch) == [SubjectMismatch("customer", "hostile", 2)]


async def test_an_item_of_somebody_else_costs_the_whole_history() -> None:
    mixed = History(A, (interaction(A, "1", at(1)), interaction(B, "2", at(2))))
    outcomes = await answered(Hostile(INTERACTION, {A: Reading(mixed, NOW)}), [A])
    assert type(outcomes[A]) is WrongSubject


async def test_somebody_who_was_not_asked_for_is_dropped_and_told_of() -> None:
    events: list[Struct] = []
    answer = {A: Reading(customer(A), NOW), B: Reading(customer(B), NOW)}
    assert list(await answered(Hostile(CUSTOMER, answer), [A], events)) == [A]
    assert told_of(events, SubjectMismatch) == [SubjectMismatch("customer", "hostile", 1)]


async def test_who_is_left_out_is_not_known() -> None:
    assert await answered(Hostile(CUSTOMER, {}), [A]) == {A: NothingKnown(LATER)}


@pytest.mark.parametrize(
    "spoilt",
    [
        History(A, (interaction(A, "1", NOW), interaction(A, "2", NOW.replace(tzinfo=None)))),
        customer(A),
        None,
    ],
    ids=["times with and without a zone", "another part's record", "nothing"],
)
async def test_a_reading_of_another_shape_costs_its_own_customer(spoilt: Any) -> None:
    fine = Reading(History(B, (interaction(B),)), NOW)
    outcomes = await answered(Hostile(INTERACTION, {A: Reading(spoilt, NOW), B: fine}), [A, B])
    assert type(outcomes[A]) is BadData
    assert outcomes[B] == fine


async def test_a_fault_of_one_customer_stays_with_that_customer() -> None:
    answer = {A: BadData("hostile"), B: Reading(customer(B), NOW)}
    outcomes = await answered(Hostile(CUSTOMER, answer), [A, B])
    assert outcomes == answer


async def test_a_source_that_hangs_is_late_for_everybody() -> None:
    events: list[Struct] = []
    outcomes = await answered(Hostile(CUSTOMER, None, hangs=True), [A, B], events)
    assert [type(outcome) for outcome in outcomes.values()] == [SourceTimeout, SourceTimeout]
    assert told_of(events, SourceAsked)[0].faults == {"SOURCE_TIMEOUT": 2}


async def test_a_bug_in_an_adapter_is_told_by_its_type_and_nothing_else() -> None:
    events: list[Struct] = []
    outcomes = await answered(Hostile(CUSTOMER, ValueError("987654321X")), [A], events)
    assert type(outcomes[A]) is SourceUnavailable
    assert told_of(events, SourceBroke) == [SourceBroke("customer", "hostile", "ValueError")]
    assert "987654321" not in f"{events} {outcomes[A]!r} {vars(outcomes[A])}"


@settings(deadline=None)
@given(failures, st.booleans())
async def test_a_directory_that_fails_is_a_fault(failure: Exception, hangs: bool) -> None:
    class Directory(Hostile):
        async def resolve(self, identifiers: Any) -> Any:
            return await self._answered()

    number = Identifier(IdentifierKind.CAN, "1")
    assert isinstance(
        await ask_directory(Directory(CUSTOMER, failure, hangs), [number], IGNORED.append), Fault
    )


@pytest.mark.parametrize(
    ("wanted", "admitted"),
    [
        (EVERYTHING, True),
        (Filter(ids=frozenset({"I1"})), True),
        (Filter(ids=frozenset({"I2"})), False),
        (Filter(kinds=frozenset({"INBOUND_CALL"})), True),
        (Filter(kinds=frozenset({"CHAT"})), False),
        (Filter(channels=frozenset({"PHONE"})), True),
        (Filter(channels=frozenset({"CHAT"})), False),
        (Filter(since=NOW, until=NOW), True),
        (Filter(since=at(-1)), False),
        (Filter(until=at(1)), False),
    ],
)
def test_a_filter_admits_what_it_names(wanted: Filter, admitted: bool) -> None:
    assert wanted.admits(interaction(crn(1))) is admitted
