"""The window: how much of a history is read at once."""

from calendar import monthrange
from datetime import datetime

from msgspec import Struct


class Window(Struct, frozen=True):
    """So many calendar months back, and at most so many items of each customer."""

    months: int = 13
    items: int = 2000

    def since(self, now: datetime) -> datetime:
        """Return where the window begins: the same day, months earlier, or the last day of that month."""
        year, month = divmod(now.year * 12 + now.month - 1 - self.months, 12)
        month += 1
        return now.replace(year=year, month=month, day=min(now.day, monthrange(year, month)[1]))


WINDOW = Window()
