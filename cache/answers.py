"""Finished answers in the memory of the process, bounded by their bytes; the least recently used go first.

What an answer is, and when it may be given again, is not known here: a key leads to something that is kept, or not.
"""

from collections import OrderedDict
from collections.abc import Hashable
from typing import Final, Generic, TypeVar

T = TypeVar("T")

MOST_BYTES: Final = 32 * 1024 * 1024
MOST_MET: Final = 4_096


class Answers(Generic[T]):
    """Things by key. `bytes` is what they weigh together, as whoever put them there said."""

    def __init__(self, most_bytes: int = MOST_BYTES) -> None:
        self._most: Final = most_bytes
        self._held: OrderedDict[Hashable, tuple[T, int]] = OrderedDict()
        self.bytes = 0

    def __len__(self) -> int:
        return len(self._held)

    def read(self, key: Hashable) -> T | None:
        """Return what is kept under a key, and mark it as used."""
        held = self._held.get(key)
        if held is None:
            return None
        self._held.move_to_end(key)
        return held[0]

    def use(self, key: Hashable) -> bool:
        """Mark what is kept under a key as used, and tell whether anything is."""
        try:
            self._held.move_to_end(key)
        except KeyError:
            return False
        return True

    def put(self, key: Hashable, kept: T, bytes: int) -> bool:
        """Keep something of so many bytes; the least recently used make room. Say whether it is kept: not what is
        larger than all the room."""
        self.remove(key)
        if bytes > self._most:
            return False
        self._held[key] = (kept, bytes)
        self.bytes += bytes
        while self.bytes > self._most:
            self.remove(next(iter(self._held)))
        return True

    def remove(self, key: Hashable) -> None:
        """Keep it no longer."""
        held = self._held.pop(key, None)
        if held is not None:
            self.bytes -= held[1]


class Met:
    """Keys that were met once, the last so many of them: to know something again pays for what comes again."""

    def __init__(self, most: int = MOST_MET) -> None:
        self._most: Final = most
        self._keys: OrderedDict[Hashable, None] = OrderedDict()

    def before(self, key: Hashable) -> bool:
        """Tell whether a key was met before, and is forgotten; else it is met now."""
        if key in self._keys:
            del self._keys[key]
            return True
        self._keys[key] = None
        if len(self._keys) > self._most:
            self._keys.popitem(last=False)
        return False
