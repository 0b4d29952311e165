"""How many customers an officer opened within an hour, other than in interactions: browsing shows in numbers.

What an officer opened once stays open; one more than the policy allows needs a new log-in, after which the count begins
anew. A linked interaction excuses a few customers. Each process counts by itself.
"""

from datetime import datetime, timedelta
from typing import Final

from msgspec import Struct, field

from resolvers.caller import Caller
from resolvers.policy import AccessPolicy

HOUR: Final = timedelta(hours=1)
MOST: Final = 10_000


class _Opened(Struct):
    alone: dict[str, datetime] = field(default_factory=dict)
    linked: dict[str, dict[str, datetime]] = field(default_factory=dict)


class Browsing:
    """Counts, by officer."""

    def __init__(self) -> None:
        self._officers: dict[tuple[str, str], _Opened] = {}

    def admits(
        self, caller: Caller, crn: str, interaction: str | None, now: datetime, rules: AccessPolicy
    ) -> bool:
        """Tell whether an officer may open one more customer, and count it."""
        if not caller.is_staff or rules.customers_an_hour == 0:
            return True
        opened = self._of(caller, now)
        if crn in opened.alone or self._is_linked(opened, crn, interaction, now, rules):
            return True
        begin = caller.authenticated_at or now - HOUR
        if sum(at >= begin for at in opened.alone.values()) >= rules.customers_an_hour:
            return False
        opened.alone[crn] = now
        return True

    def _of(self, caller: Caller, now: datetime) -> _Opened:
        who = (caller.organisation, caller.id)
        opened = self._officers.pop(who, None) or _Opened()
        self._officers[who] = opened
        while len(self._officers) > MOST:
            del self._officers[next(iter(self._officers))]
        opened.alone = {crn: at for crn, at in opened.alone.items() if now - at < HOUR}
        opened.linked = {one: crns for one, crns in opened.linked.items() if now - max(crns.values()) < HOUR}
        return opened

    def _is_linked(
        self, opened: _Opened, crn: str, interaction: str | None, now: datetime, rules: AccessPolicy
    ) -> bool:
        if interaction is None:
            return False
        crns = opened.linked.get(interaction)
        if crns is None and len(opened.linked) >= rules.interactions_an_hour:
            return False  # nobody speaks with so many: the numbers are made up
        if crns is not None and crn not in crns and len(crns) >= rules.customers_an_interaction:
            return False
        opened.linked.setdefault(interaction, {})[crn] = now
        return True
