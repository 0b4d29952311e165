"""How an interaction becomes an activity: what the telephony, digital, service centre and other families share."""

from collections.abc import Callable, Collection, Iterable

from resolvers.cards.activity import (
    Activity,
    Build,
    CardGroup,
    CardKind,
    Desk,
    Details,
    Kind,
    Readings,
)
from resolvers.titles import normalised
from sources.parts import INTERACTION, Interaction
from sources.parts.interaction import Direction, InteractionKind, Outcome

Tell = Callable[[Interaction], Details | None]


def nothing_more(_: Interaction) -> None:
    """Tell nothing beyond the card."""
    return


def interaction_card(
    kind: Kind,
    group: CardGroup,
    tell: Tell = nothing_more,
    *,
    direction: Direction | None = None,
    outcome: Outcome | None = None,
) -> CardKind:
    """Declare the card kind that counts interactions of the same name.

    `tell` gives the details; `direction` and `outcome` are set for a kind that says them itself.
    """
    return CardKind(
        kind,
        group,
        (INTERACTION,),
        interactions(kind, tell, direction=direction, outcome=outcome),
    )


def interactions(
    kind: Kind,
    tell: Tell = nothing_more,
    *,
    direction: Direction | None = None,
    outcome: Outcome | None = None,
    also: Collection[InteractionKind] = (),
) -> Build:
    """Return how the activities of interactions of a kind are found; `also` are further kinds that it counts."""
    counted = (InteractionKind[kind.name], *also)  # of so few, looking is faster than hashing

    def build(readings: Readings, desk: Desk) -> Iterable[Activity]:
        history = readings.of(INTERACTION)
        for item in history.items if history is not None else ():
            if item.kind in counted:
                came, ended = direction or item.direction, outcome or item.outcome
                yield _activity(kind, item, desk, tell(item), came, ended)

    return build


def _activity(
    kind: Kind, item: Interaction, desk: Desk, details: Details | None, direction: Direction, outcome: Outcome
) -> Activity:
    title = _title(kind, item, desk)
    visit = kind is Kind.SERVICE_CENTRE_VISIT  # two centres on a day are two cards, whatever was done there
    return Activity(
        id=item.id,
        kind=kind,
        key=normalised(title) if visit else item.activity or normalised(title),
        at=item.started_at,
        day=desk.day(item.started_at),
        title=title,
        channel=item.channel,
        direction=direction,
        outcome=outcome,
        source=item.source,
        recorded_at=item.recorded_at,
        description=item.summary,
        details=details,
        call_id=item.call_id,
    )


def _title(kind: Kind, item: Interaction, desk: Desk) -> str:
    if kind is Kind.SERVICE_CENTRE_VISIT and item.location is not None:
        return item.location.name
    return desk.policy.activities.get(item.activity or "", item.title)
