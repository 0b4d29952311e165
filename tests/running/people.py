"""What the tests' people did and were told: records with everything usual filled in."""

from datetime import UTC, date, datetime, time
from typing import Any
from zoneinfo import ZoneInfo

import msgspec

from sources.crn import Crn
from sources.parts import Correspondence, Customer, Entitlement, Interaction, Ownership
from sources.parts.correspondence import CorrespondenceChannel
from sources.parts.customer import Name, NameKind
from sources.parts.interaction import Channel, Direction, InteractionKind, Outcome, SourceRef
from tests.sources.specimens import correspondence, crn, debt, interaction

SYDNEY = ZoneInfo("Australia/Sydney")
ANNE, BORIS, CLARA = (crn(number) for number in (101, 102, 103))


def person(owner: Crn, **told: Any) -> Customer:
    """A customer of whom little is known unless it is told."""
    name = (Name(NameKind.LEGAL, f"Family{owner[5:9]}", "Given"),)
    return Customer(**({"crn": owner, "names": name} | told))


def there(*moment: int) -> datetime:
    """A moment by the clocks of Sydney."""
    return datetime(*moment, tzinfo=SYDNEY)  # type: ignore[arg-type, misc]


def letter(owner: Crn, id: str, day: date, made: datetime | None = None, **told: Any) -> Correspondence:
    """A letter in the online inbox, by the date printed on it."""
    made = made or datetime.combine(day, time(9, 0), SYDNEY)
    usual = {
        "channel": CorrespondenceChannel.LETTER_ONLINE,
        "issue_date": day,
        "created_at": made,
        "title": f"Letter {id}",
    }
    return msgspec.structs.replace(correspondence(owner, id), **(usual | told))


def message(owner: Crn, id: str, at: datetime, channel: CorrespondenceChannel, **told: Any) -> Correspondence:
    """An e-mail, text message or push notification."""
    usual = {
        "issue_date": at.date(),
        "created_at": at,
        "sent_at": at,
        "channel": channel,
        "title": "A message",
    }
    return msgspec.structs.replace(correspondence(owner, id), **(usual | told))


def online(owner: Crn, id: str, at: datetime, outcome: Outcome = Outcome.SUCCESS, **told: Any) -> Interaction:
    """A transaction in the online account."""
    usual = {
        "kind": InteractionKind.ONLINE_ACTIVITY,
        "channel": Channel.ONLINE,
        "direction": Direction.SELF_SERVICE,
        "outcome": outcome,
    }
    return msgspec.structs.replace(interaction(owner, id, at.astimezone(UTC)), **(usual | told))


def by_phone(owner: Crn, id: str, at: datetime, **told: Any) -> Interaction:
    """Something done in telephone self service."""
    usual = {
        "kind": InteractionKind.SELF_SERVICE_IVR,
        "channel": Channel.IVR,
        "direction": Direction.SELF_SERVICE,
        "activity": "IVRINC",
    }
    return msgspec.structs.replace(interaction(owner, id, at.astimezone(UTC)), **(usual | told))


def everything_of(owner: Crn, at: datetime) -> list[Any]:
    """One record of every part but the restriction; the items of histories are called call, letter and debt."""
    return [
        person(owner),
        interaction(owner, "call", at),
        letter(owner, "letter", at.astimezone(SYDNEY).date()),
        debt(owner, "debt", at),
        Ownership(owner, SourceRef("cases", "case")),
        Entitlement(owner),
    ]
