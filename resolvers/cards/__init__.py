"""The card kinds: one file per family, one line here per family."""

from resolvers.cards.activity import CardKind
from resolvers.cards.correspondence import CORRESPONDENCE_CARDS
from resolvers.cards.debt import DEBT_CARDS
from resolvers.cards.digital import DIGITAL_CARDS
from resolvers.cards.other import OTHER_CARDS
from resolvers.cards.ownership import OWNERSHIP_CARDS
from resolvers.cards.service_centre import SERVICE_CENTRE_CARDS
from resolvers.cards.telephony import TELEPHONY_CARDS

__all__ = [
    "CARD_KINDS",
    "CORRESPONDENCE_CARDS",
    "DEBT_CARDS",
    "DIGITAL_CARDS",
    "OTHER_CARDS",
    "OWNERSHIP_CARDS",
    "SERVICE_CENTRE_CARDS",
    "TELEPHONY_CARDS",
    "CardKind",
]

CARD_KINDS: tuple[CardKind, ...] = (
    *CORRESPONDENCE_CARDS,
    *TELEPHONY_CARDS,
    *DIGITAL_CARDS,
    *SERVICE_CENTRE_CARDS,
    *DEBT_CARDS,
    *OWNERSHIP_CARDS,
    *OTHER_CARDS,
)
