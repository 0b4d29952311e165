"""What each thing on a card says about why a customer may be in touch."""

from datetime import timedelta
from typing import Any

import pytest

from resolvers.policy import ReasonPolicy
from resolvers.reasons import ContactReason
from resolvers.reasons.sign import Seen, Sign, signs_of
from sources.parts.correspondence import CorrespondenceChannel
from sources.parts.debt import ArrangementStatus
from sources.parts.interaction import Direction, InteractionKind, Location, Outcome
from sources.parts.ownership import Lock
from tests.people import NOW
from tests.records import (
    APP,
    CALL,
    EMAIL,
    LETTER,
    ONLINE,
    PAPER,
    SMS,
    arranged,
    debt,
    happened,
    owned,
    written,
)
from tests.resolvers.deck import cards

CODES = {"REPORTING": ("EMPINC", "Reporting help"), "DEBT": ("Debt Recovery",)}
IVR = InteractionKind.SELF_SERVICE_IVR
VISIT = InteractionKind.SERVICE_CENTRE_VISIT
REASON = ContactReason


def seen(*records: Any) -> tuple[Seen, ...]:
    return signs_of(cards(*records), ReasonPolicy(codes=CODES))


def only(*records: Any) -> tuple[Sign, ContactReason | None, ContactReason | None]:
    (one,) = seen(*records)
    return one.sign, one.about, one.itself


@pytest.mark.parametrize("kind", [ONLINE, APP])
@pytest.mark.parametrize("outcome", [Outcome.NOT_ACHIEVED, Outcome.ACTION_REQUIRED])
def test_a_transaction_that_was_left_is_unfinished_and_about_its_activity(kind: Any, outcome: Any) -> None:
    left = happened(kind, NOW, activity="EMPINC", outcome=outcome)
    assert only(left) == (Sign.UNFINISHED, REASON.REPORTING, REASON.UNFINISHED_TRANSACTION)


def test_a_transaction_that_was_finished_later_is_unfinished_no_more() -> None:
    def tried(minutes: int, outcome: Outcome, activity: str = "EMPINC", kind: Any = ONLINE) -> Any:
        return happened(kind, NOW + timedelta(minutes=minutes), activity=activity, outcome=outcome)

    left, done = tried(0, Outcome.NOT_ACHIEVED), tried(9, Outcome.SUCCESS, kind=APP)
    assert [one.sign for one in seen(left, done)] == [Sign.FINISHED]
    again = tried(12, Outcome.NOT_ACHIEVED)
    assert {one.sign for one in seen(left, done, again)} == {Sign.FINISHED, Sign.UNFINISHED}
    other = tried(9, Outcome.SUCCESS, "ADDR")
    assert {one.sign for one in seen(left, other)} == {Sign.FINISHED, Sign.UNFINISHED}


@pytest.mark.parametrize(
    ("outcome", "sign", "itself"),
    [
        (Outcome.NOT_ACHIEVED, Sign.MACHINE_FAILED, REASON.UNFINISHED_TRANSACTION),
        (Outcome.SUCCESS, Sign.MACHINE_USED, None),
        (Outcome.UNKNOWN, Sign.MACHINE_USED, None),
    ],
)
def test_what_the_machine_could_not_do_is_told_from_what_it_did(
    outcome: Outcome, sign: Sign, itself: Any
) -> None:
    assert only(happened(IVR, NOW, activity="EMPINC", outcome=outcome)) == (sign, REASON.REPORTING, itself)


@pytest.mark.parametrize(
    "kind",
    [
        InteractionKind.CONGESTION,
        InteractionKind.ABANDONED_CALL,
        InteractionKind.PLACE_IN_QUEUE,
        InteractionKind.SCHEDULED_CALLBACK,
    ],
)
def test_a_call_that_came_to_nothing_is_about_its_queue_if_that_tells(kind: InteractionKind) -> None:
    told = (Sign.NOT_HEARD, None, REASON.COULD_NOT_GET_THROUGH)
    assert only(happened(kind, NOW, title="Busy", queue="Families")) == told
    assert only(happened(kind, NOW, title="Busy", queue="Debt Recovery")) == (told[0], REASON.DEBT, told[2])


