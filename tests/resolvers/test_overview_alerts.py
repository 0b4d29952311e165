"""The alerts of an overview: whose they are, what is missing of them, and at which midnight they change."""

from datetime import UTC, datetime, timedelta
from typing import Any

import msgspec
import pytest

from resolvers.caller import Caller
from resolvers.completeness import Completeness
from resolvers.overview import overview
from resolvers.sections import SectionState
from sources.errors import SourceTimeout, SourceUnavailable
from sources.parts import DEBT, ENTITLEMENT, RESTRICTION, Restriction
from sources.parts.entitlement import AppointmentProvider, Report
from tests.people import NOW, OFFICER, PARTNER, POLICY, Body, body_with, overview_of, picture_of, silent
from tests.records import OWNER, arranged, debt, history, sydney
from tests.resolvers.notices import appointment, day, entitled, midnight

HELD = entitled(Report(day("2025-03-10")), issues=True)
EVERYTHING = {ENTITLEMENT: HELD, DEBT: history(debt("10", NOW))}
LABELS = ["Reporting due today", "Active debt", "Issues on file"]


async def labels(body: Body, caller: Caller = OFFICER) -> list[str]:
    return [alert.label for alert in (await overview_of(body, caller=caller)).alerts]


def without(scope: str, caller: Caller = OFFICER) -> Caller:
    return msgspec.structs.replace(caller, scopes=caller.scopes - {scope})


def state(made: Any, part: str) -> SectionState:
    (section,) = [one for one in made.sections if one.source == part]
    found: SectionState = section.status
    return found


async def test_officers_and_partners_are_alerted_of_what_they_may_see() -> None:
    assert await labels(body_with(EVERYTHING)) == await labels(body_with(EVERYTHING), PARTNER) == LABELS


@pytest.mark.parametrize(
    ("scope", "part", "left"),
    [
        ("claims:read", "entitlement", ["Active debt"]),
        ("debts:read", "debt", ["Reporting due today", "Issues on file"]),
    ],
)
@pytest.mark.parametrize("caller", [OFFICER, PARTNER], ids=["officer", "partner"])
async def test_a_scope_that_a_caller_lacks_costs_its_own_alerts(
    caller: Caller, scope: str, part: str, left: list[str]
) -> None:
    made = await overview_of(body_with(EVERYTHING), caller=without(scope, caller))
    assert [alert.label for alert in made.alerts] == left
    assert state(made, part) is SectionState.FORBIDDEN
    assert made.completeness is Completeness.COMPLETE


@pytest.mark.parametrize("fault", [SourceTimeout, SourceUnavailable])
@pytest.mark.parametrize(
    ("part", "left"),
    [(ENTITLEMENT, ["Active debt"]), (DEBT, ["Reporting due today", "Issues on file"])],
    ids=str,
)
async def test_a_source_that_fails_costs_its_own_alerts_and_is_named(
    part: Any, left: list[str], fault: Any
) -> None:
    body = body_with(EVERYTHING)
    body.tell(part, fault("told"))
    made = await overview_of(body)
    assert [alert.label for alert in made.alerts] == left
    assert state(made, part.name) in {SectionState.TIMEOUT, SectionState.UNAVAILABLE}
    assert (made.completeness, made.fresh_until) == (Completeness.PARTIAL, NOW)


async def test_debts_that_were_cut_off_anywhere_may_be_missing_from_the_alerts() -> None:
    cut = history(debt("10", NOW), complete_since=sydney("1999-01-01T00:00"))
    assert (await overview_of(body_with({DEBT: cut}))).completeness is Completeness.PARTIAL
    unalarmed = silent(POLICY, "ACTIVE_DEBT", "DEBT_ARRANGEMENT_ENDING", "DEBT_ARRANGEMENT_ENDED")
    assert (await overview_of(body_with({DEBT: cut}, policy=unalarmed))).completeness is Completeness.COMPLETE


async def test_a_restricted_record_has_no_alerts() -> None:
    locked = Restriction(OWNER, True, manager="chief")
    for caller in (OFFICER, msgspec.structs.replace(OFFICER, id="chief")):
        assert await labels(body_with({**EVERYTHING, RESTRICTION: locked}), caller) == []


