"""The card kinds: each declared once, each built from its own records and from no other."""

from collections import Counter
from datetime import timedelta
from typing import Any

import msgspec
import pytest

from resolvers.cards import CARD_KINDS
from resolvers.cards.activity import (
    CardGroup,
    DigitalDetails,
    Kind,
    NumberChange,
    PhoneNumberDetails,
    Readings,
)
from sources.parts import CORRESPONDENCE, DEBT, ENTITLEMENT, INTERACTION, OWNERSHIP, Entitlement
from sources.parts.correspondence import CorrespondenceChannel, CorrespondenceStatus
from sources.parts.debt import ArrangementStatus, DebtStatus
from sources.parts.entitlement import Appointment, AppointmentProvider, AppointmentStatus
from sources.parts.interaction import Channel, InteractionKind, Outcome
from sources.parts.ownership import Lock, Transfer, TransferMethod
from tests.records import CALL, LETTER, OWNER, arranged, debt, happened, history, owned, sydney, written
from tests.resolvers.deck import activities, desk, kind_of, readings

AT = sydney("2025-03-10T09:00")
MESSAGES = {
    Kind.ONLINE_LETTER: CorrespondenceChannel.LETTER_ONLINE,
    Kind.PAPER_LETTER: CorrespondenceChannel.LETTER_PAPER,
    Kind.EMAIL: CorrespondenceChannel.EMAIL,
    Kind.SMS: CorrespondenceChannel.SMS,
    Kind.PUSH_NOTIFICATION: CorrespondenceChannel.PUSH,
}
FROM_INTERACTIONS = sorted({kind.name for kind in Kind} & {kind.name for kind in InteractionKind})
FAMILIES = {
    CardGroup.CORRESPONDENCE: (CORRESPONDENCE, {kind.name for kind in MESSAGES}),
    CardGroup.TELEPHONY: (
        INTERACTION,
        set(
            "INBOUND_CALL OUTBOUND_CALL ABANDONED_CALL CONGESTION PLACE_IN_QUEUE SCHEDULED_CALLBACK "
            "SELF_SERVICE_IVR".split()
        ),
    ),
    CardGroup.DIGITAL: (
        INTERACTION,
        {"ONLINE_ACTIVITY", "MOBILE_APP_ACTIVITY", "CHAT", "UPDATE_PHONE_NUMBER"},
    ),
    CardGroup.SERVICE_CENTRE: (INTERACTION, {"SERVICE_CENTRE_VISIT"}),
    CardGroup.CASE_WORK: (INTERACTION, {"INTERACTION_RECORD", "CASE_NOTE", "SERVICE_REQUEST", "FORM"}),
    CardGroup.APPOINTMENT: (ENTITLEMENT, {"APPOINTMENT"}),
    CardGroup.DEBT: (DEBT, {"DEBT"}),
    CardGroup.OWNERSHIP: (OWNERSHIP, {"OWNERSHIP"}),
    CardGroup.OTHER: (INTERACTION, CORRESPONDENCE, {"OTHER"}),
}


def one_of_everything() -> list[Any]:
    lock = Lock("K1", "Litigation", AT)
    return [
        *(happened(InteractionKind[name], AT) for name in FROM_INTERACTIONS),
        *(written(channel, AT) for channel in MESSAGES.values()),
        debt("100", AT),
        owned(lock=lock),
        Entitlement(OWNER, appointments=(met(AppointmentStatus.ATTENDED),)),
    ]


def met(status: AppointmentStatus, **told: Any) -> Appointment:
    usual: dict[str, Any] = {"id": "P1", "provider": AppointmentProvider.SERV_AU, "starts_at": AT}
    return Appointment(status=status, **(usual | told))


def test_every_card_kind_is_declared_once() -> None:
    assert Counter(declared.kind for declared in CARD_KINDS) == Counter(Kind)


@pytest.mark.parametrize("group", CardGroup)
def test_every_family_has_its_kinds_and_needs_its_part(group: CardGroup) -> None:
    *parts, names = FAMILIES[group]
    declared = [one for one in CARD_KINDS if one.group is group]
    assert {one.kind.name for one in declared} == names
    assert all(one.needs == tuple(parts) for one in declared)


@pytest.mark.parametrize("kind", Kind)
def test_a_kind_builds_from_its_own_records_and_no_other(kind: Kind) -> None:
    built = list(kind_of(kind).build(readings(*one_of_everything()), desk()))
    assert [activity.kind for activity in built] == [kind]


