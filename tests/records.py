"""Records of one invented customer: what happened, what was written, what is owed, who owns the case."""

from datetime import UTC, date, datetime, timedelta
from decimal import Decimal
from itertools import count
from typing import Any
from zoneinfo import ZoneInfo

from sources.crn import Crn, check_letter
from sources.parts import Correspondence, Customer, Debt, Interaction, Ownership
from sources.parts.correspondence import CorrespondenceChannel, CorrespondenceStatus
from sources.parts.customer import Name, NameKind
from sources.parts.debt import Arrangement, ArrangementStatus, ArrangementType, DebtStatus
from sources.parts.history import History, in_order
from sources.parts.interaction import Channel, Direction, InteractionKind, Outcome, SourceRef
from sources.parts.money import Money

SYDNEY = ZoneInfo("Australia/Sydney")
NUMBERS = count(1)

ONLINE = InteractionKind.ONLINE_ACTIVITY
APP = InteractionKind.MOBILE_APP_ACTIVITY
CALL = InteractionKind.INBOUND_CALL
LETTER = CorrespondenceChannel.LETTER_ONLINE
PAPER = CorrespondenceChannel.LETTER_PAPER
EMAIL = CorrespondenceChannel.EMAIL
SMS = CorrespondenceChannel.SMS

USUALLY = {
    ONLINE: (Channel.ONLINE, Direction.SELF_SERVICE),
    APP: (Channel.MOBILE_APP, Direction.SELF_SERVICE),
    InteractionKind.SELF_SERVICE_IVR: (Channel.IVR, Direction.SELF_SERVICE),
    InteractionKind.UPDATE_PHONE_NUMBER: (Channel.ONLINE, Direction.SELF_SERVICE),
    InteractionKind.OUTBOUND_CALL: (Channel.PHONE, Direction.OUTBOUND),
    InteractionKind.SERVICE_CENTRE_VISIT: (Channel.FACE_TO_FACE, Direction.INBOUND),
    InteractionKind.CHAT: (Channel.CHAT, Direction.INBOUND),
}


def crn(number: int) -> Crn:
    """The invented customer of this number, 0 to 999999."""
    digits = f"{number:09d}"
    return Crn(digits + check_letter(digits))


OWNER = crn(1)


def sydney(text: str) -> datetime:
    """A moment of the wall clock in Sydney, told in UTC as most systems tell it."""
    return datetime.fromisoformat(text).replace(tzinfo=SYDNEY).astimezone(UTC)


def customer(owner: Crn = OWNER, **told: Any) -> Customer:
    return Customer(owner, names=(Name(NameKind.LEGAL, "Sample"),), **told)


def happened(kind: InteractionKind, at: datetime, **told: Any) -> Interaction:
    number = told.pop("id", f"I{next(NUMBERS)}")
    channel, direction = USUALLY.get(kind, (Channel.PHONE, Direction.INBOUND))
    usual: dict[str, Any] = {
        "crn": OWNER,
        "channel": channel,
        "direction": direction,
        "title": "Asked about a payment",
        "outcome": Outcome.SUCCESS,
        "source": SourceRef("telephony", number),
        "recorded_at": at,
    }
    return Interaction(id=number, kind=kind, started_at=at, **(usual | told))


def written(channel: CorrespondenceChannel, at: datetime, **told: Any) -> Correspondence:
    """A letter or message made at a moment, and dated with its day in Sydney unless told otherwise."""
    number = told.pop("id", f"L{next(NUMBERS)}")
    usual: dict[str, Any] = {
        "crn": OWNER,
        "direction": Direction.OUTBOUND,
        "issue_date": at.astimezone(SYDNEY).date(),
        "title": "Your payment",
        "status": CorrespondenceStatus.SENT,
        "source": SourceRef("letters", number),
    }
    return Correspondence(id=number, channel=channel, created_at=at, **(usual | told))


def letter_of(day: str, **told: Any) -> Correspondence:
    """A letter that carries a date, made at noon of that day."""
    return written(LETTER, sydney(f"{day}T12:00"), issue_date=date.fromisoformat(day), **told)


def money(amount: str, currency: str = "AUD") -> Money:
    return Money(Decimal(amount), currency)


def debt(total: str, at: datetime, **told: Any) -> Debt:
    """A determined debt, raised the moment it was registered."""
    number = told.pop("id", f"D{next(NUMBERS)}")
    currency = told.pop("currency", "AUD")
    usual: dict[str, Any] = {
        name: money("0", currency) for name in ("interest", "adjusted", "repaid", "waived")
    } | {
        "crn": OWNER,
        "benefit_type": "FTB",
        "reason": "INC",
        "status": DebtStatus.DETERMINED,
        "registered_at": at,
        "raised_at": at,
        "source": SourceRef("debts", number),
    }
    return Debt(id=number, total=money(total, currency), **(usual | told))


def arranged(at: datetime, status: ArrangementStatus = ArrangementStatus.CUR, **told: Any) -> Arrangement:
    usual: dict[str, Any] = {"type": ArrangementType.VOL, "amount": money("20")}
    return Arrangement(id=f"A{next(NUMBERS)}", status=status, added_at=at, **(usual | told))


def owned(**told: Any) -> Ownership:
    usual: dict[str, Any] = {"crn": OWNER, "source": SourceRef("cases", "C1")}
    return Ownership(**(usual | told))


def history(*items: Any, complete_since: datetime | None = None) -> History[Any]:
    owner = items[0].crn if items else OWNER
    return History(owner, in_order(items), complete_since)


def days_before(at: datetime, days: int) -> datetime:
    """The same time on the wall clock in Sydney, so many days before."""
    local = at.astimezone(SYDNEY)
    return (local - timedelta(days=days)).astimezone(UTC)
