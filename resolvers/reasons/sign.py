"""Signs: what each thing on a card says about why a customer may be in touch."""

from collections.abc import Callable, Iterable, Iterator, Mapping
from datetime import date, datetime
from enum import Enum
from typing import Final

from msgspec import Struct

from resolvers.cards.activity import Activity, CallDetails, Kind, VisitDetails
from resolvers.cards.card import Card
from resolvers.policy import ReasonPolicy
from resolvers.reasons.reason import ContactReason
from resolvers.titles import normalised
from sources.parts.interaction import Direction, Outcome


class Sign(Enum):
    """A kind of thing that says something about a reason. The policy weighs each."""

    LETTER = "LETTER"
    MESSAGE = "MESSAGE"
    BOUNCED = "BOUNCED"
    WROTE = "WROTE"
    UNFINISHED = "UNFINISHED"
    FINISHED = "FINISHED"
    MACHINE_FAILED = "MACHINE_FAILED"
    MACHINE_USED = "MACHINE_USED"
    NOT_HEARD = "NOT_HEARD"
    SPOKEN = "SPOKEN"
    VISIT = "VISIT"
    CALLED = "CALLED"
    NUMBER = "NUMBER"
    DEBT_RAISED = "DEBT_RAISED"
    ARRANGEMENT = "ARRANGEMENT"
    OWNERSHIP = "OWNERSHIP"
    REQUESTED = "REQUESTED"


ITSELF: Final[Mapping[Sign, ContactReason]] = {
    Sign.LETTER: ContactReason.LETTER_OR_MESSAGE,
    Sign.MESSAGE: ContactReason.LETTER_OR_MESSAGE,
    Sign.BOUNCED: ContactReason.DETAILS,
    Sign.WROTE: ContactReason.DOCUMENTS,
    Sign.UNFINISHED: ContactReason.UNFINISHED_TRANSACTION,
    Sign.MACHINE_FAILED: ContactReason.UNFINISHED_TRANSACTION,
    Sign.NOT_HEARD: ContactReason.COULD_NOT_GET_THROUGH,
    Sign.NUMBER: ContactReason.DETAILS,
    Sign.DEBT_RAISED: ContactReason.DEBT,
    Sign.ARRANGEMENT: ContactReason.REPAYMENT_ARRANGEMENT,
    Sign.OWNERSHIP: ContactReason.CHILD_SUPPORT,
}
"""The reason that a sign is of itself, whatever it is about."""

ASKED: Final = frozenset({Sign.SPOKEN, Sign.VISIT, Sign.REQUESTED})
"""What the customer came about. Where the policy does not know what that was it is still something: OTHER."""

FAILED: Final = frozenset({Outcome.NOT_ACHIEVED, Outcome.ACTION_REQUIRED})
TRANSACTIONS: Final = frozenset(
    {Kind.ONLINE_ACTIVITY, Kind.MOBILE_APP_ACTIVITY, Kind.INTERACTION_RECORD, Kind.FORM}
)


class Seen(Struct, frozen=True):
    """One sign on a card. `about` is the reason that the policy's codes name, `itself` the one that the sign is, `code`
    what the activity goes by: a template, an activity, a title or a type of contact, in small letters."""

    sign: Sign
    code: str
    about: ContactReason | None
    itself: ContactReason | None
    card: Card

    @property
    def day(self) -> date:
        """The day of the card."""
        return self.card.date


def signs_of(cards: Iterable[Card], ruling: ReasonPolicy) -> tuple[Seen, ...]:
    """Return what the cards say. The same said several times on one card counts once.

    The policy's codes are template codes, activity codes, titles, types of contact and queues.
    """
    shown = tuple(cards)
    done = dict(_finished(shown))
    seen: dict[tuple[str, Sign, str, ContactReason | None], Seen] = {}
    for card in shown:
        for activity in card.activities:
            for sign in _sign(activity, done):
                one = _seen(sign, activity, card, ruling.reasons)
                seen.setdefault((card.id, sign, one.code, one.about), one)
    return tuple(seen.values())


