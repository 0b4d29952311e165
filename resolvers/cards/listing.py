"""The cards of an overview as a list: what is pinned, what follows page by page, and the activities of each."""

from collections.abc import Collection
from datetime import date, datetime, timedelta
from enum import Enum
from functools import cached_property, partial

from resolvers.cards import CARD_KINDS
from resolvers.cards.activity import Activity, CardGroup, Desk, Kind
from resolvers.cards.card import Card, CardPlace, grouped
from resolvers.paging import Connection
from resolvers.refusal import Refusal
from resolvers.scope import Scope
from resolvers.sealing import Cursor
from sources.parts.history import Keyset

GROUPS: dict[Kind, CardGroup] = {declared.kind: declared.group for declared in CARD_KINDS}


class CardList:
    """The cards of one customer's activities, in order. `answered` are the parts that the activities come from, `desk`
    what the cards are built with."""

    def __init__(
        self,
        scope: Scope,
        number: str,
        since: date | None,
        activities: tuple[Activity, ...],
        answered: tuple[str, ...],
        desk: Desk,
    ) -> None:
        self._scope = scope
        self._number = number
        self._since = since
        self._activities = activities
        self._answered = answered
        self._desk = desk

    @cached_property
    def all(self) -> tuple[Card, ...]:
        """Every card of the windows that end today."""
        return self._on(self._scope.today, self._activities, self._since)

    @property
    def usual(self) -> tuple[Card, ...]:
        """Every card of the rule's windows, whatever was asked for."""
        return self.all if self._since is None else self._on(self._scope.today, self._activities, None)

    def page(
        self, kinds: Collection[Kind] | None, channels: Collection[Enum] | None, first: int, after: str | None
    ) -> Connection[Card]:
        """Return a page of the cards that are not pinned.

        Later pages continue the list of the first one: what was recorded since moves none of its cards, and midnight
        drops none.
        """
        asked = ":".join(",".join(sorted(word.value for word in words or ())) for words in (kinds, channels))
        pager = self._scope.pager(
            first, after, f"cards:{self._number}:{self._since}:{self._desk.call_id}:{asked}"
        )
        start = pager.start(CardPlace)
        seen, day = (self._newest, self._scope.today) if start is None else (start.seen, start.day)
        listed = [
            card
            for card in (self.all if start is None else self._then(start))
            if not card.pinned
            and (not kinds or card.kind in kinds)
            and (not channels or card.channel in channels)
        ]
        rest = [card for card in listed if start is None or card.place.rank > start.place.rank]
        return pager.connection(
            rest[:first],
            lambda card: Cursor(card.place, seen, day, self._answered),
            len(rest) > first,
            len(listed),
        )

    @property
    def _newest(self) -> dict[str, datetime]:
        """The latest recording of each system: every system has a clock of its own."""
        newest: dict[str, datetime] = {}
        for one in self._activities:
            system = one.source.system
            newest[system] = max(one.recorded_at, newest.get(system, one.recorded_at))
        return dict(sorted(newest.items()))

    def _then(self, start: Cursor[CardPlace]) -> tuple[Card, ...]:
        """Return the cards as they were for the first page; refuse to go on when other sources answered then."""
        if start.parts != self._answered:
            raise Refusal("CONFLICT", "Other sources answered the first page: start again without `after`.")
        known = [
            one
            for one in self._activities
            if (newest := start.seen.get(one.source.system)) is not None and one.recorded_at <= newest
        ]
        return self._on(start.day or self._scope.today, known, self._since)

    def _on(self, day: date, activities: Collection[Activity], since: date | None) -> tuple[Card, ...]:
        """Return the cards of the windows that end on a day; how long ago they were is told as of today."""
        scope = self._scope
        first = {kind: first_day(scope, kind, day, since) for kind in {one.kind for one in activities}}
        shown = [one for one in activities if one.day >= first[one.kind]]
        return grouped(shown, GROUPS, self._desk, scope.today, partial(_card_id, scope, self._number))


def activities_page(scope: Scope, card: Card, first: int, after: str | None) -> Connection[Activity]:
    """Return a page of a card's activities, all of its day, newest first (BR-CO-14)."""
    pager = scope.pager(first, after, f"activities:{card.id}")
    start = pager.start(Keyset)
    rest = [one for one in card.activities if start is None or one.place < start.place]
    return pager.connection(rest[:first], lambda one: Cursor(one.place), len(rest) > first, card.count)


def first_day(scope: Scope, kind: Kind, today: date, since: date | None) -> date:
    """Return the first day of a kind's window: what the caller asked for, else the policy's days before today."""
    return since or today - timedelta(days=scope.policy.windows.of(kind.value))


def desk_of(scope: Scope, call_id: str | None = None) -> Desk:
    """Return what the cards of a request are built with."""
    return Desk(scope.policy, scope.labels, scope.policy.tz, call_id, scope.now)


def _card_id(scope: Scope, number: str, kind: Kind, key: str, day: date) -> str:
    return scope.sealer.fingerprint("card", f"{number}\n{kind.value}\n{key}\n{day.isoformat()}".encode())
