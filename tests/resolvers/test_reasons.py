"""How signs and alerts are weighed: what fades, what adds up, in which order reasons stand and what they rest on."""

from datetime import date, timedelta
from typing import Any

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from msgspec.structs import replace

from resolvers.policy import SignPolicy
from resolvers.reasons import ContactReason, EvidenceKind
from resolvers.reasons.likely import faded
from sources.parts.entitlement import ClaimStatus, Report
from sources.parts.interaction import InteractionKind, Outcome
from tests.people import NOW, POLICY
from tests.records import CALL, ONLINE, SMS, arranged, debt, happened, letter_of, sydney, written
from tests.resolvers.deck import cards
from tests.resolvers.guessed import ARTICLE, RULES, alerted, likely, ruled_by, shares
from tests.resolvers.lives import lives
from tests.resolvers.notices import claim, day, entitled

BUSY = InteractionKind.CONGESTION
CLAIM, REPORTING, LETTERS = (
    ContactReason.CLAIM,
    ContactReason.REPORTING,
    ContactReason.LETTER_OR_MESSAGE,
)


def left(at: Any = NOW, **told: Any) -> Any:
    return happened(ONLINE, at, **({"activity": "EMPINC", "outcome": Outcome.NOT_ACHIEVED} | told))


@pytest.mark.parametrize(
    ("days", "share"), [(0, 1.0), (4, 0.5), (8, 0.25), (-4, 0.5)], ids=["today", "half", "quarter", "ahead"]
)
def test_after_a_half_life_half_of_a_weight_is_left_before_and_after_its_day(days: int, share: float) -> None:
    assert faded(1.0, 4.0, days) == share
    assert faded(3.0, 0.0, days) == 3.0


def test_a_sign_fades_by_local_days_and_not_by_hours() -> None:
    """Half past noon in Sydney: a moment of the same day weighs the same, one second earlier it is a day older."""
    today, yesterday = sydney("2025-03-10T00:00"), sydney("2025-03-09T23:59:59")
    assert shares(left(today)) == shares(left(NOW)) != shares(left(yesterday))
    assert shares(left(yesterday)) == shares(left(sydney("2025-03-09T00:00")))


def test_the_share_of_a_reason_is_its_points_among_all_and_the_unexplained() -> None:
    assert shares(left()) == {REPORTING: 0.4, ContactReason.UNFINISHED_TRANSACTION: 0.2}  # 1, 0.5 and 1
    assert sum(shares(left(), letter_of("2025-03-10", template="K1")).values()) < 1


def test_two_things_that_agree_come_to_more_than_their_sum() -> None:
    """One alone is one point beside one unexplained; two of one point each are three, not two."""
    no_letters = ruled_by(signs={"LETTER": SignPolicy(about=1.0), "SPOKEN": SignPolicy(about=1.0)})
    letter, call = letter_of("2025-03-10", template="K1"), happened(CALL, NOW, title="Progress of claim")
    assert shares(letter, policy=no_letters) == shares(call, policy=no_letters) == {CLAIM: 0.5}
    assert shares(letter, call, policy=no_letters) == {CLAIM: 0.75}


@pytest.mark.parametrize(
    ("finished", "settled"), [("2025-03-07", False), ("2025-03-08", False), ("2025-03-09", True)]
)
def test_what_was_finished_on_a_later_day_is_dealt_with_in_part(finished: str, settled: bool) -> None:
    called = happened(CALL, sydney("2025-03-08T12:00"), title="Reporting help")
    done = happened(ONLINE, sydney(f"{finished}T18:00"), activity="EMPINC")
    calm = ruled_by(signs={**RULES.signs, "FINISHED": SignPolicy()})
    before, after = (
        shares(called, done, policy=replace(calm, reasons=replace(calm.reasons, settled=share)))[REPORTING]
        for share in (1.0, 0.25)
    )
    assert (after < before) is settled


def test_whoever_repays_asks_less_what_is_owed() -> None:
    owed = debt("10", sydney("2025-03-05T12:00"))
    agreed = replace(owed, arrangements=(arranged(sydney("2025-03-06T12:00")),))
    some = ruled_by(settled=0.25)
    assert shares(agreed, policy=some)[ContactReason.DEBT] < shares(owed, policy=some)[ContactReason.DEBT]
    assert likely(owed, policy=some)[0].reason is ContactReason.DEBT
    assert likely(agreed, policy=some)[0].reason is ContactReason.REPAYMENT_ARRANGEMENT