def _seen(sign: Sign, activity: Activity, card: Card, known: Mapping[str, str]) -> Seen:
    codes = [normalised(code) for code in _codes(activity)]
    about = next((ContactReason[known[code]] for code in codes if code in known), None)
    if about is None and sign in ASKED:
        about = ContactReason.OTHER
    return Seen(sign, codes[0], about, ITSELF.get(sign), card)


def _codes(activity: Activity) -> tuple[str, ...]:
    """Return by what the policy may know the matter of an activity, the most telling first."""
    match activity.details:
        case VisitDetails(contact_type=told):
            return (told or "",)
        case CallDetails(queue=queue):
            return activity.key, queue or ""
    return (activity.key,)


def _finished(cards: Iterable[Card]) -> Iterator[tuple[str, datetime]]:
    """Tell when each transaction was last finished."""
    yield from sorted(
        (activity.key, activity.at)
        for card in cards
        for activity in card.activities
        if activity.kind in TRANSACTIONS and activity.outcome is Outcome.SUCCESS
    )


def _sign(activity: Activity, done: Mapping[str, datetime]) -> tuple[Sign, ...]:
    """Return the sign that an activity is, if it is one; what was finished later is none."""
    told = _OF_KIND.get(activity.kind)
    sign = told(activity) if told is not None else None
    finished = done.get(activity.key) if sign is Sign.UNFINISHED else None
    return () if sign is None or (finished is not None and activity.at < finished) else (sign,)


def _always(sign: Sign) -> Callable[[Activity], Sign]:
    return lambda _: sign


def _written(sign: Sign) -> Callable[[Activity], Sign]:
    def told(activity: Activity) -> Sign:
        if activity.direction is Direction.INBOUND:
            return Sign.WROTE
        return Sign.BOUNCED if activity.outcome is Outcome.NOT_ACHIEVED else sign

    return told


def _by_outcome(failed: Sign, otherwise: Sign) -> Callable[[Activity], Sign]:
    return lambda activity: failed if activity.outcome in FAILED else otherwise


def _owed(activity: Activity) -> Sign:
    return Sign.DEBT_RAISED if activity.id.endswith(":raised") else Sign.ARRANGEMENT


_OF_KIND: Final[Mapping[Kind, Callable[[Activity], Sign]]] = {
    Kind.ONLINE_LETTER: _written(Sign.LETTER),
    Kind.PAPER_LETTER: _written(Sign.LETTER),
    Kind.EMAIL: _written(Sign.MESSAGE),
    Kind.SMS: _written(Sign.MESSAGE),
    Kind.PUSH_NOTIFICATION: _written(Sign.MESSAGE),
    Kind.ONLINE_ACTIVITY: _by_outcome(Sign.UNFINISHED, Sign.FINISHED),
    Kind.MOBILE_APP_ACTIVITY: _by_outcome(Sign.UNFINISHED, Sign.FINISHED),
    Kind.INTERACTION_RECORD: _by_outcome(Sign.UNFINISHED, Sign.FINISHED),
    Kind.FORM: _by_outcome(Sign.UNFINISHED, Sign.FINISHED),
    Kind.SELF_SERVICE_IVR: _by_outcome(Sign.MACHINE_FAILED, Sign.MACHINE_USED),
    Kind.ABANDONED_CALL: _always(Sign.NOT_HEARD),
    Kind.CONGESTION: _always(Sign.NOT_HEARD),
    Kind.PLACE_IN_QUEUE: _always(Sign.NOT_HEARD),
    Kind.SCHEDULED_CALLBACK: _always(Sign.NOT_HEARD),
    Kind.INBOUND_CALL: _always(Sign.SPOKEN),
    Kind.CHAT: _always(Sign.SPOKEN),
    Kind.SERVICE_CENTRE_VISIT: _always(Sign.VISIT),
    Kind.OUTBOUND_CALL: _always(Sign.CALLED),
    Kind.UPDATE_PHONE_NUMBER: _always(Sign.NUMBER),
    Kind.DEBT: _owed,
    Kind.OWNERSHIP: _always(Sign.OWNERSHIP),
    Kind.SERVICE_REQUEST: _always(Sign.REQUESTED),
}
