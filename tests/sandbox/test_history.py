"""Histories read true: offices have hours, amounts add up, families agree, and things follow from each other."""

from collections import Counter
from datetime import date, datetime, time, timedelta
from decimal import Decimal
from zoneinfo import ZoneInfo

import pytest

from sandbox.calendar import is_workday
from sources.crn import Crn
from sources.parts.correspondence import CorrespondenceChannel, CorrespondenceStatus
from sources.parts.customer import RelationshipKind
from sources.parts.debt import DebtStatus
from sources.parts.entitlement import AppointmentStatus, BenefitStatus
from sources.parts.interaction import Interaction, InteractionKind, Outcome
from tests.sandbox.telling import ON, Told, lines, told, unhurried

SYDNEY = ZoneInfo("Australia/Sydney")
BY_OFFICERS = {
    InteractionKind.INBOUND_CALL,
    InteractionKind.OUTBOUND_CALL,
    InteractionKind.ABANDONED_CALL,
    InteractionKind.CONGESTION,
    InteractionKind.PLACE_IN_QUEUE,
    InteractionKind.SCHEDULED_CALLBACK,
    InteractionKind.SERVICE_CENTRE_VISIT,
    InteractionKind.CHAT,
    InteractionKind.CASE_NOTE,
}
MUTUAL = {
    RelationshipKind.PARTNER: RelationshipKind.PARTNER,
    RelationshipKind.CHILD: RelationshipKind.PARENT,
    RelationshipKind.PARENT: RelationshipKind.CHILD,
    RelationshipKind.CASE_PARTY: RelationshipKind.CASE_PARTY,
}
AHEAD = {"000000031" + letter for letter in "ABCHJKLSTVX"}


def things(town: dict[str, Told]) -> list[Interaction]:
    return [found for tale in town.values() for found in tale.interaction]


def test_officers_work_from_eight_to_five_on_weekdays_where_the_customer_is(town: dict[str, Told]) -> None:
    for found in things(town):
        if found.kind in BY_OFFICERS:
            assert time(8) <= found.started_at.time() <= time(17)
            assert is_workday(found.started_at.date())


@pytest.mark.parametrize("day", [date(2026, 12, 25), date(2026, 4, 3), date(2027, 3, 29), date(2026, 11, 21)])
def test_offices_are_closed_on_holidays_and_weekends(day: date) -> None:
    assert not is_workday(day)
    people = told(lines(day, 29))
    assert all(found.started_at.date() != day for found in things(people) if found.kind in BY_OFFICERS)


def test_visits_are_told_in_the_time_of_their_centre_in_many_zones(town: dict[str, Told]) -> None:
    zones = Counter[str]()
    for found in things(town):
        if found.kind is InteractionKind.SERVICE_CENTRE_VISIT:
            assert found.location
            assert found.title == found.location.name
            assert found.queue
            assert found.contact_type
            there = found.started_at.astimezone(ZoneInfo(found.location.zone))
            assert there.utcoffset() == found.started_at.utcoffset()
            zones[found.location.zone] += 1
    expected = "Sydney Melbourne Brisbane Adelaide Darwin Perth Hobart Broken_Hill".split()
    assert set(zones) == {f"Australia/{name}" for name in expected}


@pytest.mark.parametrize(
    "on", [ON, date(2026, 11, 22), date(2026, 4, 5), date(2026, 10, 4), date(2028, 2, 29)]
)
def test_nothing_lies_later_than_nine_on_the_day_but_letters_dated_ahead(on: date) -> None:
    nine = datetime.combine(on, time(9), SYDNEY)
    for crn, tale in told(unhurried(lines(on, 120))).items():
        for found in tale.history:
            assert found.recorded_at <= nine
        assert crn in AHEAD or all(found.issue_date <= on for found in tale.correspondence)


def test_messages_are_sent_between_eight_and_eight_where_the_customer_is(town: dict[str, Told]) -> None:
    for tale in town.values():
        for found in tale.correspondence:
            if found.channel is CorrespondenceChannel.SMS:
                assert time(8) <= found.created_at.time() <= time(20)


def test_paper_is_never_known_to_have_arrived(town: dict[str, Told]) -> None:
    sent = {
        found.status
        for tale in town.values()
        for found in tale.correspondence
        if found.channel is CorrespondenceChannel.LETTER_PAPER and found.direction == "OUTBOUND"
    }
    assert CorrespondenceStatus.SENT in sent
    assert CorrespondenceStatus.DELIVERED not in sent


