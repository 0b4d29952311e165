"""Telephony cards: calls, attempts at calls, places in a queue, call backs, and telephone self service."""

from resolvers.cards.activity import CallDetails, CardGroup, CardKind, Kind
from resolvers.cards.interaction import interaction_card
from sources.parts import Interaction
from sources.parts.interaction import Direction, Outcome


def _call(item: Interaction) -> CallDetails:
    return CallDetails(item.queue, item.ended_at, item.transferred, item.queue_position, item.callback_at)


def _card(kind: Kind, outcome: Outcome | None = None, direction: Direction | None = None) -> CardKind:
    return interaction_card(kind, CardGroup.TELEPHONY, _call, outcome=outcome, direction=direction)


TELEPHONY_CARDS = (
    _card(Kind.INBOUND_CALL),
    _card(Kind.OUTBOUND_CALL),
    _card(Kind.ABANDONED_CALL, Outcome.NOT_ACHIEVED),
    _card(Kind.CONGESTION, Outcome.NOT_ACHIEVED),
    _card(Kind.PLACE_IN_QUEUE),
    _card(Kind.SCHEDULED_CALLBACK),
    _card(Kind.SELF_SERVICE_IVR, direction=Direction.SELF_SERVICE),
)
