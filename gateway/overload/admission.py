"""Who is let in to be worked for, and who waits: pure, by a clock that is handed in, in seconds.

Every class has a share of the places. What a class leaves idle others may borrow, but for what is kept for it: as much
as it used at once in the last seconds, and half its share in any case. So whoever comes while its class uses less than
that is let in at once, whatever the others do. A place that comes free goes to a class that is within its share,
officers first, and only then to one that borrows.

Whoever finds no place waits for a moment and is turned away then. Where a queue does not get empty any more, waiting
does not help: the moment gets shorter.
"""

from collections import deque
from collections.abc import Mapping
from enum import Enum
from typing import Final

from msgspec import Struct

from sources.words import Word

SPAN: Final = 5.0
"""What a class used at once is remembered for one such span to two, in seconds."""

STANDING: Final = 0.1
"""A queue that was not empty for so many seconds stands: whoever joins it waits a tenth of the usual time."""
SHORTER: Final = 0.1


class Class(Word):
    """Whose requests share places. The order is the one in which a place that comes free is given away."""

    STAFF = "staff", "Officers: somebody waits in front of them."
    PARTNER = "partner", "Other organisations, and systems of the body itself."
    EXPORT = "export", "Whole documents of rows."


class Reason(Word):
    """Why a request was turned away."""

    WAIT = "wait", "No place came free in time."
    FULL = "full", "Too many waited already."
    MEMORY = "memory", "The process uses too much memory."


class State(Enum):
    """Where a request stands."""

    WAITING = "waiting"
    IN = "in"
    AWAY = "away"


class Ticket:
    """One request: its class, since when it is here, until when it waits."""

    __slots__ = ("kind", "since", "state", "until")

    def __init__(self, kind: Class, since: float, until: float, state: State) -> None:
        self.kind = kind
        self.since = since
        self.until = until
        self.state = state


class Shares(Struct, frozen=True):
    """How many places there are, and how many of them each class has to itself. Together the shares are all places."""

    places: int
    of: Mapping[Class, int]


def shares(places: int, partner: float, export: float) -> Shares:
    """Return the shares of four places or more: of partners and exports as told, at least one each; the rest is for
    officers."""
    partners, exports = max(1, int(places * partner)), max(1, int(places * export))
    officers = places - partners - exports
    return Shares(places, {Class.STAFF: officers, Class.PARTNER: partners, Class.EXPORT: exports})


class _Line:
    """What is known of one class: how many are in, who waits, how many were in at once lately."""

    def __init__(self, share: int) -> None:
        self.share = share
        self.inside = 0
        self.waiting: deque[Ticket] = deque()
        self.standing_since: float | None = None
        self._peaks = (0, 0)
        self._turns = 0.0

    def kept(self, now: float) -> int:
        """Return how many places of its share are not lent."""
        self._turn(now)
        return min(self.share, max((self.share + 1) // 2, *self._peaks))

    def enter(self, now: float) -> None:
        self._turn(now)
        self.inside += 1
        self._peaks = (self._peaks[0], max(self._peaks[1], self.inside))

    def _turn(self, now: float) -> None:
        if now >= self._turns:
            last = self._peaks[1] if now < self._turns + SPAN else self.inside
            self._peaks, self._turns = (last, self.inside), now + SPAN


class Admission:
    """Lets requests in, has them wait, or turns them away."""

    def __init__(self, shares: Shares, queue_seconds: float) -> None:
        self.shares = shares
        self.places = shares.places
        self._seconds = queue_seconds
        self._lines = {kind: _Line(share) for kind, share in shares.of.items()}
        self._free = shares.places

    def inside(self, kind: Class) -> int:
        """Return how many of a class are in."""
        return self._lines[kind].inside

    def waiting(self, kind: Class) -> int:
        """Return how many of a class wait."""
        return len(self._lines[kind].waiting)

    def kept(self, kind: Class, now: float) -> int:
        """Return how many places are kept for a class now."""
        return self._lines[kind].kept(now)

    def resize(self, places: int, now: float) -> list[Ticket]:
        """Have so many places from now on, never more than there are shares; return the tickets of those who are let
        in for it. Nobody who is in is sent away: where more are in than there are places, nobody comes in."""
        places = min(places, self.shares.places)
        self._free += places - self.places
        self.places = places
        for kind, line in self._lines.items():
            line.share = max(1, self.shares.of[kind] * places // self.shares.places)
        return self._fill(now)

    def ask(self, kind: Class, now: float) -> Ticket:
        """Return the ticket of a request that comes in: it is in, it waits, or it is turned away."""
        line = self._lines[kind]
        if not line.waiting and self._has_room(kind, now):
            ticket = Ticket(kind, now, now, State.WAITING)
            self._let_in(ticket, now)
            return ticket
        if len(line.waiting) >= self.places:
            return Ticket(kind, now, now, State.AWAY)
        if line.standing_since is None:
            line.standing_since = now
        stands = now - line.standing_since > STANDING
        ticket = Ticket(kind, now, now + self._seconds * (SHORTER if stands else 1.0), State.WAITING)
        line.waiting.append(ticket)
        return ticket

    def leave(self, ticket: Ticket, now: float) -> list[Ticket]:
        """Take back the place of a request that is over; return the tickets of those who are let in for it."""
        if ticket.state is not State.IN:
            return []
        ticket.state = State.AWAY
        self._lines[ticket.kind].inside -= 1
        self._free += 1
        return self._fill(now)

    def give_up(self, ticket: Ticket) -> None:
        """Turn away a request that waits."""
        if ticket.state is State.WAITING:
            ticket.state = State.AWAY
            line = self._lines[ticket.kind]
            line.waiting.remove(ticket)
            self._calmed(line)

    def expire(self, now: float) -> list[Ticket]:
        """Turn away whoever has waited long enough; return their tickets."""
        over = [one for line in self._lines.values() for one in line.waiting if one.until <= now]
        for ticket in over:
            self.give_up(ticket)
        return over

    def _has_room(self, kind: Class, now: float) -> bool:
        """Tell whether there is a place that is not kept for another class."""
        kept = sum(
            max(0, line.kept(now) - line.inside) for other, line in self._lines.items() if other is not kind
        )
        return self._free > kept

    def _let_in(self, ticket: Ticket, now: float) -> None:
        ticket.state = State.IN
        self._free -= 1
        self._lines[ticket.kind].enter(now)

    def _fill(self, now: float) -> list[Ticket]:
        if not any(line.waiting for line in self._lines.values()):
            return []
        settled = self.expire(now)
        while (kind := self._next(now)) is not None:
            line = self._lines[kind]
            ticket = line.waiting.popleft()
            self._calmed(line)
            self._let_in(ticket, now)
            settled.append(ticket)
        return settled

    def _next(self, now: float) -> Class | None:
        waits = [kind for kind, line in self._lines.items() if line.waiting and self._has_room(kind, now)]
        within = [kind for kind in waits if self._lines[kind].inside < self._lines[kind].share]
        return next(iter(within or waits), None)

    def _calmed(self, line: _Line) -> None:
        if not line.waiting:
            line.standing_since = None
