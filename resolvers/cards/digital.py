"""Digital cards: transactions in the online account and the app, complete and partial, chats, number updates."""

from resolvers.cards.activity import CardGroup, CardKind, DigitalDetails, Kind
from resolvers.cards.interaction import interaction_card
from resolvers.document import receipt
from sources.parts import Interaction
from sources.parts.interaction import Direction


def _transaction(item: Interaction) -> DigitalDetails:
    return DigitalDetails(item.status_raw, item.receipt_number, receipt(item))


def _card(kind: Kind) -> CardKind:
    return interaction_card(kind, CardGroup.DIGITAL, _transaction, direction=Direction.SELF_SERVICE)


DIGITAL_CARDS = (
    _card(Kind.ONLINE_ACTIVITY),
    _card(Kind.MOBILE_APP_ACTIVITY),
    interaction_card(Kind.CHAT, CardGroup.DIGITAL, _transaction),
    interaction_card(Kind.UPDATE_PHONE_NUMBER, CardGroup.DIGITAL, _transaction),
)