@pytest.mark.parametrize("kind", Kind)
def test_a_kind_builds_nothing_where_its_source_knows_nothing(kind: Kind) -> None:
    assert list(kind_of(kind).build(Readings({}), desk())) == []
    empty = Readings(
        {part.name: history() for part in (INTERACTION, CORRESPONDENCE, DEBT)} | {"ownership": owned()}
    )
    assert list(kind_of(kind).build(empty, desk())) == []


@pytest.mark.parametrize("kind", Kind)
def test_building_twice_builds_the_same(kind: Kind) -> None:
    held = readings(*one_of_everything())
    assert list(kind_of(kind).build(held, desk())) == list(kind_of(kind).build(held, desk()))


def test_what_the_gateway_does_not_know_is_shown() -> None:
    unheard_of = msgspec.convert("HOLOGRAM", InteractionKind)
    (other,) = activities(happened(unheard_of, AT, title="Appeared", kind_raw="HOLOGRAM"))
    assert (other.kind, other.title) == (Kind.OTHER, "Appeared")


@pytest.mark.parametrize(
    "kind",
    [InteractionKind.FAMILY_INCOME_ESTIMATE, InteractionKind.IVR_REMINDER_MESSAGE],
)
def test_what_belongs_to_the_current_call_has_no_card(kind: InteractionKind) -> None:
    assert activities(happened(kind, AT)) == []


@pytest.mark.parametrize(
    ("status", "said", "outcome", "colour"),
    [
        (AppointmentStatus.ATTENDED, "Attended", "SUCCESS", "GREY"),
        (AppointmentStatus.MISSED, "Missed", "NOT_ACHIEVED", "RED"),
        (AppointmentStatus.RESCHEDULED, "Moved to another time", "NOT_APPLICABLE", "GREY"),
        (AppointmentStatus.CANCELLED, "Called off", "NOT_APPLICABLE", "GREY"),
        (AppointmentStatus.BOOKED, "What came of it is not known", "UNKNOWN", "GREY"),
        (AppointmentStatus.OTHER, "What came of it is not known", "UNKNOWN", "GREY"),
    ],
)
def test_an_appointment_says_what_came_of_it(
    status: AppointmentStatus, said: str, outcome: str, colour: str
) -> None:
    held = Entitlement(OWNER, appointments=(met(status, reason="Job Plan review", location="Dubbo"),))
    (one,) = activities(held)
    assert (one.kind, one.title) == (Kind.APPOINTMENT, "Serv AU appointment")
    assert one.description == f"{said} - Job Plan review - Dubbo"
    assert (one.outcome.value, one.colour.value) == (outcome, colour)


def test_an_appointment_with_somebody_unknown_says_so_and_where_it_is_told_from() -> None:
    elsewhere = met(AppointmentStatus.MISSED, provider=AppointmentProvider.OTHER)
    (one,) = activities(Entitlement(OWNER, appointments=(elsewhere,)))
    assert (one.title, one.description, one.source.system) == ("Appointment", "Missed", "entitlement")


def test_an_appointment_that_is_to_come_has_no_card_until_its_time() -> None:
    held = readings(Entitlement(OWNER, appointments=(met(AppointmentStatus.BOOKED),)))
    build = kind_of(Kind.APPOINTMENT).build
    for now, cards in ((AT - timedelta(seconds=1), 0), (AT, 1), (AT + timedelta(days=3), 1)):
        assert len(list(build(held, msgspec.structs.replace(desk(), now=now)))) == cards
    later = readings(Entitlement(OWNER, appointments=(met(AppointmentStatus.CANCELLED),)))
    assert len(list(build(later, msgspec.structs.replace(desk(), now=AT - timedelta(days=9))))) == 1


@pytest.mark.parametrize(
    "kind", [InteractionKind.ONLINE_ACTIVITY, InteractionKind.MOBILE_APP_ACTIVITY, InteractionKind.FORM]
)
@pytest.mark.parametrize(
    ("outcome", "summary", "said", "finished"),
    [
        (Outcome.SUCCESS, None, None, True),
        (Outcome.NOT_ACHIEVED, None, "Not finished.", False),
        (Outcome.MIXED, "Two of three steps.", "Not finished. Two of three steps.", False),
        (Outcome.UNKNOWN, "Two steps.", "Two steps.", None),
    ],
)
def test_a_transaction_that_was_not_finished_is_shown_and_says_so(
    kind: InteractionKind, outcome: Outcome, summary: str | None, said: str | None, finished: bool | None
) -> None:
    """BR-CO-24."""
    (one,) = activities(happened(kind, AT, outcome=outcome, summary=summary, status_raw="STARTED"))
    assert (one.description, one.details) == (said, DigitalDetails("STARTED", None, finished=finished))