async def test_somebody_of_whom_nothing_is_known_has_no_alerts() -> None:
    made = await overview_of(body_with({}))
    assert (made.alerts, made.completeness) == ((), Completeness.COMPLETE)


async def test_alerts_are_the_same_whatever_window_the_cards_are_asked_for() -> None:
    seen = await picture_of(body_with(EVERYTHING))
    assert (
        overview(seen, day("2025-01-01")).alerts
        == overview(seen, day("2025-03-10")).alerts
        == overview(seen, None).alerts
    )


async def test_kinds_that_the_policy_switched_off_are_not_told() -> None:
    policy = silent(POLICY, "ISSUES_ON_FILE", "DEBT_ARRANGEMENT_ENDED")
    ended = arranged(NOW, end_date=day("2025-03-05"))
    told = {ENTITLEMENT: HELD, DEBT: history(debt("10", NOW, arrangements=(ended,)))}
    assert await labels(body_with(told, policy=policy)) == ["Reporting due today", "Active debt"]


@pytest.mark.parametrize(
    "changing",
    ["2025-03-11", "2025-04-06", "2025-04-07", "2025-10-05", "2025-10-06", "2024-02-29", "2024-03-01"],
)
async def test_an_alert_changes_at_local_midnight_and_no_answer_is_fresh_beyond_it(changing: str) -> None:
    """Both changes of the clocks, and both ends of 29 February, among them."""
    night = midnight(changing)
    eve = day(changing) - timedelta(days=1)
    told = {ENTITLEMENT: entitled(Report(eve))}
    before = await overview_of(body_with(told, now=night - timedelta(seconds=1)))
    assert [alert.label for alert in before.alerts] == ["Reporting due today"]
    assert before.alerts[0].expires_at == before.fresh_until == night
    after = await overview_of(body_with(told, now=night))
    assert [alert.label for alert in after.alerts] == [f"Reporting overdue - {eve:%d %b}"]


@pytest.mark.parametrize(
    ("at", "time"),
    [
        ("2025-04-05T15:30:00+00:00", "06 Apr 2:30am"),  # the first pass of the hour that comes twice
        ("2025-04-05T16:30:00+00:00", "06 Apr 2:30am"),
        ("2025-10-04T15:59:00+00:00", "05 Oct 1:59am"),
        ("2025-10-04T16:00:00+00:00", "05 Oct 3:00am"),  # the hour from two to three is left out
    ],
)
async def test_times_are_those_of_the_clocks_that_are_changed(at: str, time: str) -> None:
    moment = datetime.fromisoformat(at)
    booked = msgspec.structs.replace(appointment("2025-03-10T09:00"), starts_at=moment)
    body = body_with({ENTITLEMENT: entitled(booked)}, now=moment - timedelta(days=3))
    assert await labels(body) == [f"Upcoming provider appointment {time}"]


@pytest.mark.parametrize(
    ("zone", "label"),
    [
        ("Australia/Sydney", "11 Mar 1:30am"),
        ("Australia/Perth", "10 Mar 10:30pm"),
        ("Europe/London", "10 Mar 2:30pm"),
    ],
)
async def test_days_and_times_are_those_of_the_policys_zone(zone: str, label: str) -> None:
    policy = msgspec.structs.replace(POLICY, zone=zone)
    booked = appointment("2025-03-11T01:30", provider=AppointmentProvider.SERV_AU)
    body = body_with({ENTITLEMENT: entitled(booked)}, policy=policy)
    made = await overview_of(body)
    assert [alert.label for alert in made.alerts] == [f"Upcoming Serv AU appointment {label}"]
    (alert,) = made.alerts
    assert alert.effective_date is not None
    assert alert.expires_at == datetime.combine(
        alert.effective_date + timedelta(days=1), datetime.min.time(), policy.tz
    )


async def test_one_moment_is_due_in_one_zone_and_overdue_in_another() -> None:
    now = datetime(2025, 3, 10, 14, tzinfo=UTC)  # the 11th in Sydney, the 10th in Perth
    for zone, label in (
        ("Australia/Sydney", "Reporting overdue - 10 Mar"),
        ("Australia/Perth", "Reporting due today"),
    ):
        policy = msgspec.structs.replace(POLICY, zone=zone)
        assert await labels(body_with({ENTITLEMENT: entitled(Report(day("2025-03-10")))}, now, policy)) == [
            label
        ]
