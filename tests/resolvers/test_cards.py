"""Cards: counted by kind, activity and local day; rolled up, coloured, in order."""

from datetime import date, timedelta

import msgspec
import pytest

from resolvers.cards.activity import IconColour, Kind, VisitDetails, colour
from resolvers.policy import OnlineCards
from sources.parts.correspondence import CorrespondenceStatus
from sources.parts.interaction import Direction, InteractionKind, Location, Outcome
from tests.people import POLICY, ruled
from tests.records import APP, CALL, EMAIL, ONLINE, PAPER, SMS, happened, letter_of, sydney, written
from tests.resolvers.deck import TODAY, card, cards, counted

AT = sydney("2025-03-10T09:00")
VISIT = InteractionKind.SERVICE_CENTRE_VISIT
HOUR = timedelta(hours=1)
BY_DAY = ruled(online=OnlineCards.BY_DAY)
GREEN, RED, GREY, BLUE, MAROON, AMBER = (
    IconColour[name] for name in "GREEN RED GREY BLUE MAROON AMBER".split()
)


def test_three_reminders_and_a_notice_of_one_day_are_two_cards() -> None:
    reminders = [written(EMAIL, AT + HOUR * n, title="Appointment reminder") for n in range(3)]
    made = cards(*reminders, written(EMAIL, AT, title="Payment notice"))
    assert [(one.title, one.count) for one in made] == [("Appointment reminder", 3), ("Payment notice", 1)]


def test_the_same_activity_on_two_days_is_two_cards() -> None:
    late, early = sydney("2025-03-09T23:59"), sydney("2025-03-10T00:01")
    made = cards(happened(CALL, late), happened(CALL, early))
    assert [(one.date, one.count) for one in made] == [(date(2025, 3, 10), 1), (date(2025, 3, 9), 1)]


@pytest.mark.parametrize(
    ("titles", "told", "count"),
    [
        (("Asked", "asked", "  ASKED ", "As ked"), {}, [3, 1]),
        (("Asked", "Something else"), {"activity": "ASK"}, [2]),
    ],
)
def test_an_activity_is_its_code_and_without_one_its_title_however_written(
    titles: tuple[str, ...], told: dict[str, str], count: list[int]
) -> None:
    made = cards(*(happened(CALL, AT, title=title, **told) for title in titles))
    assert sorted((one.count for one in made), reverse=True) == count


def test_a_letter_is_counted_by_its_template_whatever_its_title() -> None:
    made = cards(*(letter_of("2025-03-09", template="Q1", title=title) for title in ("A", "B")))
    assert [one.count for one in made] == [2]
    apart = cards(*(letter_of("2025-03-09", template=template, title="A") for template in ("Q1", "Q2")))
    assert [one.count for one in apart] == [1, 1]


def test_titles_are_the_policys_where_it_names_the_code() -> None:
    """BR-CO-19."""
    policy = msgspec.structs.replace(
        POLICY, templates={"Q1": "Your debt"}, activities={"ADDR": "Update address"}
    )
    made = cards(
        letter_of("2025-03-10", template="Q1", title="Q1 v3"),
        happened(ONLINE, AT, activity="ADDR"),
        policy=policy,
    )
    assert {one.title for one in made} == {"Your debt", "Update address"}


def test_the_newest_of_a_card_speaks_for_it() -> None:
    older = happened(CALL, AT, activity="A", title="Older", summary="first")
    newer = happened(CALL, AT + HOUR, activity="A", title="Newer", summary="second")
    made = card(newer, older)
    assert (made.title, made.description, made.latest_at) == ("Newer", "second", AT + HOUR)
    assert [one.id for one in made.activities] == [newer.id, older.id]
    assert made.source == newer.source


COLOURS = [
    (Direction.OUTBOUND, Outcome.NOT_APPLICABLE, BLUE),
    (Direction.OUTBOUND, Outcome.SUCCESS, BLUE),
    (Direction.INBOUND, Outcome.NOT_APPLICABLE, MAROON),
    (Direction.INBOUND, Outcome.SUCCESS, MAROON),
    (Direction.SELF_SERVICE, Outcome.SUCCESS, GREEN),
    (Direction.SELF_SERVICE, Outcome.UNKNOWN, GREY),
    (Direction.SELF_SERVICE, Outcome.NOT_APPLICABLE, GREY),
    (Direction.INTERNAL, Outcome.NOT_APPLICABLE, GREY),
    *((direction, Outcome.NOT_ACHIEVED, RED) for direction in Direction),
    *((direction, Outcome.MIXED, GREY) for direction in Direction),
    *((direction, Outcome.ACTION_REQUIRED, AMBER) for direction in Direction),
]


