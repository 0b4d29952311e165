"""Entries in the memory of the process, bounded by their bytes; the least recently used go first."""

from collections import OrderedDict
from collections.abc import Callable
from typing import Any, Final

from msgspec import Struct

from cache.store import Entry, Place, Reach
from cache.weight import weight

MOST_BYTES: Final = 64 * 1024 * 1024


class Held(Struct, frozen=True):
    """An entry, since when it is here (monotonic seconds), how much it weighs, and whether it is `lone`: kept while
    nobody could say that it is out of date."""

    place: Place
    entry: Entry
    since: float
    bytes: int
    lone: bool = False


class Near:
    """Entries by key. `bytes` is what they weigh together."""

    def __init__(self, most_bytes: int = MOST_BYTES, weigh: Callable[[Any], int] = weight) -> None:
        self._most: Final = most_bytes
        self._weigh: Final = weigh
        self._held: OrderedDict[str, Held] = OrderedDict()
        self._of_person: dict[str, set[str]] = {}
        self.bytes = 0

    def __len__(self) -> int:
        return len(self._held)

    def read(self, key: str) -> Held | None:
        """Return what is held under a key, and mark it as used."""
        held = self._held.get(key)
        if held is not None:
            self._held.move_to_end(key)
        return held

    def put(self, place: Place, entry: Entry, now: float, *, lone: bool = False) -> None:
        """Hold an entry; the least recently used ones make room. One that is larger than all the room is not held."""
        self.remove(place.key)
        held = Held(place, entry, now, self._weigh(entry.value), lone)
        if held.bytes > self._most:
            return
        self._held[place.key] = held
        self._of_person.setdefault(place.person, set()).add(place.key)
        self.bytes += held.bytes
        while self.bytes > self._most:
            self.remove(next(iter(self._held)))

    def remove(self, key: str) -> None:
        """Hold it no longer."""
        held = self._held.pop(key, None)
        if held is None:
            return
        self.bytes -= held.bytes
        keys = self._of_person[held.place.person]
        keys.discard(key)
        if not keys:
            del self._of_person[held.place.person]

    def forget(self, reach: Reach) -> None:
        """Hold nothing any more of what an invalidation reaches."""
        keys = self._held if reach.person is None else self._of_person.get(reach.person, ())
        for key in [key for key in keys if reach.covers(self._held[key].place)]:
            self.remove(key)
