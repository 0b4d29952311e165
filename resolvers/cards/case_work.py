"""Case work cards: records of what officers have to finish, notes, requests for a service, and forms."""

from resolvers.cards.activity import CardGroup, CardKind, Kind
from resolvers.cards.digital import finishable, told_of
from resolvers.cards.interaction import Tell, interaction_card, nothing_more


def _card(kind: Kind, tell: Tell = told_of) -> CardKind:
    return interaction_card(kind, CardGroup.CASE_WORK, tell)


CASE_WORK_CARDS = (
    _card(Kind.INTERACTION_RECORD),
    _card(Kind.CASE_NOTE, nothing_more),
    _card(Kind.SERVICE_REQUEST),
    finishable(Kind.FORM, CardGroup.CASE_WORK),
)
