"""Cards: activities counted by kind, activity and local day (BR-CO-11), in their order (BR-CO-15, BR-GW-9)."""

from collections.abc import Callable, Iterable, Sequence
from datetime import date, datetime

from msgspec import Struct

from resolvers.cards.activity import Activity, CardGroup, Desk, IconColour, Kind, colour
from resolvers.document import Document
from resolvers.knowledge import knowledge_of
from resolvers.policy import KnowledgeLink, OnlineCards
from resolvers.recency import Recency, recency
from sources.parts.interaction import Channel, Direction, Outcome, SourceRef

ROLLED_UP = frozenset({Kind.ONLINE_ACTIVITY, Kind.MOBILE_APP_ACTIVITY})


class Card(Struct, frozen=True):
    """One card: what happened of one activity on one day, and how often. `activities` are newest first.

    `on_current_call` says that one of them led to the call that the caller is in.
    """

    id: str
    kind: Kind
    group: CardGroup
    title: str
    description: str | None
    date: date
    latest_at: datetime
    count: int
    channel: Channel | None
    direction: Direction
    outcome: Outcome
    colour: IconColour
    recency: Recency | None
    pinned: bool
    pin_reason: str | None
    expandable: bool
    on_current_call: bool
    source: SourceRef
    knowledge: tuple[KnowledgeLink, ...]
    activities: tuple[Activity, ...]

    @property
    def document(self) -> Document | None:
        """The document of the newest activity that has one (BR-CO-20)."""
        return next((one.document for one in self.activities if one.document is not None), None)

    @property
    def place(self) -> "CardPlace":
        """Where the card stands."""
        return CardPlace(self.pinned, self.date, self.latest_at, self.kind.value, self.id)


class CardPlace(Struct, frozen=True, array_like=True):
    """The place of a card: pinned first, then by date and latest activity, newest first, then kind and id (BR-GW-9)."""

    pinned: bool
    date: date
    latest_at: datetime
    kind: str
    id: str

    @property
    def rank(self) -> tuple[bool, int, float, str, str]:
        """What places are compared by: the lower stands first."""
        return _rank(self)


def _rank(one: Card | CardPlace) -> tuple[bool, int, float, str, str]:
    return not one.pinned, -one.date.toordinal(), -one.latest_at.timestamp(), one.kind, one.id


Identify = Callable[[Kind, str, date], str]


def grouped(
    activities: Iterable[Activity], groups: dict[Kind, CardGroup], desk: Desk, today: date, identify: Identify
) -> tuple[Card, ...]:
    """Return the cards of activities, in order. `identify` gives a card its id."""
    heaps: dict[tuple[Kind, str, date], list[Activity]] = {}
    by_day = desk.policy.cards.online is OnlineCards.BY_DAY
    for activity in activities:
        key = "" if by_day and activity.kind in ROLLED_UP else activity.key
        heaps.setdefault((activity.kind, key, activity.day), []).append(activity)
    cards = [
        _card(heap, groups[kind], identify(kind, key, day), desk, today)
        for (kind, key, day), heap in heaps.items()
    ]
    return tuple(sorted(cards, key=_rank))


def roll_up(outcomes: Sequence[Outcome]) -> Outcome:
    """Return what several outcomes come to (BR-CO-13): the same if they agree, else mixed.

    One that needs an officer stands out whatever the others are.
    """
    if len(outcomes) == 1:
        return outcomes[0]
    if Outcome.ACTION_REQUIRED in outcomes:
        return Outcome.ACTION_REQUIRED
    if set(outcomes) == {Outcome.NOT_ACHIEVED, Outcome.UNKNOWN}:
        return Outcome.NOT_ACHIEVED  # none is known to have succeeded
    return outcomes[0] if len(set(outcomes)) == 1 else Outcome.MIXED


def _card(heap: list[Activity], group: CardGroup, card_id: str, desk: Desk, today: date) -> Card:
    if len(heap) > 1:
        heap.sort(key=lambda activity: activity.place, reverse=True)
    activities = tuple(heap)
    newest = activities[0]
    outcome = roll_up([activity.outcome for activity in activities])
    several = len(activities) > 1 and len({activity.key for activity in activities}) > 1
    reason = desk.policy.cards.pinned.get(newest.kind.value)
    return Card(
        id=card_id,
        kind=newest.kind,
        group=group,
        title=desk.labels.overview["several_activities"] if several else newest.title,
        description=None if several else newest.description,
        date=newest.day,
        latest_at=newest.at,
        count=len(activities),
        channel=newest.channel,
        direction=newest.direction,
        outcome=outcome,
        colour=colour(newest.direction, outcome),
        recency=recency(newest.day, today, desk.labels.recency),
        pinned=reason is not None,
        pin_reason=reason,
        expandable=len(activities) > 1 or newest.description is not None or newest.details is not None,
        on_current_call=desk.call_id is not None and any(one.call_id == desk.call_id for one in activities),
        source=newest.source,
        knowledge=knowledge_of(activities, desk.policy),
        activities=activities,
    )
