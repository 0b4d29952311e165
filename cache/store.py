"""What keeps entries, and the marks that entries live under."""

from collections.abc import Callable, Sequence
from enum import Enum
from typing import Any, Protocol, TypeAlias
from weakref import ref

from msgspec import Struct

Mark: TypeAlias = tuple[int, ...]
"""The numbers that an entry is good under: of everything, of its system, its person, and its part of that person.

Where one of them has moved on, what was kept before is out of date. Numbers only grow, and none ever returns.
"""


class Place(Struct, frozen=True):
    """Where an entry belongs: its key, and the part, the system and the person that it is of."""

    key: str
    part: str
    system: str
    person: str


class Reach(Struct, frozen=True):
    """What an invalidation reaches: a person, or one part of a person, or all of a system; with nothing set, all."""

    person: str | None = None
    part: str | None = None
    system: str | None = None

    def covers(self, place: Place) -> bool:
        """Tell whether what is kept there is out of date."""
        return (
            (self.person is None or self.person == place.person)
            and (self.part is None or self.part == place.part)
            and (self.system is None or self.system == place.system)
        )


class Entry(Struct, frozen=True):
    """A value, when it was fetched (monotonic seconds), under which mark, and whether it says "nothing known"."""

    value: Any
    fetched: float
    mark: Mark
    negative: bool


class Told(Enum):
    """Who said what is kept at a place: the memory of the process, the shared level, or, because that was not asked
    or could not say, the memory for want of better."""

    NEAR = "near"
    FAR = "far"
    ALONE = "alone"


class Looked(Struct, frozen=True):
    """What is kept at a place under its present mark, None where nothing is; that mark; and who said so."""

    entry: Entry | None
    mark: Mark
    told: Told = Told.NEAR


class Store(Protocol):
    """Keeps entries by place. It may lose anything at any time; it must never give one place's entry for another."""

    @property
    def waits(self) -> bool:
        """Whether somebody outside of the process is asked, and waited for."""

    def at_hand(self, place: Place) -> Entry | None:
        """Return what the memory of the process has at a place, if that is good without asking anybody."""

    def same(self, values: Sequence[tuple[Place, "ref[Any]"]], stamp: int) -> int | None:
        """Tell whether the memory of the process has these very values, and nobody has to be asked: by a stamp, under
        which the next look at them is quicker; None where it has not. `stamp` is that of the last look, or below 0."""

    async def look(self, places: Sequence[Place]) -> list[Looked]:
        """Return what is kept at each of the places."""

    async def keep(self, place: Place, entry: Entry, seconds: float) -> bool:
        """Keep an entry so long at most, and say whether it was kept.

        It is not when its mark is no longer the present one, and when something fetched later is kept already.
        """

    async def drop(self, places: Sequence[Place]) -> None:
        """Forget entries."""

    async def advance(self, reach: Reach, cause: str = "") -> bool:
        """Let everything kept before be out of date; say whether everybody who shares the store is sure to know."""

    @property
    def healthy(self) -> bool:
        """Whether everything that others are told to be out of date is heard here."""

    def listen(self, heard: Callable[[Reach], None]) -> None:
        """Have somebody told, from now on, of everything that this process learns to be out of date."""

    async def claim(self, places: Sequence[Place]) -> list[Place]:
        """Return the places that are the asker's to fetch; the others are being fetched elsewhere just now."""

    async def release(self, places: Sequence[Place]) -> None:
        """Give up claims."""

    async def close(self) -> None:
        """Let go of what is held open."""