@pytest.mark.parametrize(("direction", "outcome", "icon"), COLOURS)
def test_a_colour_means_the_same_everywhere(direction: Direction, outcome: Outcome, icon: IconColour) -> None:
    assert colour(direction, outcome) is icon


@pytest.mark.parametrize("kind", [ONLINE, APP, InteractionKind.SELF_SERVICE_IVR])
@pytest.mark.parametrize(
    ("outcomes", "rolled", "icon"),
    [
        ("SUCCESS SUCCESS", Outcome.SUCCESS, GREEN),
        ("NOT_ACHIEVED NOT_ACHIEVED", Outcome.NOT_ACHIEVED, RED),
        ("SUCCESS NOT_ACHIEVED", Outcome.MIXED, GREY),
        ("NOT_ACHIEVED SUCCESS SUCCESS", Outcome.MIXED, GREY),
        ("UNKNOWN", Outcome.UNKNOWN, GREY),
        ("SUCCESS UNKNOWN", Outcome.MIXED, GREY),
    ],
)
def test_outcomes_roll_up_to_one_colour(
    kind: InteractionKind, outcomes: str, rolled: Outcome, icon: IconColour
) -> None:
    """BR-CO-13."""
    made = card(*(happened(kind, AT, outcome=Outcome[outcome]) for outcome in outcomes.split()))
    assert (made.outcome, made.colour) == (rolled, icon)


def two_transactions() -> tuple[object, object]:
    done = happened(ONLINE, AT, title="Report income")
    undone = happened(ONLINE, AT + HOUR, title="Update address", outcome=Outcome.NOT_ACHIEVED)
    return done, undone


def test_two_transactions_of_a_day_are_two_cards_by_activity() -> None:
    assert [(one.title, one.colour) for one in cards(*two_transactions())] == [
        ("Update address", RED),
        ("Report income", GREEN),
    ]


def test_two_transactions_of_a_day_are_one_card_by_day() -> None:
    """BR-CO-12."""
    made = card(*two_transactions(), policy=BY_DAY)
    assert (made.title, made.colour, made.count, made.description) == ("multiple activities", GREY, 2, None)
    assert [one.colour for one in made.activities] == [RED, GREEN]


def test_by_day_online_and_app_stay_apart_and_other_kinds_stay_as_they_are() -> None:
    made = cards(
        *(happened(kind, AT, title=title) for kind in (ONLINE, APP, CALL) for title in ("One", "Two")),
        policy=BY_DAY,
    )
    assert sorted((one.kind.value, one.count) for one in made) == [
        ("INBOUND_CALL", 1),
        ("INBOUND_CALL", 1),
        ("MOBILE_APP_ACTIVITY", 2),
        ("ONLINE_ACTIVITY", 2),
    ]


def test_by_day_a_single_transaction_keeps_its_title() -> None:
    """BR-CO-12."""
    assert card(happened(APP, AT, title="Report income"), policy=BY_DAY).title == "Report income"


def test_a_partial_transaction_is_shown_in_red() -> None:
    made = card(happened(ONLINE, AT, outcome=Outcome.NOT_ACHIEVED, status_raw="INCOMPLETE"))
    assert (made.colour, made.outcome) == (RED, Outcome.NOT_ACHIEVED)


@pytest.mark.parametrize("kind", [InteractionKind.ABANDONED_CALL, InteractionKind.CONGESTION])
def test_a_call_that_did_not_get_through_is_red_whatever_its_source_says(kind: InteractionKind) -> None:
    assert card(happened(kind, AT, outcome=Outcome.SUCCESS)).colour is RED


@pytest.mark.parametrize("told", [{"bounced": True}, {"status": CorrespondenceStatus.FAILED}])
def test_what_came_back_is_red(told: dict[str, object]) -> None:
    assert card(written(SMS, AT)).colour is BLUE
    assert card(written(SMS, AT, **told)).colour is RED


