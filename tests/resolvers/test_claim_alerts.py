"""Alerts of claims: from submission to the decision on every part, and for a while after a rejection."""

import pytest

from resolvers.alerts.notice import Matter
from sources.parts.entitlement import ClaimStatus
from tests.resolvers.notices import claim, day, midnight, only, said

SUBMITTED, ON_HOLD = ClaimStatus.SUBMITTED, ClaimStatus.ON_HOLD
REJECTED, FINALISED, OTHER = ClaimStatus.REJECTED, ClaimStatus.FINALISED, ClaimStatus.OTHER


@pytest.mark.parametrize(
    ("status", "label"),
    [
        (SUBMITTED, ["New PPS claim submitted 02 Feb"]),
        (ON_HOLD, ["New PPS claim submitted 02 Feb - on hold"]),
        (OTHER, ["New PPS claim submitted 02 Feb"]),
        (FINALISED, []),
    ],
)
def test_br_co_37_a_claim_is_told_until_it_is_finalised(status: ClaimStatus, label: list[str]) -> None:
    """BR-CO-37."""
    for on in ("2025-02-02", "2025-03-10", "2025-09-01"):
        assert said(claim("2025-02-02", ("PPS", status)), on=on) == label
    assert said(claim("2025-02-02", ("PPS", status)), on="2025-02-01") == []


def test_br_co_37_nothing_but_its_decision_ends_the_alert_of_a_claim() -> None:
    """BR-CO-37."""
    alert = only(claim("2025-02-02", ("PPS", SUBMITTED)))
    assert (alert.kind, alert.effective_date, alert.expires_at) == (
        Matter.CLAIM_SUBMITTED,
        day("2025-02-02"),
        None,
    )


@pytest.mark.parametrize(
    ("submitted", "on", "said_day"),
    [
        ("2024-03-10", "2025-03-10", "10 Mar"),  # twelve months, and no more
        ("2024-03-09", "2025-03-10", "09 Mar 2024"),
        ("2024-02-29", "2025-02-28", "29 Feb"),
        ("2024-02-29", "2025-03-01", "29 Feb 2024"),
        ("2023-02-28", "2024-02-29", "28 Feb"),
        ("2023-02-27", "2024-02-29", "27 Feb 2023"),
        ("2023-03-01", "2024-02-29", "01 Mar"),
        ("2024-12-31", "2025-12-31", "31 Dec"),
        ("2024-12-31", "2026-01-01", "31 Dec 2024"),
    ],
)
def test_br_co_37_a_claim_older_than_twelve_months_shows_its_year(
    submitted: str, on: str, said_day: str
) -> None:
    """BR-CO-37."""
    assert said(claim(submitted, ("PPS", SUBMITTED)), on=on) == [f"New PPS claim submitted {said_day}"]


@pytest.mark.parametrize(
    ("on", "there"),
    [("2025-02-09", False), ("2025-02-10", True), ("2025-03-10", True), ("2025-03-11", False)],
)
def test_br_co_38_a_rejected_claim_is_told_for_28_days(on: str, there: bool) -> None:
    """BR-CO-38."""
    rejected = claim("2025-02-02", ("PPS", REJECTED, "2025-02-10"))
    assert said(rejected, on=on) == ["New PPS claim submitted 02 Feb - Rejected"] * there


def test_br_co_38_a_rejection_is_about_its_own_day_and_says_the_day_of_the_claim() -> None:
    """BR-CO-38."""
    alert = only(claim("2023-02-02", ("PPS", REJECTED, "2025-02-10")))
    assert alert.label == "New PPS claim submitted 02 Feb 2023 - Rejected"
    assert (alert.effective_date, alert.expires_at) == (day("2025-02-10"), midnight("2025-03-11"))


def test_br_co_38_a_rejection_of_an_unknown_day_counts_from_the_claim() -> None:
    """BR-CO-38."""
    for on, there in (("2025-03-02", 1), ("2025-03-03", 0)):
        assert len(said(claim("2025-02-02", ("PPS", REJECTED)), on=on)) == there


@pytest.mark.parametrize(
    ("parts", "label"),
    [
        ([("PPS", SUBMITTED), ("FTB", SUBMITTED)], "New PPS, FTB claim submitted 02 Feb"),
        ([("FTB", SUBMITTED), ("PPS", SUBMITTED)], "New FTB, PPS claim submitted 02 Feb"),
        ([("PPS", ON_HOLD), ("FTB", SUBMITTED)], "New PPS, FTB claim submitted 02 Feb - on hold"),
        ([("PPS", FINALISED, "2025-03-01"), ("FTB", SUBMITTED)], "New FTB claim submitted 02 Feb"),
        ([("PPS", REJECTED, "2025-03-01"), ("FTB", SUBMITTED)], "New FTB claim submitted 02 Feb"),
        ([("PPS", ON_HOLD), ("FTB", REJECTED, "2025-03-01")], "New PPS claim submitted 02 Feb - on hold"),
        ([("PPS", OTHER, "2025-03-01"), ("FTB", OTHER)], "New FTB claim submitted 02 Feb"),
        ([("PPS", FINALISED), ("FTB", REJECTED, "2025-03-01")], "New FTB claim submitted 02 Feb - Rejected"),
        (
            [("PPS", REJECTED, "2025-01-01"), ("FTB", REJECTED, "2025-03-01")],
            "New PPS, FTB claim submitted 02 Feb - Rejected",
        ),
    ],
)
def test_br_co_43_a_combined_claim_is_one_alert_of_what_is_outstanding(
    parts: list[tuple[str, ClaimStatus]], label: str
) -> None:
    """BR-CO-43."""
    assert said(claim("2025-02-02", *parts)) == [label]


def test_br_co_43_parts_told_apart_under_one_claim_id_are_one_alert() -> None:
    """BR-CO-43."""
    first, second = (claim("2025-02-02", (code, SUBMITTED), id="K9") for code in ("FTB", "PPS"))
    other = claim("2025-02-03", ("LIC", SUBMITTED), id="K8")
    labels = ["New FTB, PPS claim submitted 02 Feb", "New LIC claim submitted 03 Feb"]
    assert said(first, second, other) == said(other, second, first) == labels


def test_a_claim_for_nothing_is_no_alert() -> None:
    assert said(claim("2025-02-02")) == []
