"""How grave what happened is."""

import logging
from typing import Final

from sources.words import Word


class Level(Word):
    """How grave an event is."""

    INFO = "info", "Something that happens all day."
    WARNING = "warning", "Something failed that fails now and then."
    ERROR = "error", "Somebody has to mend something."
    CRITICAL = "critical", "A security event."

    @property
    def number(self) -> int:
        """The level as the standard library counts it."""
        return _NUMBERS[self]


_NUMBERS: Final = {
    Level.INFO: logging.INFO,
    Level.WARNING: logging.WARNING,
    Level.ERROR: logging.ERROR,
    Level.CRITICAL: logging.CRITICAL,
}
