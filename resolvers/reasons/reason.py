"""What a likely reason is: a word that an officer can act on, how likely it is, and what it rests on."""

from datetime import date

from msgspec import Struct

from resolvers.policy import KnowledgeLink
from sources.words import Word


class ContactReason(Word):
    """Why a customer may be in touch. Reasons that are equally likely stand in this order."""

    PAYMENT_STOPPED = "PAYMENT_STOPPED", "A payment was suspended or cancelled."
    REPORTING = "REPORTING", "A report of income is due or late, or reporting did not work."
    CLAIM = "CLAIM", "A claim is not decided, waits for something, or was rejected."
    DEBT = "DEBT", "Money is owed, and why or how much is not clear."
    REPAYMENT_ARRANGEMENT = (
        "REPAYMENT_ARRANGEMENT",
        "An arrangement to repay a debt ends, ended, was not kept, or has to be changed.",
    )
    APPOINTMENT = "APPOINTMENT", "An appointment was missed, or one is to come."
    DOCUMENTS = "DOCUMENTS", "Papers were asked for, or sent and not yet answered."
    PAYMENT_AMOUNT = "PAYMENT_AMOUNT", "How much is paid or when has changed, or is asked about."
    DETAILS = "DETAILS", "An address, a telephone number or a bank account is wrong or has changed."
    FAMILY_INCOME = "FAMILY_INCOME", "An estimate of the family's income is wanted."
    CHILD_SUPPORT = "CHILD_SUPPORT", "Child support was assessed, decided about, or is late."
    LOCKED_OUT = "LOCKED_OUT", "The customer cannot get into the online account or telephone self service."
    UNFINISHED_TRANSACTION = (
        "UNFINISHED_TRANSACTION",
        "Something begun online, in the app or with the machine could not be finished.",
    )
    LETTER_OR_MESSAGE = "LETTER_OR_MESSAGE", "A letter or message came, and what it wants is not clear."
    COULD_NOT_GET_THROUGH = (
        "COULD_NOT_GET_THROUGH",
        "The customer tried to get through and did not, and nothing says what about.",
    )
    OTHER = "OTHER", "Something on the record of which the policy does not say what it is about."


class EvidenceKind(Word):
    """What a reason rests on."""

    CARD = "CARD", "A card of the overview."
    ALERT = "ALERT", "An alert of the overview."


class Evidence(Struct, frozen=True):
    """One thing that a reason rests on, in its own words; `date` is the day it is about, `card_id` names a card."""

    kind: EvidenceKind
    label: str
    date: date | None
    card_id: str | None


class LikelyReason(Struct, frozen=True):
    """A reason, its share of everything that may be behind the contact (0 to 1), and what it rests on."""

    reason: ContactReason
    label: str
    confidence: float
    because: tuple[Evidence, ...]
    suggested: tuple[KnowledgeLink, ...]