def test_a_letter_by_post_is_never_said_to_have_arrived() -> None:
    """BR-CO-21."""
    details = card(written(PAPER, AT, status=CorrespondenceStatus.DELIVERED)).activities[0].details
    assert details is not None
    assert getattr(details, "status", None) is CorrespondenceStatus.SENT
    online = card(written(SMS, AT, status=CorrespondenceStatus.DELIVERED)).activities[0].details
    assert getattr(online, "status", None) is CorrespondenceStatus.DELIVERED


def test_a_letter_stands_on_the_date_printed_on_it_however_late_it_was_issued_again() -> None:
    """BR-CO-18."""
    again = letter_of("2025-02-20", id="again", reissue_of="first")
    reissued = msgspec.structs.replace(again, created_at=sydney("2025-03-09T10:00"))
    assert card(reissued).date == date(2025, 2, 20)


def test_a_letter_dated_ahead_is_shown_without_an_age() -> None:
    made = card(letter_of("2025-03-13"))
    assert (made.date, made.recency) == (date(2025, 3, 13), None)


@pytest.mark.parametrize("made", ["2025-03-10T00:30", "2025-03-10T09:00", "2025-03-10T23:30"])
def test_a_letter_is_as_old_as_the_date_printed_on_it(made: str) -> None:
    told = card(written(PAPER, sydney(made), issue_date=TODAY))
    assert told.date == TODAY
    assert told.recency is not None
    assert told.recency.label == "Just now"


def test_a_visit_is_called_by_its_location_and_tells_the_centres_own_time() -> None:
    """BR-CO-23."""
    at = sydney("2025-03-10T01:30")
    told = {"location": Location("Perth", "Australia/Perth"), "queue": "Families", "contact_type": "Walk-in"}
    made = card(happened(VISIT, at, title="Face to face contact", **told))
    details = made.activities[0].details
    assert (made.title, made.date) == ("Perth", TODAY)
    assert isinstance(details, VisitDetails)
    assert details.local_time.isoformat() == "2025-03-09T22:30:00+08:00"
    assert (details.time_zone, details.queue, details.contact_type) == (
        "Australia/Perth",
        "Families",
        "Walk-in",
    )


@pytest.mark.parametrize("zone", ["", "AEST", "Australia", "../../etc/passwd", "a\0b", "x" * 500])
def test_a_zone_that_is_none_costs_the_local_time_and_nothing_else(zone: str) -> None:
    details = (
        card(happened(VISIT, AT, location=Location("Perth", zone), queue="Families")).activities[0].details
    )
    assert isinstance(details, VisitDetails)
    assert (details.local_time, details.time_zone, details.queue) == (AT, "UTC", "Families")


def test_an_updated_number_goes_first_and_says_why() -> None:
    """BR-CO-15."""
    update = happened(InteractionKind.UPDATE_PHONE_NUMBER, sydney("2025-02-20T10:00"))
    first, second = cards(happened(CALL, AT), update)
    assert (first.kind, first.pinned, second.pinned) == (Kind.UPDATE_PHONE_NUMBER, True, False)
    assert first.pin_reason == POLICY.cards.pinned["UPDATE_PHONE_NUMBER"]
    assert second.pin_reason is None


def test_cards_stand_by_day_then_latest_then_kind_then_id() -> None:
    """BR-GW-9."""
    same = {"outcome": Outcome.SUCCESS}
    made = cards(
        happened(CALL, AT, title="b", **same),
        happened(CALL, AT, title="a", **same),
        happened(APP, AT, title="z", **same),
        happened(ONLINE, AT, title="a", **same),
        happened(CALL, AT + HOUR, title="x"),
        letter_of("2025-03-11"),
        happened(CALL, sydney("2025-03-09T23:59"), title="y"),
    )
    assert [one.id.rpartition("/")[0] for one in made] == [
        "ONLINE_LETTER/your payment",
        "INBOUND_CALL/x",
        "INBOUND_CALL/a",
        "INBOUND_CALL/b",
        "MOBILE_APP_ACTIVITY/z",
        "ONLINE_ACTIVITY/a",
        "INBOUND_CALL/y",
    ]


def test_nothing_makes_no_card() -> None:
    assert counted([]) == ()
