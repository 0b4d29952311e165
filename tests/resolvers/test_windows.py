"""The window of every kind of card: both end days are in it, the days around it are not, whatever the clocks do."""

from datetime import UTC, date, datetime, time, timedelta
from typing import Any

import msgspec
import pytest

from resolvers.cards import CARD_KINDS
from resolvers.cards.activity import Kind
from sources.parts import CORRESPONDENCE, DEBT, ENTITLEMENT, INTERACTION, OWNERSHIP, Entitlement
from sources.parts.correspondence import CorrespondenceChannel
from sources.parts.entitlement import Appointment, AppointmentProvider, AppointmentStatus
from sources.parts.interaction import InteractionKind
from sources.parts.ownership import Lock
from tests.people import POLICY, body_with, overview_of
from tests.records import OWNER, SYDNEY, debt, happened, history, owned, written

CHANNELS = {
    Kind.ONLINE_LETTER: CorrespondenceChannel.LETTER_ONLINE,
    Kind.PAPER_LETTER: CorrespondenceChannel.LETTER_PAPER,
    Kind.EMAIL: CorrespondenceChannel.EMAIL,
    Kind.SMS: CorrespondenceChannel.SMS,
    Kind.PUSH_NOTIFICATION: CorrespondenceChannel.PUSH,
}
DAYS = {Kind.SMS: 7, Kind.PUSH_NOTIFICATION: 7}
TODAYS = [
    date(2025, 3, 10),
    date(2024, 2, 29),
    date(2024, 3, 7),  # 29 February is the first day of a message
    date(2024, 3, 28),  # and of everything else
    date(2025, 4, 6),  # a day of 25 hours is the last day
    date(2025, 4, 13),  # and the first day of a message
    date(2025, 5, 4),  # and of everything else
    date(2025, 10, 5),  # a day of 23 hours, alike
    date(2025, 10, 12),
    date(2025, 11, 2),
]


def of(kind: Kind, moments: list[datetime]) -> dict[Any, Any]:
    """The records that make cards of a kind at these moments."""
    if kind in CHANNELS:
        return {CORRESPONDENCE: history(*(written(CHANNELS[kind], at, id=str(at)) for at in moments))}
    if kind is Kind.DEBT:
        return {DEBT: history(*(debt("10", at, id=str(at)) for at in moments))}
    if kind is Kind.OWNERSHIP:
        return {OWNERSHIP: owned(past_locks=tuple(Lock(str(at), "Litigation", at) for at in moments))}
    if kind is Kind.APPOINTMENT:
        met, with_us = AppointmentStatus.ATTENDED, AppointmentProvider.SERV_AU
        return {
            ENTITLEMENT: Entitlement(
                OWNER, appointments=tuple(Appointment(str(at), with_us, at, met) for at in moments)
            )
        }
    return {INTERACTION: history(*(happened(InteractionKind[kind.name], at, id=str(at)) for at in moments))}


def edges(day: date) -> list[datetime]:
    """The first and the last moment of a day in Sydney."""
    first, next_one = (
        datetime.combine(day + timedelta(days=more), time(), SYDNEY).astimezone(UTC) for more in (0, 1)
    )
    return [first, next_one - timedelta(microseconds=1)]


@pytest.mark.parametrize("today", TODAYS, ids=str)
@pytest.mark.parametrize("kind", [declared.kind for declared in CARD_KINDS])
async def test_the_window_of_every_kind_includes_both_its_end_days_and_no_more(
    kind: Kind, today: date
) -> None:
    """BR-CO-10, BR-CO-27, BR-CO-44: 28 days before today, seven for text messages and push notifications."""
    first = today - timedelta(days=DAYS.get(kind, 28))
    moments = [at for day in (first - timedelta(days=1), first, today) for at in edges(day)]
    for now in edges(today):
        made = await overview_of(body_with(of(kind, moments), now=now))
        shown = [(card.kind, card.date) for card in (*made.pinned, *listed(made))]
        assert shown == [(kind, today), (kind, first)]
        assert [card.count for card in (*made.pinned, *listed(made))] == [2, 2]


@pytest.mark.parametrize("days", [0, 1, 400])
async def test_the_days_of_a_window_are_the_policys(days: int) -> None:
    """BR-CO-10: kinds that the policy does not name have its usual days."""
    windows = msgspec.structs.replace(POLICY.windows, usual_days=days, days={"SMS": 2})
    policy = msgspec.structs.replace(POLICY, windows=windows)
    today = date(2025, 3, 10)
    for kind, first in ((Kind.INBOUND_CALL, days), (Kind.SMS, 2)):
        told = [edges(today - timedelta(days=ago))[0] for ago in (first, first + 1)]
        made = await overview_of(body_with(of(kind, told), now=edges(today)[1], policy=policy))
        assert [card.date for card in listed(made)] == [today - timedelta(days=first)]


def listed(made: Any) -> list[Any]:
    return [edge.node for edge in made.cards(None, None, 100, None).edges]
