"""Service centre cards: visits, by location, with the centre's own time (BR-CO-23)."""

from zoneinfo import ZoneInfo

from resolvers.cards.activity import CardGroup, Kind, VisitDetails
from resolvers.cards.interaction import interaction_card
from sources.parts import Interaction

UTC = ZoneInfo("UTC")


def _visit(item: Interaction) -> VisitDetails | None:
    if item.location is None:
        return None
    zone = _zone(item.location.zone)
    try:
        local = item.started_at.astimezone(zone)
    except OverflowError:  # within hours of the first or the last day that there is
        zone, local = UTC, item.started_at
    return VisitDetails(item.location.name, local, zone.key, item.queue, item.contact_type)


def _zone(name: str) -> ZoneInfo:
    """Return a zone by its name, UTC for a name that is none: it costs the local time, not the overview."""
    try:
        return ZoneInfo(name)
    except (KeyError, ValueError, OSError):
        return UTC


SERVICE_CENTRE_CARDS = (interaction_card(Kind.SERVICE_CENTRE_VISIT, CardGroup.SERVICE_CENTRE, _visit),)
