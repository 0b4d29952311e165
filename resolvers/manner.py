"""In which manner things are told: whatever cards and entries depend on beside their records. It knows no caller."""

from collections.abc import Hashable
from datetime import date, datetime

from msgspec import Struct

from cache.remembered import Remembered
from resolvers.cards.activity import Desk
from resolvers.recency import Recency, recency
from resolvers.scope import Scope
from resolvers.sealing import Sealer


class Manner(Struct, frozen=True, eq=False):
    """How things are told on a day, to staff or to others. What is `remembered` under its `key` holds it, so that no
    other policy has the same key meanwhile; None where nothing is. What the `desk` knows of a moment or a call is not
    in the key."""

    desk: Desk
    today: date
    staff: bool
    sealer: Sealer
    remembered: Remembered | None = None

    @property
    def key(self) -> Hashable:
        """What tells it apart."""
        return self.today, self.staff, id(self.desk.policy), id(self.desk.labels), id(self.sealer)

    @property
    def mark(self) -> str:
        """What stands where a Medicare number was."""
        return self.desk.labels.overview["medicare_number"]

    def recency(self, day: date) -> Recency | None:
        """Return how long ago a day is."""
        return recency(day, self.today, self.desk.labels.recency)


def manner_of(scope: Scope, *, now: datetime | None = None, call_id: str | None = None) -> Manner:
    """Return in which manner a request is told things. Entries outlive a request: their cards are not told the time."""
    desk = Desk(scope.policy, scope.labels, scope.policy.tz, call_id, now)
    remembered = scope.pieces.remembered if scope.pieces is not None else None
    return Manner(desk, scope.today, scope.caller.is_staff, scope.sealer, remembered)
