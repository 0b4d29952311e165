"""What happened and is of no kind that the gateway knows: shown, so that nothing is silently missing."""

from resolvers.cards.activity import CardGroup, Kind
from resolvers.cards.interaction import interaction_card

OTHER_CARDS = (interaction_card(Kind.OTHER, CardGroup.OTHER),)
