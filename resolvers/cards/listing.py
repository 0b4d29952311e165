"""The cards of an overview as a list: what is pinned, what follows page by page, and the activities of each."""

from collections.abc import Collection
from datetime import date, datetime, timedelta
from functools import cached_property, partial

from msgspec import Struct

from resolvers.cards import CARD_KINDS
from resolvers.cards.activity import Activity, CardGroup, Kind
from resolvers.cards.card import Card, CardPlace, grouped
from resolvers.manner import Manner
from resolvers.paging import Connection, Pager
from resolvers.policy import Policy
from resolvers.refusal import Refusal
from resolvers.scope import Scope
from resolvers.sealing import Cursor, Sealer
from sources.crn import Crn
from sources.parts.history import Keyset
from sources.parts.interaction import Channel

GROUPS: dict[Kind, CardGroup] = {declared.kind: declared.group for declared in CARD_KINDS}


class CardsAsked(Struct, frozen=True):
    """One page of cards as it is asked for. `answered` are the parts whose sources answered this time."""

    kinds: frozenset[Kind]
    channels: frozenset[Channel]
    first: int
    after: str | None
    answered: tuple[str, ...]

    @property
    def binding(self) -> str:
        """What a cursor is bound to."""
        return ":".join(
            ",".join(sorted([one.value for one in words])) for words in (self.kinds, self.channels)
        )


class CardList:
    """The cards of one customer's activities, in order, told in a manner."""

    def __init__(
        self, manner: Manner, number: Crn, since: date | None, activities: tuple[Activity, ...]
    ) -> None:
        self._manner = manner
        self._number = number
        self._since = since
        self._activities = activities

    @cached_property
    def all(self) -> tuple[Card, ...]:
        """Every card of the windows that end today."""
        return self._on(self._manner.today, self._activities, self._since)

    @property
    def usual(self) -> tuple[Card, ...]:
        """Every card of the rule's windows, whatever was asked for."""
        return self.all if self._since is None else self._on(self._manner.today, self._activities, None)

    def page(self, asked: CardsAsked) -> Connection[Card]:
        """Return a page of the cards that are not pinned.

        Later pages continue the list of the first one: what was recorded since moves none of its cards, and midnight
        drops none.
        """
        manner, first = self._manner, asked.first
        bound = f"cards:{self._number}:{self._since}:{manner.desk.call_id}:{asked.binding}"
        pager = Pager(manner.sealer, first, asked.after, bound)
        start = pager.start(CardPlace)
        seen, day = (self._newest, manner.today) if start is None else (start.seen, start.day)
        listed = [
            card
            for card in (self.all if start is None else self._then(start, asked.answered))
            if not card.pinned
            and (not asked.kinds or card.kind in asked.kinds)
            and (not asked.channels or card.channel in asked.channels)
        ]
        rest = [card for card in listed if start is None or card.place.rank > start.place.rank]
        return pager.connection(
            rest[:first],
            lambda card: Cursor(card.place, seen, day, asked.answered),
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

    def _then(self, start: Cursor[CardPlace], answered: tuple[str, ...]) -> tuple[Card, ...]:
        """Return the cards as they were for the first page; refuse to go on when other sources answered then."""
        if start.parts != answered:
            raise Refusal("CONFLICT", "Other sources answered the first page: start again without `after`.")
        known = [
            one
            for one in self._activities
            if (newest := start.seen.get(one.source.system)) is not None and one.recorded_at <= newest
        ]
        return self._on(start.day or self._manner.today, known, self._since)

    def _on(self, day: date, activities: Collection[Activity], since: date | None) -> tuple[Card, ...]:
        """Return the cards of the windows that end on a day; how long ago they were is told as of today."""
        manner, policy = self._manner, self._manner.desk.policy
        first = {kind: first_day(policy, kind, day, since) for kind in {one.kind for one in activities}}
        shown = [one for one in activities if one.day >= first[one.kind]]
        identify = partial(_card_id, manner.sealer, self._number)
        return grouped(shown, GROUPS, manner.desk, manner.today, identify)


def activities_page(scope: Scope, card: Card, first: int, after: str | None) -> Connection[Activity]:
    """Return a page of a card's activities, all of its day, newest first (BR-CO-14)."""
    pager = scope.pager(first, after, f"activities:{card.id}")
    start = pager.start(Keyset)
    rest = [one for one in card.activities if start is None or one.place < start.place]
    return pager.connection(rest[:first], lambda one: Cursor(one.place), len(rest) > first, card.count)


def first_day(policy: Policy, kind: Kind, today: date, since: date | None) -> date:
    """Return the first day of a kind's window: what the caller asked for, else the policy's days before today."""
    return since or today - timedelta(days=policy.windows.of(kind.value))


def _card_id(sealer: Sealer, number: str, kind: Kind, key: str, day: date) -> str:
    return sealer.fingerprint("card", f"{number}\n{kind.value}\n{key}\n{day.isoformat()}".encode())
