"""The card kinds: each declared once, each built from its own records and from no other."""

from collections import Counter
from typing import Any

import msgspec
import pytest

from resolvers.cards import CARD_KINDS
from resolvers.cards.activity import CardGroup, Kind, Readings
from sources.parts import CORRESPONDENCE, DEBT, INTERACTION, OWNERSHIP
from sources.parts.correspondence import CorrespondenceChannel, CorrespondenceStatus
from sources.parts.debt import ArrangementStatus, DebtStatus
from sources.parts.interaction import Channel, InteractionKind
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
    ]


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


def test_a_note_is_shown_among_what_has_no_card_of_its_own() -> None:
    assert [one.kind for one in activities(happened(InteractionKind.CASE_NOTE, AT))] == [Kind.OTHER]


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