@pytest.mark.parametrize(
    ("code", "outcome", "title", "change"),
    [
        ("PHONEUPD", Outcome.SUCCESS, "Phone number updated", NumberChange.UPDATED),
        ("PHONECNF", Outcome.SUCCESS, "Phone number confirmed", NumberChange.CONFIRMED),
        ("PHONEUPD", Outcome.NOT_ACHIEVED, "Phone number neither updated nor confirmed", NumberChange.NONE),
        ("PHONECNF", Outcome.UNKNOWN, "Phone number confirmed", NumberChange.CONFIRMED),
        ("ELSE", Outcome.SUCCESS, "In its own words", NumberChange.OTHER),
        (None, Outcome.SUCCESS, "In its own words", NumberChange.OTHER),
    ],
)
def test_a_number_that_was_updated_is_told_from_one_that_was_only_confirmed(
    code: str | None, outcome: Outcome, title: str, change: NumberChange
) -> None:
    item = happened(
        InteractionKind.UPDATE_PHONE_NUMBER, AT, activity=code, outcome=outcome, title="In its own words"
    )
    (one,) = activities(item)
    assert (one.title, one.details) == (title, PhoneNumberDetails(change, None))


@pytest.mark.parametrize("status", CorrespondenceStatus)
def test_what_was_never_sent_has_no_card(status: CorrespondenceStatus) -> None:
    never = {CorrespondenceStatus.DRAFT, CorrespondenceStatus.CANCELLED}
    assert bool(activities(written(LETTER, AT, status=status))) == (status not in never)


@pytest.mark.parametrize("channel", Channel)
def test_a_number_that_was_updated_has_a_card_whatever_the_channel(channel: Channel) -> None:
    update = happened(InteractionKind.UPDATE_PHONE_NUMBER, AT, channel=channel)
    assert [one.kind for one in activities(update)] == [Kind.UPDATE_PHONE_NUMBER]


@pytest.mark.parametrize("status", DebtStatus)
def test_a_debt_that_is_not_decided_or_set_aside_has_no_card(status: DebtStatus) -> None:
    held = debt("100", AT, status=status, arrangements=(arranged(AT),))
    hidden = {DebtStatus.UNDETERMINED, DebtStatus.PARKED, DebtStatus.DELETED}
    assert len(activities(held)) == (0 if status in hidden else 2)


def test_a_debt_that_was_never_raised_has_no_card_of_being_raised() -> None:
    assert activities(debt("100", AT, raised_at=None)) == []


def test_an_arrangement_is_made_changed_and_broken() -> None:
    later = sydney("2025-03-10T11:00")
    titles = {
        ArrangementStatus.CUR: "Repayment arrangement changed: VOL/CUR",
        ArrangementStatus.FIN: "Repayment arrangement changed: VOL/FIN",
        ArrangementStatus.BKN: "Repayment arrangement broken: VOL/BKN",
    }
    for status, title in titles.items():
        held = debt("100", AT, raised_at=None, arrangements=(arranged(AT, status, changed_at=later),))
        made, changed = activities(held)
        assert (made.title, made.at) == ("Repayment arrangement made: VOL", AT)
        assert (changed.title, changed.at) == (title, later)


def test_an_arrangement_that_was_only_made_was_not_changed() -> None:
    for changed_at in (None, AT):
        held = debt("100", AT, raised_at=None, arrangements=(arranged(AT, changed_at=changed_at),))
        assert [one.title for one in activities(held)] == ["Repayment arrangement made: VOL"]


def test_locks_and_transfers_say_where_ownership_went() -> None:
    earlier = sydney("2025-03-09T09:00")
    record = owned(
        lock=Lock("K2", "Litigation", AT, officer="o-7"),
        past_locks=(Lock("K1", "Mainstream Services", earlier),),
        transfers=(Transfer("T1", "Mainstream Services", "Litigation", TransferMethod.BY_AGREEMENT, AT),),
    )
    told = [(one.id, one.title, one.description) for one in activities(record)]
    assert told == [
        ("K2", "Locked to Litigation", "Officer o-7"),
        ("K1", "Locked to Mainstream Services", None),
        ("T1", "Ownership moved to Litigation", "From Mainstream Services"),
    ]


def test_every_activity_says_where_its_record_comes_from() -> None:
    for one in activities(*one_of_everything()):
        assert one.source.system
        assert one.source.native_id
        assert one.id
        assert one.key


def test_a_call_is_about_its_owner_only() -> None:
    assert happened(CALL, AT).crn == OWNER
