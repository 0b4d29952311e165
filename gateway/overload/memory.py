"""How much memory the process uses, and who is worked for when it is too much."""

import os
from collections.abc import Callable
from pathlib import Path
from typing import Final

from msgspec import Struct

from resolvers.caller import CallerKind
from sources.source import Observer
from sources.words import Word

MEBIBYTE: Final = 1024 * 1024
FURTHER: Final = 1.1
"""So many times the soft limit, and all but officers are turned away."""
BACK: Final = 0.95
"""Below this share of a bound, what was done for it is over: so that it is not done and undone all the time."""
_STATM: Final = Path("/proc/self/statm")


class Stage(Word):
    """How short of memory the process is."""

    EASY = "easy", "It is below its soft limit."
    TIGHT = "tight", "It is above: no partner is let in, and nothing is exported."
    SCARCE = "scarce", "It is above by a tenth: officers alone are let in."


LET_IN: Final = {
    Stage.EASY: frozenset(CallerKind),
    Stage.TIGHT: frozenset({CallerKind.STAFF, CallerKind.SERVICE}),
    Stage.SCARCE: frozenset({CallerKind.STAFF}),
}


class MemorySoftLimit(Struct, frozen=True):
    """The process uses more memory than it should, or uses less again: the stage it is in, and what it uses, in MiB."""

    stage: Stage
    mebibytes: int


def resident() -> int:
    """Return the bytes of memory that the process has to itself now."""
    return int(_STATM.read_text("ascii").split()[1]) * os.sysconf("SC_PAGE_SIZE")


class Memory:
    """Watches the memory of the process; a soft limit of 0 bytes is none. `used` says how many bytes it has now."""

    def __init__(self, soft_limit: int, observe: Observer, used: Callable[[], int] = resident) -> None:
        self._limit = soft_limit
        self._observe = observe
        self._used = used
        self.stage = Stage.EASY

    def lets_in(self, caller: CallerKind) -> bool:
        """Tell whether there is memory to work for such a caller."""
        return caller in LET_IN[self.stage]

    def look(self) -> None:
        """See how it stands now."""
        if not self._limit:
            return
        try:
            used = self._used()
        except OSError:  # no file can be opened, not even this one: another look comes
            return
        stage = self._stage_at(used)
        if stage is not self.stage:
            self.stage = stage
            self._observe(MemorySoftLimit(stage, used // MEBIBYTE))

    def _stage_at(self, used: int) -> Stage:
        tight = self._limit * (BACK if self.stage is not Stage.EASY else 1.0)
        scarce = self._limit * FURTHER * (BACK if self.stage is Stage.SCARCE else 1.0)
        return Stage.SCARCE if used >= scarce else Stage.TIGHT if used >= tight else Stage.EASY
