"""What a partner may see under its agreement with the body: which parts, less which fields, from when on, and why."""

from datetime import date, datetime, time, timedelta
from zoneinfo import ZoneInfo

from msgspec import Struct

from resolvers.caller import Purpose


class Agreement(Struct, frozen=True):
    """One organisation's agreement. It holds from `begins` to `ends`, both included.

    `parts` are names of parts; `withheld` names of fields, such as `customer.date_of_birth`. Of histories a partner
    sees what happened since the day `since`, and within the last `days` days: where both are given, the later counts.
    """

    organisation: str
    parts: frozenset[str]
    withheld: frozenset[str] = frozenset()
    purposes: frozenset[Purpose] = frozenset({Purpose.AGREEMENT})
    begins: date | None = None
    ends: date | None = None
    since: date | None = None
    days: int | None = None

    def holds(self, today: date) -> bool:
        """Tell whether the agreement is in force on a day."""
        return (self.begins is None or self.begins <= today) and (self.ends is None or today <= self.ends)

    def earliest(self, today: date, zone: ZoneInfo) -> datetime | None:
        """Return the first moment of which histories tell, None where nothing limits them."""
        limits = [self.since] if self.since is not None else []
        if self.days is not None:
            limits.append(today - timedelta(days=self.days))
        return datetime.combine(max(limits), time.min, zone) if limits else None
