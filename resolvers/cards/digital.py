"""Digital cards: transactions in the online account and the app, complete and partial, chats, number updates."""

from collections.abc import Iterable

from msgspec.structs import replace

from resolvers.cards.activity import (
    Activity,
    CardGroup,
    CardKind,
    Desk,
    DigitalDetails,
    Kind,
    NumberChange,
    PhoneNumberDetails,
    Readings,
    said_first,
)
from resolvers.cards.interaction import interaction_card, interactions
from resolvers.document import receipt
from sources.parts import INTERACTION, Interaction
from sources.parts.interaction import Direction, Outcome

FINISHED = {Outcome.SUCCESS: True, Outcome.NOT_ACHIEVED: False, Outcome.MIXED: False}
"""Whether a transaction was finished, where its outcome says so (BR-CO-24)."""


def told_of(item: Interaction) -> DigitalDetails:
    """Return what is known of a transaction, or of anything else with a status and a receipt."""
    return DigitalDetails(item.status_raw, item.receipt_number, receipt(item))


def _transaction(item: Interaction) -> DigitalDetails:
    return replace(told_of(item), finished=FINISHED.get(item.outcome))


def _number(item: Interaction) -> PhoneNumberDetails:
    return PhoneNumberDetails(NumberChange.OTHER, item.receipt_number, receipt(item))


def finishable(kind: Kind, group: CardGroup, direction: Direction | None = None) -> CardKind:
    """Declare the card kind of what the customer begins and may leave unfinished (BR-CO-24)."""
    found = interactions(kind, _transaction, direction=direction)

    def build(readings: Readings, desk: Desk) -> Iterable[Activity]:
        return (_unfinished(one, desk) for one in found(readings, desk))

    return CardKind(kind, group, (INTERACTION,), build)


def _unfinished(activity: Activity, desk: Desk) -> Activity:
    """Return something that says in words that it was not finished, where it was not."""
    if FINISHED.get(activity.outcome, True):
        return activity
    words = desk.labels.overview["not_finished"]
    return replace(activity, description=said_first(words, activity.description))


_NUMBERS = interactions(Kind.UPDATE_PHONE_NUMBER, _number)


def _numbers(readings: Readings, desk: Desk) -> Iterable[Activity]:
    return (_told_apart(one, desk) for one in _NUMBERS(readings, desk))


def _told_apart(activity: Activity, desk: Desk) -> Activity:
    """Return an update of a number that says whether it was updated, only confirmed, or neither.

    Where the source's activity code is none that the policy knows, it says what its source says.
    """
    word = desk.policy.cards.phone_numbers.get(activity.key)
    if word is None:
        return activity
    done = FINISHED.get(activity.outcome, True)
    change = NumberChange[word] if done else NumberChange.NONE
    details = replace(activity.details, change=change) if activity.details is not None else None
    return replace(activity, title=desk.labels.overview[f"number_{change.value}"], details=details)


DIGITAL_CARDS = (
    finishable(Kind.ONLINE_ACTIVITY, CardGroup.DIGITAL, Direction.SELF_SERVICE),
    finishable(Kind.MOBILE_APP_ACTIVITY, CardGroup.DIGITAL, Direction.SELF_SERVICE),
    interaction_card(Kind.CHAT, CardGroup.DIGITAL, told_of),
    CardKind(Kind.UPDATE_PHONE_NUMBER, CardGroup.DIGITAL, (INTERACTION,), _numbers),
)
