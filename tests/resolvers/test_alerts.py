"""Alerts of reports, appointments, payments and issues: what they say, and on which days."""

from datetime import UTC, date, datetime, timedelta
from typing import Any

import msgspec
import pytest

from resolvers.alerts import ALERT_KINDS
from resolvers.alerts.notice import Matter, Span, days_after, days_before, moved
from resolvers.policy import ALERT_DAYS, Policy
from sources.parts.debt import DebtStatus
from sources.parts.entitlement import (
    AppointmentProvider,
    AppointmentStatus,
    BenefitStatus,
    ClaimStatus,
    Report,
)
from tests.people import LABELS, NOW, POLICY
from tests.records import debt, sydney
from tests.resolvers.notices import (
    appointment,
    claim,
    day,
    entitled,
    midnight,
    missed,
    only,
    said,
    stopped,
    told,
)

SUSPENDED, CANCELLED = BenefitStatus.SUSPENDED, BenefitStatus.CANCELLED
DONE = datetime(2025, 3, 9, 22, tzinfo=UTC)


def alerting(**changed: object) -> Policy:
    return msgspec.structs.replace(POLICY, alerts=msgspec.structs.replace(POLICY.alerts, **changed))


@pytest.mark.parametrize(("on", "there"), [("2025-02-10", []), ("2025-02-11", ["Reporting due today"])])
def test_br_co_30_a_report_is_due_on_its_day_only(on: str, there: list[str]) -> None:
    """BR-CO-30."""
    assert said(Report(day("2025-02-11")), on=on) == there
    assert said(Report(day("2025-02-11"), submitted_at=DONE), on=on) == []


@pytest.mark.parametrize(
    ("on", "label"),
    [
        ("2025-02-12", "Reporting overdue - 11 Feb"),
        ("2026-02-11", "Reporting overdue - 11 Feb"),
        ("2026-02-12", "Reporting overdue - 11 Feb 2025"),
    ],
)
def test_br_co_31_a_report_is_overdue_from_the_day_after_until_it_is_submitted(on: str, label: str) -> None:
    """BR-CO-31."""
    overdue = only(Report(day("2025-02-11")), on=on)
    assert (overdue.kind, overdue.label, overdue.expires_at) == (Matter.REPORTING_OVERDUE, label, None)
    assert overdue.effective_date == day("2025-02-11")
    assert said(Report(day("2025-02-11"), submitted_at=DONE), on=on) == []


@pytest.mark.parametrize(("on", "there"), [("2025-02-24", True), ("2025-03-10", True), ("2025-03-11", False)])
def test_br_co_32_a_missed_appointment_is_told_for_14_days(on: str, there: bool) -> None:
    """BR-CO-32."""
    assert said(missed("2025-02-24T10:30"), on=on) == ["Missed provider appointment 24 Feb"] * there
    own = missed("2025-02-24T10:30", provider=AppointmentProvider.SERV_AU)
    assert said(own, on=on) == ["Missed Serv AU appointment 24 Feb"] * there


@pytest.mark.parametrize(
    ("later", "ends"),
    [
        (appointment("2025-03-12T09:00", reason="Re-engagement"), True),
        (appointment("2025-03-12T09:00", reason=" RE-ENGAGEMENT "), True),
        (appointment("2025-03-12T09:00", reason="re-engagement", provider=AppointmentProvider.SERV_AU), True),
        (appointment("2025-03-12T09:00"), True),  # nothing says what it is for: with the same provider
        (appointment("2025-03-05T09:00", AppointmentStatus.ATTENDED, reason="Re-engagement"), True),
        (appointment("2025-03-12T09:00", provider=AppointmentProvider.SERV_AU), False),
        (appointment("2025-03-12T09:00", reason="Job Plan review"), False),
        (appointment("2025-03-12T09:00", AppointmentStatus.CANCELLED, reason="Re-engagement"), False),
        (appointment("2025-02-20T09:00", AppointmentStatus.ATTENDED, reason="Re-engagement"), False),
    ],
)
def test_br_co_32_a_missed_appointment_is_told_until_a_re_engagement_is_booked(
    later: object, ends: bool
) -> None:
    """BR-CO-32."""
    both = said(missed("2025-02-24T10:30"), later), said(later, missed("2025-02-24T10:30"))
    assert both[0] == both[1]
    assert ("Missed provider appointment 24 Feb" in both[0]) is not ends


def test_br_co_32_which_reasons_are_re_engagements_is_the_policys() -> None:
    """BR-CO-32."""
    later = appointment("2025-03-12T09:00", AppointmentStatus.ATTENDED, reason="Comeback")
    assert len(said(missed("2025-02-24T10:30"), later)) == 1
    assert said(missed("2025-02-24T10:30"), later, policy=alerting(re_engagement=("comeback",))) == []


