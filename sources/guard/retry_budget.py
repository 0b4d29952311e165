"""The retry budget: what is asked a second time stays a small part of what is asked, so that no outage feeds itself."""

from collections import deque
from typing import Final

from sources.guard.tally import Tally
from sources.guard.terms import Terms

WINDOW: Final = 10.0


class RetryBudget:
    """A share of the calls of the last ten seconds may be made again, and a few a second beside. `now` is for whoever
    calls to say."""

    def __init__(self, terms: Terms) -> None:
        self._share = terms.retry_share
        self._most = terms.retries_a_second
        self._counts = Tally(WINDOW, 2)
        self._free: deque[float] = deque()

    def asked(self, now: float) -> None:
        """Take note of a call that is made for the first time."""
        self._counts.add(now, 1, 0)

    def spend(self, now: float) -> bool:
        """Take leave for one more call; say whether there is any."""
        calls, retries = self._counts.sums(now)
        if retries + 1 <= self._share * calls:
            self._counts.add(now, 0, 1)
            return True
        while self._free and now - self._free[0] >= 1.0:
            self._free.popleft()
        if len(self._free) >= self._most:
            return False
        self._free.append(now)
        return True
