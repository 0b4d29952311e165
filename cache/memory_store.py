"""A store in the memory of the process, bounded by its number of entries; the least recently used goes first."""

from collections import OrderedDict
from collections.abc import Mapping, Sequence

from cache.store import Entry


class MemoryStore:
    """Entries of one process. Its generations are numbered from 1 and kept for as many persons as entries."""

    def __init__(self, entries: int = 20_000) -> None:
        self._limit = entries
        self._entries: OrderedDict[str, Entry] = OrderedDict()
        self._generations: OrderedDict[str, int] = OrderedDict()
        self._newest = 1

    async def read(self, keys: Sequence[str]) -> Mapping[str, Entry]:
        """Return the entries that are there, and mark them as used."""
        found = {key: self._entries[key] for key in keys if key in self._entries}
        for key in found:
            self._entries.move_to_end(key)
        return found

    async def write(self, key: str, entry: Entry) -> None:
        """Keep an entry; the least recently used one makes room."""
        self._entries[key] = entry
        self._entries.move_to_end(key)
        if len(self._entries) > self._limit:
            self._entries.popitem(last=False)

    async def drop(self, keys: Sequence[str]) -> None:
        """Forget entries."""
        for key in keys:
            self._entries.pop(key, None)

    async def generation(self, person: str) -> int:
        """Return the person's generation; a person never heard of has the newest number given to anyone up to now.

        So a generation that was forgotten cannot come back: whoever is new starts above everything that was.
        """
        if person not in self._generations:
            self._remember(person, self._newest)
        self._generations.move_to_end(person)
        return self._generations[person]

    async def advance(self, person: str) -> int:
        """Move the person to a generation that nobody has had."""
        self._newest += 1
        self._remember(person, self._newest)
        return self._newest

    def _remember(self, person: str, generation: int) -> None:
        self._generations[person] = generation
        self._generations.move_to_end(person)
        if len(self._generations) > self._limit:
            self._generations.popitem(last=False)
            self._newest += 1
