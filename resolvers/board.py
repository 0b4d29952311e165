"""The board: what an overview shows of a customer's readings on a day. Its alerts, its cards, and why there is a call.

Pure: made from the readings, the policy, the day and one `now`. It knows no caller, so that it is remembered beside the
readings of which it was made, for as long as they are there and it holds.
"""

from collections.abc import Collection, Iterable, Sequence
from datetime import date, datetime
from functools import cached_property
from typing import Any, Final

from resolvers.alerts import ALERT_KINDS
from resolvers.alerts.alert import Alert, alerts
from resolvers.call import CallContext, without_current
from resolvers.cards import CARD_KINDS
from resolvers.cards.activity import Activity, CardKind, Desk, Readings
from resolvers.cards.listing import CardList
from resolvers.customer import Picture
from resolvers.manner import Manner, manner_of
from resolvers.medicare import activities_without
from resolvers.policy import Policy
from resolvers.reasons import LikelyReason, likely_reasons
from sources.parts import PARTS, Part
from sources.source import Reading

_CARDS = {part for declared in CARD_KINDS for part in declared.needs}
_ALERTS = {part for declared in ALERT_KINDS for part in declared.needs}
NEEDED: tuple[Part[Any], ...] = tuple(part for part in PARTS if part in _CARDS | _ALERTS)
"""The parts that a board is made of."""

ITEM_BYTES: Final = 2_048
"""What an activity takes with its share of a card, and an alert, about."""


class Board:
    """The cards, alerts and likely reasons of a customer. It holds from the moment for which it was made `until`
    another one, None where only another day or another reading ends it.

    `remembered` is whether whoever asks next may be shown the very same.
    """

    def __init__(
        self,
        manner: Manner,
        cards: CardList,
        activities: tuple[Activity, ...],
        alerts: tuple[Alert, ...],
        until: datetime | None,
    ) -> None:
        self._manner: Final = manner
        self._until: Final = until
        self.cards: Final = cards
        self.activities: Final = activities
        self.alerts: Final = alerts
        self.remembered = False

    @cached_property
    def likely_reasons(self) -> tuple[LikelyReason, ...]:
        """Why the customer is probably in touch, the likeliest first, whatever window the cards have."""
        return likely_reasons(self.cards.usual, self.alerts, self._manner.desk, self._manner.today)

    def holds(self, now: datetime) -> bool:
        """Tell whether it is still, or already, what it would be if it was made at a moment of its day."""
        made = self._manner.desk.now
        return made is not None and made <= now and (self._until is None or now < self._until)

    @property
    def weight(self) -> int:
        """What it takes, in bytes, about."""
        return ITEM_BYTES * (1 + len(self.activities) + len(self.alerts))


def board_of(picture: Picture, since: date | None, call: CallContext | None) -> Board:
    """Return the board of a customer, for cards from a day on (None for the rule), without what belongs to a call.

    It is the one that was made before of the very same readings, where those are the memory's own. That of a restricted
    record is empty, whoever asks.
    """
    scope = picture.scope
    manner = manner_of(scope, now=scope.now, call_id=call.call_id if call is not None else None)
    if picture.restricted:
        return Board(manner, CardList(manner, picture.number, since, ()), (), (), None)
    readings = picture.kept(NEEDED) if manner.remembered is not None else None
    if manner.remembered is None or not readings:
        return _made(picture, manner, since, call)
    how = "board", picture.number, since, call, manner.key
    board: Board | None = manner.remembered.read(readings, how)
    if board is None or not board.holds(scope.now):
        board = _made(picture, manner, since, call)
        board.remembered = True
        manner.remembered.put(readings, how, board, board.weight)
    return board


def shown_cards(policy: Policy) -> list[CardKind]:
    """Return the card kinds that the policy does not switch off."""
    return [declared for declared in CARD_KINDS if declared.kind.value not in policy.cards.off]


def _made(picture: Picture, manner: Manner, since: date | None, call: CallContext | None) -> Board:
    desk = manner.desk
    shown = shown_cards(desk.policy)
    told = [declared for declared in ALERT_KINDS if declared.kind.value not in desk.policy.alerts.off]
    readings = _readings(picture)
    activities = without_current(_activities(readings, shown, desk), call)
    return Board(
        manner,
        CardList(manner, picture.number, since, activities),
        activities,
        alerts(told, readings, desk, manner.today),
        _until(shown, readings, picture.scope.now),
    )


def _readings(picture: Picture) -> Readings:
    outcomes = {part.name: picture.outcome(part) for part in NEEDED}
    return Readings(
        {name: outcome.record for name, outcome in outcomes.items() if isinstance(outcome, Reading)}
    )


def _activities(readings: Readings, shown: Collection[CardKind], desk: Desk) -> Sequence[Activity]:
    found = [
        activity
        for declared in shown
        if any(part.name in readings.records for part in declared.needs)
        for activity in declared.build(readings, desk)
    ]
    return activities_without(found, desk.labels.overview["medicare_number"])


def _until(shown: Iterable[CardKind], readings: Readings, now: datetime) -> datetime | None:
    """Return the first moment from now on at which the cards are others, though nothing new is known."""
    return min((at for declared in shown for at in declared.turns(readings) if at > now), default=None)
