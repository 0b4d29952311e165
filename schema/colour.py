"""The colours of icons: of cards, alerts and indicators alike."""

from resolvers.cards.activity import IconColour
from schema.shown import words

__all__ = ["IconColour"]

words(IconColour)
