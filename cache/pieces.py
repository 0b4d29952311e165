"""Pieces of answers, kept beside the values that they show: as long as those are there, and within so many bytes.

A piece is what was made of a value, such as a page of a history, and how it was written since. Whatever else it is made
from is in its key, and nothing of who asks is in it: whoever is shown another value is shown another piece.
"""

from collections.abc import Callable, Hashable
from typing import Any, Final, TypeVar
from weakref import WeakValueDictionary

from cache.remembered import Key, Remembered

T = TypeVar("T")

MOST_BYTES: Final = 64 * 1024 * 1024
MOST_OF_ONE: Final = 16
"""So many writings are kept of one piece: the oldest make room."""
LEAST: Final = 4_096
"""What a piece takes that is not written, about: what it shows is its value's, and already there."""
BESIDE: Final = 512
"""What keeping a writing costs beside its bytes."""


class Piece:
    """What was made of a value, and how it was written, by what wrote it."""

    __slots__ = ("__weakref__", "key", "made", "written")

    def __init__(self, made: Any) -> None:
        self.made: Final = made
        self.key: Key | None = None
        self.written: Final[dict[Hashable, tuple[Any, int]]] = {}


class Pieces:
    """Pieces by the identities of their values, `remembered` beside them like whatever else is worked out of values."""

    def __init__(self, most_bytes: int = MOST_BYTES) -> None:
        self.remembered: Final = Remembered(most_bytes)
        self._pieces: Final[WeakValueDictionary[int, Piece]] = WeakValueDictionary()
        self._given = self._written = 0

    def __len__(self) -> int:
        return len(self._pieces)

    @property
    def bytes(self) -> int:
        """What is remembered weighs so much, pieces and all else."""
        return self.remembered.bytes

    def made(self, value: object, key: Hashable, make: Callable[[], T]) -> T:
        """Return what was made of a value under a key, or make it. That nothing came of it, None, is not kept."""
        how = (Piece, key)
        piece: Piece | None = self.remembered.read((value,), how)
        if piece is not None:
            again: T = piece.made
            return again
        made = make()
        if made is not None:
            piece = self._pieces[id(made)] = Piece(made)
            piece.key = self.remembered.put((value,), how, piece, LEAST)
        return made

    def of(self, made: object) -> Piece | None:
        """Return the piece that something is, None where it is none that is kept."""
        found = self._pieces.get(id(made))
        if found is None or found.made is not made or found.key is None:
            return None
        return found if self.remembered.holds(found.key, found) else None

    def written(self, piece: Piece, by: Hashable) -> Any:
        """Return how a piece was written before, None where it was not."""
        found = piece.written.get(by)
        if found is None:
            return None
        self._given += 1
        return found[0]

    def write(self, piece: Piece, by: Hashable, written: Any, bytes: int) -> None:
        """Keep how a piece is written, in so many bytes; what was not used for the longest makes room."""
        oldest = by
        if by not in piece.written and len(piece.written) >= MOST_OF_ONE:
            oldest = next(iter(piece.written))
        _, before = piece.written.pop(oldest, (None, 0))
        weight = bytes + BESIDE
        if piece.key is not None and self.remembered.grow(piece.key, piece, weight - before):
            piece.written[by] = written, weight
            self._written += 1

    def counted(self) -> tuple[int, int]:
        """Return how many pieces were given as they were written before, and how many written anew, since this was
        asked before."""
        counted = self._given, self._written
        self._given = self._written = 0
        return counted
