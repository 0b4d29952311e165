"""What cards do where records are unusual: faxes, two centres on a day, odd directions, something to be done."""

from resolvers.cards.activity import IconColour, Kind
from sources.parts.correspondence import CorrespondenceChannel
from sources.parts.interaction import Direction, InteractionKind, Location, Outcome
from tests.people import ruled
from tests.records import happened, sydney, written
from tests.resolvers.deck import card, cards

AT = sydney("2025-03-10 09:00")


def test_a_fax_and_what_came_by_an_unknown_way_have_a_card() -> None:
    built = cards(written(CorrespondenceChannel.FAX, AT), written(CorrespondenceChannel.OTHER, AT, id="o"))
    assert {one.kind for one in built} == {Kind.OTHER}
    assert sum(one.count for one in built) == 2


def test_visits_to_two_centres_on_a_day_are_two_cards_whatever_was_done_there() -> None:
    visits = [
        happened(
            InteractionKind.SERVICE_CENTRE_VISIT,
            AT,
            id=name,
            activity="DOCUP",
            location=Location(name, "Australia/Sydney"),
        )
        for name in ("Parramatta", "Newcastle")
    ]
    assert {one.title for one in cards(*visits)} == {"Parramatta", "Newcastle"}


def test_a_transaction_is_self_service_whatever_direction_its_source_says() -> None:
    said = happened(InteractionKind.ONLINE_ACTIVITY, AT, direction=Direction.INBOUND, outcome=Outcome.SUCCESS)
    assert (card(said).direction, card(said).colour) == (Direction.SELF_SERVICE, IconColour.GREEN)


def test_something_that_an_officer_has_to_do_stands_out_of_its_card() -> None:
    """BR-CO-13."""
    said = [
        happened(InteractionKind.SELF_SERVICE_IVR, AT, id=outcome.value, activity="PAY", outcome=outcome)
        for outcome in (Outcome.SUCCESS, Outcome.ACTION_REQUIRED)
    ]
    assert (card(*said).outcome, card(*said).colour) == (Outcome.ACTION_REQUIRED, IconColour.AMBER)


def test_a_customer_who_hung_up_and_one_who_was_told_to_call_back_are_told_apart_and_both_in_vain() -> None:
    """BR-CO-17."""
    queued, busy = (
        card(happened(kind, AT, outcome=Outcome.SUCCESS, title="Call"))
        for kind in (InteractionKind.ABANDONED_CALL, InteractionKind.CONGESTION)
    )
    assert "hung up in the queue" in Kind.ABANDONED_CALL.doc
    assert "told to call back" in Kind.CONGESTION.doc
    assert (queued.kind, busy.kind) == (Kind.ABANDONED_CALL, Kind.CONGESTION)
    assert {(one.outcome, one.colour) for one in (queued, busy)} == {(Outcome.NOT_ACHIEVED, IconColour.RED)}


def test_every_card_that_is_pinned_says_why_and_no_other_does() -> None:
    """BR-CO-15: which kinds are pinned, and why, is the policy's."""
    policy = ruled(pinned={"SMS": "Look at this", "INBOUND_CALL": "And at this"})
    made = cards(
        written(CorrespondenceChannel.SMS, sydney("2025-03-04 09:00")),
        happened(InteractionKind.UPDATE_PHONE_NUMBER, AT),
        happened(InteractionKind.INBOUND_CALL, sydney("2025-03-05 09:00")),
        policy=policy,
    )
    assert [(one.kind.value, one.pinned, one.pin_reason) for one in made] == [
        ("INBOUND_CALL", True, "And at this"),
        ("SMS", True, "Look at this"),
        ("UPDATE_PHONE_NUMBER", False, None),
    ]


def test_a_card_can_be_opened_when_there_is_more_to_see_than_itself() -> None:
    note = InteractionKind.CASE_NOTE
    assert not card(happened(note, AT)).expandable
    assert card(happened(note, AT, summary="Asked for a form.")).expandable
    assert card(happened(note, AT), happened(note, AT)).expandable
    assert card(happened(InteractionKind.INBOUND_CALL, AT)).expandable, "a queue, perhaps, or an end"