def test_a_transaction_that_was_left_says_so(town: dict[str, Told]) -> None:
    raw = {
        (found.outcome, found.status_raw)
        for found in things(town)
        if found.kind in {InteractionKind.ONLINE_ACTIVITY, InteractionKind.MOBILE_APP_ACTIVITY}
    }
    assert raw == {
        (Outcome.SUCCESS, "FINALISED"),
        (Outcome.NOT_ACHIEVED, "STARTED"),
        (Outcome.NOT_ACHIEVED, "INCOMPLETE"),
    }


def test_every_kind_of_thing_happens_in_the_town(town: dict[str, Told]) -> None:
    assert {found.kind for found in things(town)} == set(InteractionKind) - {InteractionKind.OTHER}


def test_a_place_in_a_queue_has_its_position_and_a_call_back_its_time(town: dict[str, Told]) -> None:
    for found in things(town):
        assert (found.queue_position is not None) == (found.kind is InteractionKind.PLACE_IN_QUEUE)
        assert (found.callback_at is not None) == (found.kind is InteractionKind.SCHEDULED_CALLBACK)
        assert found.callback_at is None or found.callback_at > found.started_at


def test_amounts_of_debts_add_up(town: dict[str, Told]) -> None:
    seen = Counter[DebtStatus]()
    for tale in town.values():
        for debt in tale.debt:
            seen[debt.status] += 1
            assert len(debt.id) == 8
            assert debt.balance.amount >= 0
            assert (debt.status is DebtStatus.FINALISED) == (debt.finalised_at is not None)
            if debt.status is DebtStatus.FINALISED:
                assert debt.balance.amount == Decimal(0)
            moments = [debt.registered_at, debt.raised_at, debt.finalised_at]
            known = [moment for moment in moments if moment]
            assert known == sorted(known)
    assert set(seen) == set(DebtStatus) - {DebtStatus.OTHER}


def test_a_debt_letter_follows_its_debt(town: dict[str, Told]) -> None:
    for tale in town.values():
        notices = [found.created_at for found in tale.correspondence if found.template == "L5010"]
        if notices:
            assert min(notices) > min(debt.raised_at for debt in tale.debt if debt.raised_at)


def test_a_suspension_follows_a_report_that_did_not_come(town: dict[str, Told]) -> None:
    suspended = 0
    for tale in town.values():
        for held in tale.entitlement:
            for benefit in held.benefits:
                if benefit.status is BenefitStatus.SUSPENDED:
                    suspended += 1
                    missed = [report.due_on for report in held.reports if report.submitted_at is None]
                    assert benefit.since - timedelta(days=3) in missed
                    assert any(found.template == "L2010" for found in tale.correspondence)
    assert suspended > 10


def test_appointments_to_come_are_booked_and_past_ones_are_not(town: dict[str, Told]) -> None:
    for tale in town.values():
        for held in tale.entitlement:
            for found in held.appointments:
                assert (found.status is AppointmentStatus.BOOKED) == (found.starts_at.date() > ON)


def test_families_agree_about_each_other(town: dict[str, Told]) -> None:
    seen = Counter[RelationshipKind]()
    for crn, tale in town.items():
        for tie in tale.customer[0].relationships:
            back = MUTUAL.get(tie.kind)
            if back:
                others = town[tie.crn].customer[0].relationships
                assert (back, Crn(crn), tie.since) in [(each.kind, each.crn, each.since) for each in others]
                seen[tie.kind] += 1
    assert seen[RelationshipKind.PARTNER] > 100
    assert set(MUTUAL) <= set(seen)


def test_a_child_has_parents_and_is_born_the_day_they_know(town: dict[str, Told]) -> None:
    children = [tale.customer[0] for tale in town.values() if tale.customer[0].record_type == "CHI"]
    assert len(children) > 20
    for child in children:
        parents = [tie for tie in child.relationships if tie.kind is RelationshipKind.PARENT]
        assert 1 <= len(parents) <= 2
        assert all(tie.since == child.date_of_birth for tie in parents)


def test_both_parties_of_a_case_know_its_number(town: dict[str, Told]) -> None:
    checked = 0
    for tale in town.values():
        for tie in tale.customer[0].relationships:
            other = town[tie.crn]
            if tie.kind is RelationshipKind.CASE_PARTY and tale.ownership and other.ownership:
                numbers = [{case.number for case in each.ownership[0].cases} for each in (tale, other)]
                assert numbers[0] == numbers[1]
                checked += 1
    assert checked > 20


def test_ownership_that_moved_left_a_trace(town: dict[str, Told]) -> None:
    for tale in town.values():
        for owned in tale.ownership:
            assert len(owned.past_locks) == len(owned.transfers)
            moments = [found.at for found in owned.transfers]
            assert moments == sorted(moments, reverse=True)
            if owned.transfers and owned.lock:
                assert owned.transfers[0].to_area == owned.lock.business_area
