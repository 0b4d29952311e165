"""What happened and is of no kind that has a card of its own: shown, so that nothing is silently missing.

Only what the IVR asked and played is left out: it belongs to the call during which it did.
"""

from collections.abc import Iterable

from resolvers.cards.activity import Activity, CardGroup, CardKind, Desk, Kind, Readings
from resolvers.cards.correspondence import correspondence
from resolvers.cards.interaction import interactions
from sources.parts import CORRESPONDENCE, INTERACTION
from sources.parts.correspondence import CorrespondenceChannel

_INTERACTIONS = interactions(Kind.OTHER)
_CORRESPONDENCE = correspondence(Kind.OTHER, CorrespondenceChannel.FAX, CorrespondenceChannel.OTHER)


def _build(readings: Readings, desk: Desk) -> Iterable[Activity]:
    yield from _INTERACTIONS(readings, desk)
    yield from _CORRESPONDENCE(readings, desk)


OTHER_CARDS = (CardKind(Kind.OTHER, CardGroup.OTHER, (INTERACTION, CORRESPONDENCE), _build),)
