"""A store in the memory of the process alone: the whole cache where gateways share none."""

from collections.abc import Callable, Sequence
from typing import Any

from msgspec import Struct

from cache.events import FillSuperseded, nobody
from cache.known import Values
from cache.marks import Marks
from cache.near import MOST_BYTES, Near
from cache.store import Entry, Looked, Place, Reach
from cache.weight import weight


class MemoryStore:
    """Entries of one process, bounded by their bytes; marks are remembered for `people`.

    `alone` is whether there is no other process that would have to hear what is out of date.
    """

    def __init__(
        self,
        most_bytes: int = MOST_BYTES,
        people: int = 20_000,
        weigh: Callable[[Any], int] = weight,
        observe: Callable[[Struct], None] = nobody,
        *,
        alone: bool = True,
    ) -> None:
        self._observe = observe
        self._alone = alone
        self._near = Near(most_bytes, weigh)
        self._marks = Marks(2 * people)
        self._listeners: list[Callable[[Reach], None]] = []

    @property
    def bytes(self) -> int:
        """What the entries weigh."""
        return self._near.bytes

    @property
    def healthy(self) -> bool:
        """Whether everything is heard: what this process is told is all that it can hear."""
        return True

    @property
    def waits(self) -> bool:
        """Whether somebody is waited for: nobody is."""
        return False

    def at_hand(self, place: Place) -> Entry | None:
        """Return what is kept at a place, and mark it as used."""
        held = self._near.read(place.key)
        return held.entry if held is not None and held.entry.mark == self._marks.of(place) else None

    def same(self, values: Values, stamp: int) -> int | None:
        """Return the stamp under which all of these are kept. While no mark moves, none has to be compared again."""
        now, read = self._marks.newest, self._near.read
        for place, value in values:
            held = read(place.key)
            if held is None or held.entry.value is not value():
                return None
            if now != stamp and held.entry.mark != self._marks.of(place):
                return None
        return now

    async def look(self, places: Sequence[Place]) -> list[Looked]:
        """Return what is kept at each of the places, and mark it as used."""
        return [self._looked(place) for place in places]

    async def keep(self, place: Place, entry: Entry, seconds: float) -> bool:
        """Keep an entry if its mark is the present one and nothing fetched later is kept; others make room."""
        looked = self._looked(place)
        if looked.mark != entry.mark:
            self._observe(FillSuperseded(place.part, place.system))
            return False
        if looked.entry is not None and looked.entry.fetched > entry.fetched:
            return False
        self._near.put(place, entry, entry.fetched)
        return True

    async def drop(self, places: Sequence[Place]) -> None:
        """Forget entries."""
        for place in places:
            self._near.remove(place.key)

    async def advance(self, reach: Reach, cause: str = "") -> bool:
        """Let everything kept before be out of date; tell whether nobody else keeps any of it."""
        self._marks.advance(reach)
        self._near.forget(reach)
        for heard in self._listeners:
            heard(reach)
        return self._alone

    def listen(self, heard: Callable[[Reach], None]) -> None:
        """Have somebody told of everything that is out of date."""
        self._listeners.append(heard)

    async def claim(self, places: Sequence[Place]) -> list[Place]:
        """Return all of them: nobody else fetches for this store."""
        return list(places)

    async def release(self, places: Sequence[Place]) -> None:
        """Do nothing: there are no claims."""

    async def close(self) -> None:
        """Do nothing: nothing is held open."""

    def _looked(self, place: Place) -> Looked:
        return Looked(self.at_hand(place), self._marks.of(place))
