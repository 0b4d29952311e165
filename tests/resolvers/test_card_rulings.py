"""What cards do where records are unusual: faxes, two centres on a day, odd directions, something to be done."""

from resolvers.cards.activity import IconColour, Kind
from sources.parts.correspondence import CorrespondenceChannel
from sources.parts.interaction import Direction, InteractionKind, Location, Outcome
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
    said = [
        happened(InteractionKind.SELF_SERVICE_IVR, AT, id=outcome.value, activity="PAY", outcome=outcome)
        for outcome in (Outcome.SUCCESS, Outcome.ACTION_REQUIRED)
    ]
    assert (card(*said).outcome, card(*said).colour) == (Outcome.ACTION_REQUIRED, IconColour.AMBER)
