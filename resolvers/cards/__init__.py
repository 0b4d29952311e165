"""The card kinds: one file per family, one line here per family."""

from resolvers.cards.activity import CardKind
from resolvers.cards.appointment import APPOINTMENT_CARDS
from resolvers.cards.case_work import CASE_WORK_CARDS
from resolvers.cards.correspondence import CORRESPONDENCE_CARDS
from resolvers.cards.debt import DEBT_CARDS
from resolvers.cards.digital import DIGITAL_CARDS
from resolvers.cards.other import OTHER_CARDS
from resolvers.cards.ownership import OWNERSHIP_CARDS
from resolvers.cards.service_centre import SERVICE_CENTRE_CARDS
from resolvers.cards.telephony import TELEPHONY_CARDS

__all__ = [
    "APPOINTMENT_CARDS",
    "CARD_KINDS",
    "CASE_WORK_CARDS",
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
    *CASE_WORK_CARDS,
    *APPOINTMENT_CARDS,
    *DEBT_CARDS,
    *OWNERSHIP_CARDS,
    *OTHER_CARDS,
)
