"""Records to test with: one builder a part, all about invented people."""

from collections.abc import Iterable
from datetime import UTC, datetime, timedelta
from decimal import Decimal
from typing import Any

from msgspec import Struct, json

from sources.crn import Crn, check_letter
from sources.parts import (
    PARTS,
    Correspondence,
    Customer,
    Debt,
    Entitlement,
    Interaction,
    Ownership,
    Part,
    Restriction,
)
from sources.parts.correspondence import CorrespondenceChannel, CorrespondenceStatus
from sources.parts.customer import Identifier, IdentifierKind, Name, NameKind
from sources.parts.debt import DebtStatus
from sources.parts.interaction import Channel, Direction, InteractionKind, Outcome, SourceRef
from sources.parts.money import Money

NOW = datetime(2025, 6, 1, 2, 30, tzinfo=UTC)
IGNORED: list[Struct] = []
"""Events that a test does not look at."""
PATIENT = 30.0
"""A time limit, in seconds, that not even a busy machine reaches."""

HISTORIES = tuple(part for part in PARTS if part.history)


def crn(number: int) -> Crn:
    """The invented customer of this number, 0 to 999999."""
    digits = f"{number:09d}"
    return Crn(digits + check_letter(digits))


def crns(count: int) -> list[Crn]:
    return [crn(number) for number in range(count)]


def at(minutes: int) -> datetime:
    """So many minutes before now."""
    return NOW - timedelta(minutes=minutes)


def customer(owner: Crn, *numbers: str, canonical: Crn | None = None) -> Customer:
    """A customer whom access numbers lead to."""
    return Customer(
        crn=owner,
        canonical_crn=canonical,
        names=(Name(NameKind.LEGAL, "Sample"),),
        identifiers=tuple(Identifier(IdentifierKind.CAN, number) for number in numbers),
    )


def interaction(
    owner: Crn,
    id: str = "I1",
    when: datetime = NOW,
    kind: InteractionKind = InteractionKind.INBOUND_CALL,
    channel: Channel = Channel.PHONE,
) -> Interaction:
    return Interaction(
        id=id,
        crn=owner,
        kind=kind,
        channel=channel,
        direction=Direction.INBOUND,
        started_at=when,
        title="Asked about a payment",
        outcome=Outcome.SUCCESS,
        source=SourceRef("telephony", id),
        recorded_at=when,
    )


def correspondence(owner: Crn, id: str = "L1", when: datetime = NOW) -> Correspondence:
    return Correspondence(
        id=id,
        crn=owner,
        channel=CorrespondenceChannel.EMAIL,
        direction=Direction.OUTBOUND,
        issue_date=when.date(),
        created_at=when,
        title="Your payment",
        status=CorrespondenceStatus.SENT,
        source=SourceRef("letters", id),
    )


def debt(owner: Crn, id: str = "D1", when: datetime = NOW) -> Debt:
    nothing = Money(Decimal(0))
    return Debt(
        id=id,
        crn=owner,
        benefit_type="FTB",
        reason="OVERPAID",
        status=DebtStatus.DETERMINED,
        registered_at=when,
        total=Money(Decimal("120.50")),
        interest=nothing,
        adjusted=nothing,
        repaid=nothing,
        waived=nothing,
        source=SourceRef("debts", id),
    )


def record(part: Part[Any], owner: Crn) -> Any:
    """Any record of a part."""
    match part.name:
        case "customer":
            return customer(owner)
        case "restriction":
            return Restriction(owner, restricted=True)
        case "ownership":
            return Ownership(owner, SourceRef("cases", "C1"))
        case "entitlement":
            return Entitlement(owner)
    return item(part, owner, "1", NOW)


def item(part: Part[Any], owner: Crn, id: str, when: datetime) -> Any:
    """An item of a history."""
    match part.name:
        case "interaction":
            return interaction(owner, id, when)
        case "correspondence":
            return correspondence(owner, id, when)
    return debt(owner, id, when)


def line(record: Any) -> bytes:
    """The record as a line of an import."""
    name = next(part.name for part in PARTS if isinstance(record, part.row))
    return json.encode({"part": name, "record": record})


def lines(records: Iterable[Any]) -> list[bytes]:
    return [line(record) for record in records]
