"""Cards straight from records: what the card kinds build, counted and in order, without any request."""

from collections.abc import Iterable
from datetime import date
from typing import Any

from resolvers.cards import CARD_KINDS
from resolvers.cards.activity import Activity, CardKind, Desk, Kind, Readings
from resolvers.cards.card import Card, grouped
from resolvers.cards.listing import GROUPS
from resolvers.policy import Policy
from sources.parts import (
    CORRESPONDENCE,
    DEBT,
    ENTITLEMENT,
    INTERACTION,
    OWNERSHIP,
    Correspondence,
    Debt,
    Entitlement,
    Interaction,
    Ownership,
)
from tests.people import LABELS, POLICY
from tests.records import history

TODAY = date(2025, 3, 10)
HISTORIES = ((INTERACTION, Interaction), (CORRESPONDENCE, Correspondence), (DEBT, Debt))


def desk(policy: Policy = POLICY) -> Desk:
    return Desk(policy, LABELS, policy.tz)


def kind_of(kind: Kind) -> CardKind:
    return next(declared for declared in CARD_KINDS if declared.kind is kind)


def readings(*records: Any) -> Readings:
    """The readings in which these records stand, each in its part."""
    held: dict[str, Any] = {
        part.name: history(*(one for one in records if isinstance(one, row)))
        for part, row in HISTORIES
        if any(isinstance(one, row) for one in records)
    }
    held.update((OWNERSHIP.name, one) for one in records if isinstance(one, Ownership))
    held.update((ENTITLEMENT.name, one) for one in records if isinstance(one, Entitlement))
    return Readings(held)


def activities(*records: Any, policy: Policy = POLICY) -> list[Activity]:
    held = readings(*records)
    return [activity for declared in CARD_KINDS for activity in declared.build(held, desk(policy))]


def cards(*records: Any, policy: Policy = POLICY, today: date = TODAY) -> tuple[Card, ...]:
    return counted(activities(*records, policy=policy), policy, today)


def counted(found: Iterable[Activity], policy: Policy = POLICY, today: date = TODAY) -> tuple[Card, ...]:
    def identify(kind: Kind, key: str, day: date) -> str:
        return f"{kind.value}/{key}/{day}"

    return grouped(found, GROUPS, desk(policy), today, identify)


def card(*records: Any, policy: Policy = POLICY) -> Card:
    """The one card that these records make."""
    (only,) = cards(*records, policy=policy)
    return only
