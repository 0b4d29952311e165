"""What was worked out of readings, remembered beside them: bounded by its bytes, and gone as soon as a reading is.

Readings are told apart by identity: one that was read anew, or out of which something was taken for a caller, is
another one. What is invalidated leaves the cache, and with it whatever was remembered of it.
"""

from collections import OrderedDict
from collections.abc import Hashable, Sequence
from functools import partial
from threading import RLock
from typing import Any, Final, TypeAlias
from weakref import ref

from msgspec import Struct

Key: TypeAlias = tuple[tuple[int, ...], Hashable]


class Reader(Struct, frozen=True):
    """A reading, not kept alive, and the keys of what is remembered of it."""

    reading: "ref[Any]"
    keys: set[Key]


class Remembered:
    """Things by the readings that they were worked out of, and by how. `bytes` is what they weigh together, as whoever
    put them there said; the least recently used go first."""

    def __init__(self, most_bytes: int) -> None:
        self._most: Final = most_bytes
        self._held: OrderedDict[Key, tuple[Any, int]] = OrderedDict()
        self._of: dict[int, Reader] = {}
        self._lock: Final = RLock()  # a reading may be forgotten at any time, in any thread
        self.bytes = 0

    def __len__(self) -> int:
        return len(self._held)

    def read(self, readings: Sequence[Any], how: Hashable) -> Any:
        """Return what is remembered of these very readings, and mark it as used; None where nothing is."""
        key = _key(readings, how)
        with self._lock:
            held = self._held.get(key)
            if held is None or any(self._of[id(one)].reading() is not one for one in readings):
                return None
            self._held.move_to_end(key)
            return held[0]

    def put(self, readings: Sequence[Any], how: Hashable, value: Any, bytes: int) -> Key:
        """Remember something of so many bytes, and return its key; the least recently used make room. What is larger
        than all the room is not remembered."""
        key = _key(readings, how)
        with self._lock:
            self._remove(key)
            if bytes > self._most:
                return key
            for one in readings:
                self._reader(one).keys.add(key)
            self._held[key] = (value, bytes)
            self._weigh(bytes)
        return key

    def holds(self, key: Key, value: Any) -> bool:
        """Tell whether something is remembered under a key, and is this very thing."""
        held = self._held.get(key)
        return held is not None and held[0] is value

    def grow(self, key: Key, value: Any, bytes: int) -> bool:
        """Have something weigh so many bytes more, and tell whether it is remembered still."""
        with self._lock:
            if not self.holds(key, value):
                return False
            self._held[key] = (value, self._held[key][1] + bytes)
            self._weigh(bytes)
            return key in self._held

    def _weigh(self, bytes: int) -> None:
        self.bytes += bytes
        while self.bytes > self._most:
            oldest, (_, weight) = self._held.popitem(last=False)
            self._let_go(oldest, weight)

    def _reader(self, reading: Any) -> Reader:
        number = id(reading)
        found = self._of.get(number)
        if found is None:
            found = self._of[number] = Reader(ref(reading, partial(self._gone, number)), set())
        return found

    def _gone(self, number: int, reading: "ref[Any]") -> None:
        with self._lock:
            found = self._of.get(number)
            if found is None or found.reading is not reading:
                return
            del self._of[number]
            for key in tuple(found.keys):
                self._remove(key)

    def _remove(self, key: Key) -> None:
        held = self._held.pop(key, None)
        if held is not None:
            self._let_go(key, held[1])

    def _let_go(self, key: Key, bytes: int) -> None:
        """Let go of the readings of a key under which nothing is held any more."""
        self.bytes -= bytes
        for number in key[0]:
            found = self._of.get(number)
            if found is not None:
                found.keys.discard(key)
                if not found.keys:
                    del self._of[number]


def _key(readings: Sequence[Any], how: Hashable) -> Key:
    return tuple(map(id, readings)), how
