"""Likely reasons: why a customer is probably in touch, and what that rests on."""

from datetime import date
from typing import TypeAlias

import strawberry

from resolvers.reasons import ContactReason, EvidenceKind, reason
from schema.knowledge import KnowledgeLink
from schema.shown import shows, told, words

Day: TypeAlias = date  # the name of a field of Evidence, too

for word in (ContactReason, EvidenceKind):
    words(word)


@shows(reason.Evidence)
class Evidence:
    """Something on the overview that a likely reason rests on."""

    kind: EvidenceKind = told("What it is.")
    label: str = told("What it says, in the words of the card or alert; of a card, how long ago, too.")
    date: Day | None = told("The day that it is about; null for an alert without one.")
    card_id: strawberry.ID | None = told(
        "The `id` of the card, which stands in the overview's usual window; null for an alert."
    )


@shows(reason.LikelyReason)
class LikelyReason:
    """A reason for which the customer may be in touch now. A guess from what the overview holds; ask the customer."""

    reason: ContactReason = told("What it is.")
    label: str = told("The words to show.")
    confidence: float = told(
        "Its share of everything that may be behind the contact, from 0 to 0.99, to two places. What is left is for "
        "the other reasons and for whatever leaves no trace. Good for comparing the reasons of one customer; it is "
        "not the chance that this customer wants it."
    )
    because: list[Evidence] = told("What it rests on, the strongest first, five at most.", size=5)
    suggested: list[KnowledgeLink] = told(
        "Articles that help with it: those of its cards, then the policy's for the reason, each once.", size=2
    )