def test_br_co_32_of_two_missed_ones_the_re_engagement_that_was_missed_too_remains() -> None:
    """BR-CO-32."""
    second = missed("2025-03-03T09:00", reason="Re-engagement")
    assert said(missed("2025-02-24T10:30"), second) == ["Missed provider appointment 03 Mar"]


@pytest.mark.parametrize(
    ("on", "there"),
    [("2025-02-16", False), ("2025-02-17", True), ("2025-02-24", True), ("2025-02-25", False)],
)
def test_br_co_33_an_appointment_is_told_seven_days_before_and_on_its_day(on: str, there: bool) -> None:
    """BR-CO-33."""
    booked = appointment("2025-02-24T10:30", provider=AppointmentProvider.SERV_AU)
    assert said(booked, on=on) == ["Upcoming Serv AU appointment 24 Feb 10:30am"] * there


@pytest.mark.parametrize(
    ("at", "time"),
    [
        ("00:05", "12:05am"),
        ("09:00", "9:00am"),
        ("11:59", "11:59am"),
        ("12:00", "12:00pm"),
        ("16:45", "4:45pm"),
    ],
)
def test_br_co_33_times_are_told_as_they_are_spoken(at: str, time: str) -> None:
    """BR-CO-33."""
    assert said(appointment(f"2025-03-10T{at}")) == [f"Upcoming provider appointment 10 Mar {time}"]


def test_br_co_33_an_appointment_that_is_not_booked_is_not_to_come() -> None:
    """BR-CO-33."""
    others = set(AppointmentStatus) - {AppointmentStatus.BOOKED}
    assert [said(appointment("2025-03-12T09:00", status)) for status in others] == [[]] * len(others)


def test_an_appointment_with_somebody_unknown_is_told_without_whom() -> None:
    other: dict[str, Any] = {"provider": AppointmentProvider.OTHER}
    assert said(
        missed("2025-03-07T09:00", **other), appointment("2025-03-10T09:00", reason="Talk", **other)
    ) == [
        "Missed appointment 07 Mar",
        "Upcoming appointment 10 Mar 9:00am",
    ]


@pytest.mark.parametrize(
    ("on", "there"),
    [("2025-02-01", False), ("2025-02-02", True), ("2025-03-02", True), ("2025-03-03", False)],
)
def test_br_co_39_and_40_a_stopped_payment_is_told_for_28_days(on: str, there: bool) -> None:
    """BR-CO-39, BR-CO-40."""
    held = [stopped("YAL", SUSPENDED, "2025-02-02", "YBS"), stopped("JSP", CANCELLED, "2025-02-02", "ATR")]
    labels = ["YAL Suspended - YBS 02 Feb", "JSP Cancelled - ATR 02 Feb"]
    assert said(*held, on=on) == (labels if there else [])


def test_br_co_39_and_40_without_a_reason_the_payment_and_the_day_are_told() -> None:
    """BR-CO-39, BR-CO-40."""
    held = [stopped("YAL", SUSPENDED, "2025-03-01"), stopped("YAL", CANCELLED, "2025-03-02")]
    assert said(*held) == ["YAL Suspended 01 Mar", "YAL Cancelled 02 Mar"]


def test_a_payment_that_runs_is_no_alert() -> None:
    assert (
        said(
            stopped("YAL", BenefitStatus.CURRENT, "2025-03-09"),
            stopped("A", BenefitStatus.OTHER, "2025-03-09"),
        )
        == []
    )


def test_br_co_41_issues_on_file_are_amber_and_everything_else_is_blue() -> None:
    """BR-CO-41."""
    found = told(entitled(Report(day("2025-03-10")), issues=True))
    assert [(alert.label, alert.colour.value) for alert in found] == [
        ("Reporting due today", "BLUE"),
        ("Issues on file", "AMBER"),
    ]
    assert (found[-1].effective_date, found[-1].expires_at) == (None, None)
    assert {
        declared.colour.value for declared in ALERT_KINDS if declared.kind is not Matter.ISSUES_ON_FILE
    } == {"BLUE"}
    assert told(entitled()) == ()


def test_br_co_44_the_last_day_of_every_window_is_shown_and_the_next_is_not() -> None:
    """BR-CO-44."""
    at = date(2025, 3, 10)
    for kind, days in ALERT_DAYS.items():
        (declared,) = [one for one in ALERT_KINDS if one.kind.value == kind]
        first, last = (moved(at, -days), at) if declared.window is days_before else (at, moved(at, days))
        span = declared.window(at, POLICY.alerts.of(kind))
        assert span == Span(first, last)
        assert [moved(day, by) in span for day, by in ((first, -1), (first, 0), (last, 0), (last, 1))] == [
            False,
            True,
            True,
            False,
        ]


