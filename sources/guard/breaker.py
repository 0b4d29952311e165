"""The breaker: a system that fails, or is slow, most of the time is left alone for a while, then tried with care.

    closed ── too many failed, or slow ──► open ── its time is over ──► half open ── every probe was good ──► closed
                                             ▲                             │
                                             └──────── one was not ────────┘

It knows no clock and asks no network: `now` is monotonic seconds, given by whoever calls.
"""

from collections.abc import Callable
from typing import Final

from msgspec import Struct

from sources.guard.tally import Tally
from sources.guard.terms import Terms
from sources.words import Word

_PROBING: Final = 1.0
"""For so many seconds whoever is turned away while probes are under way is asked to be patient."""


class State(Word):
    """How a breaker stands."""

    CLOSED = "closed", "Calls go through."
    HALF_OPEN = "half_open", "A few calls go through, and say whether it closes."
    OPEN = "open", "No call goes through."


class Permit(Struct, frozen=True):
    """The leave to make one call. What comes of a call that began before the breaker last changed says nothing."""

    turn: int


class Breaker:
    """One system's breaker. `random` gives a number from 0 to 1; `changed` is told each new state, and for how long."""

    def __init__(
        self, terms: Terms, random: Callable[[], float], changed: Callable[[State, float], None]
    ) -> None:
        self._terms = terms
        self._random = random
        self._changed = changed
        self._calls = Tally(terms.window_seconds, 3)
        self._state = State.CLOSED
        self._turn = 0
        self._until = 0.0
        self._closed_at: float | None = None
        self._streak = 0
        self._probing = 0
        self._passed = 0

    def state(self, now: float) -> State:
        """Return how it stands. An open one whose time is over is half open."""
        over = self._state is State.OPEN and now >= self._until
        return State.HALF_OPEN if over else self._state

    def shut(self, now: float) -> float | None:
        """Return for how many seconds it turns calls away, None where it lets one through."""
        if self._state is State.OPEN and now < self._until:
            return self._until - now
        full = self._state is State.HALF_OPEN and self._probing + self._passed >= self._terms.probes
        return _PROBING if full else None

    def admit(self, now: float) -> Permit | None:
        """Give leave for one call, None where there is none. Whoever has it says what came of it."""
        if self.shut(now) is not None:
            return None
        if self._state is State.OPEN:
            self._become(State.HALF_OPEN, 0.0)
        if self._state is State.HALF_OPEN:
            self._probing += 1
        return Permit(self._turn)

    def succeeded(self, permit: Permit, now: float, slow: bool = False) -> None:
        """Take note of a call that was answered. A probe that was slow is no good one."""
        self._over(permit, now, failed=False, slow=slow)

    def failed(self, permit: Permit, now: float, slow: bool = False) -> None:
        """Take note of a call that failed."""
        self._over(permit, now, failed=True, slow=slow)

    def abandoned(self, permit: Permit) -> None:
        """Take note of a call that nobody waited for to its end: it says nothing of the system."""
        if permit.turn == self._turn and self._state is State.HALF_OPEN:
            self._probing -= 1

    def rest(self, now: float, seconds: float) -> None:
        """Open for as long as the system itself asks to be left alone, or longer where it is open longer already."""
        until = now + min(seconds, self._terms.longest_open_seconds)
        if self._state is State.OPEN and now < self._until:
            self._until = max(until, self._until)
        else:
            self._open(now, until - now)

    def _over(self, permit: Permit, now: float, failed: bool, slow: bool) -> None:
        if permit.turn != self._turn or self._state is State.OPEN:
            return
        if self._state is State.HALF_OPEN:
            self._probed(now, good=not failed and not slow)
            return
        self._calls.add(now, 1, failed, slow)
        calls, failures, slows = self._calls.sums(now)
        terms = self._terms
        if calls < terms.calls:
            return
        if failures >= terms.failing_share * calls or slows >= terms.slow_share * calls:
            self._trip(now)

    def _probed(self, now: float, good: bool) -> None:
        self._probing -= 1
        if not good:
            self._trip(now)
            return
        self._passed += 1
        if self._passed >= self._terms.probes:
            self._closed_at = now
            self._become(State.CLOSED, 0.0)

    def _trip(self, now: float) -> None:
        """Open for as long as the last time, twice over; anew only after it stood closed for a whole window."""
        terms = self._terms
        if self._state is State.CLOSED and (
            self._closed_at is None or now - self._closed_at >= terms.window_seconds
        ):
            self._streak = 0
        longest = max(terms.open_seconds, terms.longest_open_seconds)
        seconds = min(terms.open_seconds * 2.0 ** min(self._streak, 60), longest)
        self._streak += 1
        self._open(now, seconds + self._random() * terms.jitter_seconds)

    def _open(self, now: float, seconds: float) -> None:
        self._until = now + seconds
        self._become(State.OPEN, seconds)

    def _become(self, state: State, seconds: float) -> None:
        self._state = state
        self._turn += 1
        self._probing = self._passed = 0
        self._calls.clear()
        self._changed(state, seconds)