def test_the_heaviest_policy_and_the_longest_life_are_reckoned_with() -> None:
    heavy = ruled_by(
        signs={"SPOKEN": SignPolicy(about=1000.0)},
        factors={"progress of claim": 1000.0},
        pull={"CLAIM": 1000.0},
        sharpness=10.0,
    )
    calls = [happened(CALL, NOW - timedelta(hours=n), title="Progress of claim") for n in range(600)]
    assert shares(*calls, policy=heavy) == {CLAIM: 0.99}  # a guess is never certain


def test_what_is_as_likely_stands_in_the_order_of_the_reasons() -> None:
    both = (letter_of("2025-03-10", template="K1"), happened(CALL, NOW, title="Reporting help"))
    assert [one.reason for one in likely(*both)] == [REPORTING, CLAIM, LETTERS]
    assert [one.reason for one in likely(*reversed(both))] == [REPORTING, CLAIM, LETTERS]


@pytest.mark.parametrize(
    ("pattern", "status", "share"),
    [("submitted", ClaimStatus.SUBMITTED, 0.5), ("on hold", ClaimStatus.ON_HOLD, 0.67)],
)
def test_a_claim_on_hold_weighs_more_than_one_that_waits(
    pattern: str, status: ClaimStatus, share: float
) -> None:
    held = entitled(claim("2025-03-10", ("PPS", status)))
    assert shares(alerts=alerted(held)) == {CLAIM: share}


def test_an_alert_fades_from_the_day_that_it_is_about_and_one_without_a_day_does_not() -> None:
    due = [alerted(entitled(Report(day(on)))) for on in ("2025-03-09", "2025-03-03")]
    fresh, old = (shares(alerts=one)[REPORTING] for one in due)
    assert fresh > old == 0.5  # 2 points a week ago are one
    assert shares(alerts=alerted(entitled(issues=True))) == {ContactReason.OTHER: 0.5}


def test_an_alert_that_the_policy_does_not_weigh_says_nothing() -> None:
    held = entitled(Report(day("2025-03-10")))
    assert [one.pattern for one in alerted(held)] == ["REPORTING_DUE_TODAY"]
    assert likely(alerts=alerted(held)) == ()


def test_an_attempt_at_a_call_adds_to_what_was_there_by_then_and_to_nothing_later() -> None:
    pressing = ruled_by(insistence=0.5)
    before = letter_of("2025-03-08", template="K1")
    tried = happened(BUSY, sydney("2025-03-09T09:00"), title="Busy")
    after = happened(CALL, NOW, title="Reporting help")
    calm, pressed = (likely(before, tried, after, policy=policy) for policy in (ruled_by(), pressing))
    told = {one.reason: one for one in pressed}
    assert told[CLAIM].confidence > {one.reason: one for one in calm}[CLAIM].confidence
    assert [one.label for one in told[CLAIM].because] == ["Your payment (2 days ago)", "Busy (1 day ago)"]
    assert [one.label for one in told[REPORTING].because] == ["Reporting help (Just now)"]


def test_only_the_last_attempt_presses() -> None:
    pressing = ruled_by(insistence=0.5)
    letter = letter_of("2025-03-07", template="K1")
    tries = [happened(BUSY, sydney(f"2025-03-{on}T09:00"), title="Busy") for on in ("08", "09")]
    told = {one.reason: one for one in likely(letter, *tries, policy=pressing)}
    assert [one.label for one in told[CLAIM].because] == ["Your payment (3 days ago)", "Busy (1 day ago)"]


def test_evidence_names_the_card_or_alert_in_its_words_and_its_day() -> None:
    old = letter_of("2025-02-20", template="K1", title="We have your claim")
    held = entitled(claim("2025-02-18", ("PPS", ClaimStatus.SUBMITTED)))
    (found,) = [one for one in likely(old, alerts=alerted(held)) if one.reason is CLAIM]
    alert, card = found.because
    assert (alert.kind, alert.label, alert.date, alert.card_id) == (
        EvidenceKind.ALERT,
        "New PPS claim submitted 18 Feb",
        date(2025, 2, 18),
        None,
    )
    assert (card.kind, card.label, card.date) == (
        EvidenceKind.CARD,
        "We have your claim (20 Feb)",
        date(2025, 2, 20),
    )
    assert card.card_id == cards(old)[0].id