def test_the_kinds_that_are_shown_for_days_are_those_that_the_policy_counts_days_of() -> None:
    counted = {
        declared.kind.value for declared in ALERT_KINDS if declared.window in {days_before, days_after}
    }
    assert counted == ALERT_DAYS.keys() == POLICY.alerts.days.keys()


def test_every_kind_is_declared_once_and_has_its_label() -> None:
    assert sorted(declared.kind.value for declared in ALERT_KINDS) == sorted(Matter.__members__)
    assert Matter.__members__.keys() <= LABELS.alerts.keys()


def test_days_that_the_policy_does_not_name_are_the_rules() -> None:
    policy = alerting(days={"BENEFIT_SUSPENDED": 3})
    held = [stopped("YAL", status, "2025-03-06", "X") for status in (SUSPENDED, CANCELLED)]
    assert said(*held, policy=policy) == ["YAL Cancelled - X 06 Mar"]
    assert len(said(*held, policy=alerting(days={"BENEFIT_SUSPENDED": 4}))) == 2


def test_alerts_stand_in_the_order_of_their_kinds_then_the_earliest_first() -> None:
    everything = entitled(
        stopped("JSP", CANCELLED, "2025-03-02", "ATR"),
        stopped("YAL", SUSPENDED, "2025-03-01", "YBS"),
        claim("2025-02-02", ("LIC", ClaimStatus.REJECTED, "2025-03-01"), id="K2"),
        claim("2025-03-02", ("PPS", ClaimStatus.SUBMITTED)),
        claim("2025-01-02", ("FTB", ClaimStatus.SUBMITTED), id="K3"),
        appointment("2025-03-14T09:00"),
        appointment("2025-03-12T09:00"),
        missed("2025-03-09T09:00", reason="Talk", provider=AppointmentProvider.SERV_AU),
        Report(day("2025-03-01")),
        Report(day("2025-02-01")),
        Report(day("2025-03-10")),
        issues=True,
    )
    assert [alert.label for alert in told(everything, debt("10", NOW))] == [
        "Reporting due today",
        "Reporting overdue - 01 Feb",
        "Reporting overdue - 01 Mar",
        "Missed Serv AU appointment 09 Mar",
        "Upcoming provider appointment 12 Mar 9:00am",
        "Upcoming provider appointment 14 Mar 9:00am",
        "Active debt",
        "New FTB claim submitted 02 Jan",
        "New PPS claim submitted 02 Mar",
        "New LIC claim submitted 02 Feb - Rejected",
        "YAL Suspended - YBS 01 Mar",
        "JSP Cancelled - ATR 02 Mar",
        "Issues on file",
    ]


def test_what_would_read_the_same_is_told_once() -> None:
    assert said(Report(day("2025-03-10")), Report(day("2025-03-10"))) == ["Reporting due today"]


def test_an_alert_says_the_day_it_is_about_and_the_midnight_that_ends_it() -> None:
    ends = {
        Report(day("2025-03-10")): ("2025-03-10", "2025-03-11"),
        missed("2025-03-01T10:00"): ("2025-03-01", "2025-03-16"),
        appointment("2025-03-12T10:00"): ("2025-03-12", "2025-03-13"),
        stopped("YAL", SUSPENDED, "2025-03-01"): ("2025-03-01", "2025-03-30"),
    }
    for held, (effective, expires) in ends.items():
        alert = only(held)
        assert (alert.effective_date, alert.expires_at) == (day(effective), midnight(expires))
        last = day(expires) - timedelta(days=1)
        assert alert in told(entitled(held), on=last)
        assert alert not in told(entitled(held), on=last + timedelta(days=1))


@pytest.mark.parametrize("status", [SUSPENDED, CANCELLED])
@pytest.mark.parametrize("since", [date.min, date.max])
def test_the_first_and_the_last_day_of_all_cost_nothing(since: date, status: BenefitStatus) -> None:
    assert said(msgspec.structs.replace(stopped("YAL", status, "2025-03-01"), since=since)) == []
    assert said(Report(since)) == (["Reporting overdue - 01 Jan 0001"] if since == date.min else [])
    far = sydney("2025-03-10T09:00").replace(year=since.year)
    odd = msgspec.structs.replace(appointment("2025-03-10T09:00"), starts_at=far)
    assert said(odd, msgspec.structs.replace(odd, status=AppointmentStatus.MISSED)) == []


def test_undetermined_debts_beside_everything_else_are_not_told() -> None:
    assert said(debt("10", NOW, status=DebtStatus.UNDETERMINED), Report(day("2025-03-10"))) == [
        "Reporting due today"
    ]