def test_a_call_is_about_its_title_then_about_its_queue_and_else_about_something_else() -> None:
    assert only(happened(CALL, NOW, title="Reporting  HELP", queue="Debt Recovery"))[1] is REASON.REPORTING
    assert only(happened(CALL, NOW, title="General enquiry", queue="Debt Recovery"))[1] is REASON.DEBT
    assert only(happened(CALL, NOW, title="General enquiry")) == (Sign.SPOKEN, REASON.OTHER, None)


def test_a_visit_is_about_its_type_of_contact_and_not_about_its_place() -> None:
    place = Location("Parramatta", "Australia/Sydney")
    visits = [happened(VISIT, NOW, location=place, contact_type=told) for told in ("Reporting help", None)]
    assert {one.about for one in seen(*visits)} == {REASON.REPORTING, REASON.OTHER}


@pytest.mark.parametrize(
    ("channel", "sign"),
    [(LETTER, Sign.LETTER), (PAPER, Sign.LETTER), (EMAIL, Sign.MESSAGE), (SMS, Sign.MESSAGE)],
)
def test_what_was_written_is_about_its_template_and_a_letter_or_message_itself(
    channel: CorrespondenceChannel, sign: Sign
) -> None:
    assert only(written(channel, NOW, template="EMPINC")) == (
        sign,
        REASON.REPORTING,
        REASON.LETTER_OR_MESSAGE,
    )
    assert only(written(channel, NOW, template="X")) == (sign, None, REASON.LETTER_OR_MESSAGE)


def test_what_came_back_says_that_details_are_wrong_and_what_the_customer_wrote_asks_for_an_answer() -> None:
    assert only(written(SMS, NOW, bounced=True))[::2] == (Sign.BOUNCED, REASON.DETAILS)
    assert only(written(PAPER, NOW, direction=Direction.INBOUND))[::2] == (Sign.WROTE, REASON.DOCUMENTS)


def test_debts_arrangements_and_ownership_say_what_they_are() -> None:
    owed = debt("10", NOW, arrangements=(arranged(NOW, ArrangementStatus.CUR),))
    assert {(one.sign, one.itself) for one in seen(owed)} == {
        (Sign.DEBT_RAISED, REASON.DEBT),
        (Sign.ARRANGEMENT, REASON.REPAYMENT_ARRANGEMENT),
    }
    assert only(owned(lock=Lock("K1", "Litigation", NOW))) == (Sign.OWNERSHIP, None, REASON.CHILD_SUPPORT)


def test_what_is_said_several_times_on_a_card_counts_once() -> None:
    tried = [
        happened(IVR, NOW - timedelta(minutes=n), activity="EMPINC", outcome=Outcome.NOT_ACHIEVED)
        for n in range(23)
    ]
    assert len(seen(*tried)) == 1
    assert len(seen(*tried, happened(IVR, NOW, activity="EMPINC", outcome=Outcome.SUCCESS))) == 2


def test_a_kind_of_which_nothing_is_known_says_nothing() -> None:
    assert seen(happened(InteractionKind.OTHER, NOW, title="Reporting help")) == ()


@pytest.mark.parametrize("kind", [InteractionKind.INTERACTION_RECORD, InteractionKind.FORM])
@pytest.mark.parametrize(
    ("outcome", "sign"),
    [
        (Outcome.ACTION_REQUIRED, Sign.UNFINISHED),
        (Outcome.NOT_ACHIEVED, Sign.UNFINISHED),
        (Outcome.SUCCESS, Sign.FINISHED),
    ],
)
def test_what_was_handed_over_or_left_in_a_form_is_unfinished_like_a_transaction(
    kind: InteractionKind, outcome: Outcome, sign: Sign
) -> None:
    told, about, _ = only(happened(kind, NOW, outcome=outcome, activity="EMPINC"))
    assert (told, about) == (sign, REASON.REPORTING)


def test_a_form_that_was_submitted_later_is_unfinished_no_more_and_a_request_is_something_asked_for() -> None:
    begun = happened(InteractionKind.FORM, NOW, title="Rent", outcome=Outcome.NOT_ACHIEVED)
    assert only(begun) == (Sign.UNFINISHED, None, REASON.UNFINISHED_TRANSACTION)
    sent = happened(InteractionKind.FORM, NOW + timedelta(minutes=9), title="Rent")
    assert [one.sign for one in seen(begun, sent)] == [Sign.FINISHED]
    asked = happened(InteractionKind.SERVICE_REQUEST, NOW, title="A copy", outcome=Outcome.UNKNOWN)
    assert only(asked) == (Sign.REQUESTED, REASON.OTHER, None)