def test_evidence_says_how_often_and_is_five_things_at_most_the_strongest_first() -> None:
    tries = [
        left(NOW - timedelta(days=ago, minutes=n), activity="K1", title="Claimed")
        for ago in range(9)
        for n in range(ago + 1)
    ]
    (found,) = [one for one in likely(*tries) if one.reason is CLAIM]
    assert [one.label for one in found.because] == [
        "Claimed (Just now)",
        "Claimed, 2 times (1 day ago)",
        "Claimed, 3 times (2 days ago)",
        "Claimed, 4 times (3 days ago)",
        "Claimed, 5 times (4 days ago)",
    ]


def test_articles_of_the_cards_come_first_then_that_of_the_reason_each_once() -> None:
    help_online = POLICY.knowledge["EMPINC"]
    policy = ruled_by(codes={"CLAIM": ("EMPINC",)})
    assert {one.reason: one.suggested for one in likely(left(), policy=policy)}[CLAIM] == (
        help_online,
        ARTICLE,
    )
    same = ruled_by(codes={"CLAIM": ("EMPINC",)}, articles={"CLAIM": help_online})
    assert {one.reason: one.suggested for one in likely(left(), policy=same)}[CLAIM] == (help_online,)
    assert all(one.suggested == () for one in likely(written(SMS, NOW)))


def test_a_reason_can_be_pulled_up_or_switched_off_and_a_code_can_say_more_than_its_kind() -> None:
    letter = letter_of("2025-03-10", template="K1")
    assert likely(letter)[0].reason is CLAIM
    assert [one.reason for one in likely(letter, policy=ruled_by(pull={"CLAIM": 0.0}))] == [LETTERS]
    assert likely(letter, policy=ruled_by(pull={"LETTER_OR_MESSAGE": 3.0}))[0].reason is LETTERS
    assert shares(letter, policy=ruled_by(factors={"k1": 2.0}))[CLAIM] == 0.5
    assert likely(letter, policy=ruled_by(factors={"K1": 0.0})) == ()


def test_a_policy_that_weighs_nothing_gives_no_reasons() -> None:
    rich = (left(), letter_of("2025-03-10"), debt("10", NOW))
    assert likely(*rich, policy=ruled_by(signs={}, alerts={})) == ()
    assert likely() == ()


def test_a_letter_dated_ahead_weighs_by_the_days_until_its_day() -> None:
    ahead, ago = letter_of("2025-03-14", template="K1"), letter_of("2025-03-06", template="K1")
    assert shares(ahead) == shares(ago)
    assert likely(ahead)[0].because[0].label == "Your payment (14 Mar)"


@settings(max_examples=60, deadline=None)
@given(lives(), st.randoms())
def test_the_order_of_what_happened_changes_nothing(records: list[Any], random: Any) -> None:
    mixed = random.sample(records, len(records))
    pressing = ruled_by(insistence=0.3)
    assert likely(*records, policy=pressing) == likely(*mixed, policy=pressing)


@settings(max_examples=60, deadline=None)
@given(lives())
def test_every_reason_has_evidence_and_the_shares_fall_and_leave_room_for_what_leaves_no_trace(
    records: list[Any],
) -> None:
    found = likely(*records)
    confidences = [one.confidence for one in found]
    assert confidences == sorted(confidences, reverse=True)
    assert all(0 <= one <= 1 for one in confidences)
    assert sum(confidences) < 1 + 0.005 * len(found)
    assert all(one.because for one in found)
    assert len({one.reason for one in found}) == len(found)


@settings(max_examples=40, deadline=None)
@given(lives(), st.integers(0, 12))
def test_more_for_a_reason_never_makes_it_less_likely(records: list[Any], ago: int) -> None:
    more = happened(CALL, NOW - timedelta(days=ago), id="more", title="Progress of claim")
    before, after = shares(*records).get(CLAIM, 0.0), shares(*records, more).get(CLAIM, 0.0)
    assert after >= before
