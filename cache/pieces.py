"""Pieces of answers, kept beside the values that they show: as long as those are there, and within so many bytes.

A piece is what was made of a value, such as a page of a history, and how it was written since. Whatever else it is made
from is in its key, and nothing of who asks is in it: whoever is shown another value is shown another piece.
"""

from collections import OrderedDict
from collections.abc import Callable, Hashable
from functools import partial
from threading import RLock
from typing import Any, Final, TypeVar
from weakref import ReferenceType, ref

from cache.remembered import Remembered

T = TypeVar("T")

MOST_BYTES: Final = 32 * 1024 * 1024
MOST_OF_ONE: Final = 16
"""So many pieces are kept of one value, and so many writings of one piece: the oldest make room."""
LEAST: Final = 4_096
"""What a piece takes that is not written, about: what it shows is its value's, and already there."""
BESIDE: Final = 512
"""What keeping a writing costs beside its bytes."""


class Piece:
    """What was made of a value, the number of that value, and how it was written, by what wrote it."""

    __slots__ = ("made", "of", "written")

    def __init__(self, made: Any, of: int) -> None:
        self.made: Final = made
        self.of: Final = of
        self.written: Final[dict[Hashable, tuple[Any, int]]] = {}


class _Shown:
    """A value that pieces were made of, and what they weigh."""

    __slots__ = ("bytes", "pieces", "value")

    def __init__(self, value: ReferenceType[Any]) -> None:
        self.value: Final = value
        self.pieces: Final[dict[Hashable, Piece]] = {}
        self.bytes = 0


class Pieces:
    """Pieces by the identities of their values. `bytes` is what they weigh together.

    What is worked out of several values and is no piece yet is `remembered` beside them, in as many bytes again.

    Values are held weakly: when one is forgotten, wherever that is, its pieces are gone, too.
    """

    def __init__(self, most_bytes: int = MOST_BYTES) -> None:
        self._most: Final = most_bytes
        self.remembered: Final = Remembered(most_bytes)
        self._shown: Final[OrderedDict[int, _Shown]] = OrderedDict()
        self._pieces: Final[dict[int, Piece]] = {}
        self._lock: Final = RLock()  # a value may be forgotten at any time, in any thread
        self._given = self._written = 0
        self.bytes = 0

    def __len__(self) -> int:
        return len(self._pieces)

    def made(self, value: object, key: Hashable, make: Callable[[], T]) -> T:
        """Return what was made of a value under a key, or make it. That nothing came of it, None, is not kept."""
        with self._lock:
            shown = self._of(value)
            if shown is not None:
                self._shown.move_to_end(id(value))
                piece = shown.pieces.get(key)
                if piece is not None:
                    again: T = piece.made
                    return again
        made = make()
        if made is not None:
            self._keep(value, key, made)
        return made

    def of(self, made: object) -> Piece | None:
        """Return the piece that something is, None where it is none that is kept."""
        found = self._pieces.get(id(made))
        return found if found is not None and found.made is made else None

    def written(self, piece: Piece, by: Hashable) -> Any:
        """Return how a piece was written before, None where it was not."""
        found = piece.written.get(by)
        if found is None:
            return None
        self._given += 1
        return found[0]

    def write(self, piece: Piece, by: Hashable, written: Any, bytes: int) -> None:
        """Keep how a piece is written, in so many bytes; the pieces of the least recently used value make room."""
        with self._lock:
            if self._pieces.get(id(piece.made)) is not piece:
                return  # it had to make room meanwhile
            shown = self._shown[piece.of]
            if by in piece.written or len(piece.written) >= MOST_OF_ONE:
                oldest = by if by in piece.written else next(iter(piece.written))
                self._weigh(shown, -piece.written.pop(oldest)[1])
            piece.written[by] = written, bytes + BESIDE
            self._written += 1
            self._weigh(shown, bytes + BESIDE)

    def counted(self) -> tuple[int, int]:
        """Return how many pieces were given as they were written before, and how many written anew, since this was
        asked before."""
        counted = self._given, self._written
        self._given = self._written = 0
        return counted

    def _keep(self, value: object, key: Hashable, made: object) -> None:
        number = id(value)
        with self._lock:
            shown = self._of(value)
            if shown is None:
                shown = self._shown[number] = _Shown(ref(value, partial(self._forget, number)))
            if key in shown.pieces or len(shown.pieces) >= MOST_OF_ONE:
                self._take(shown, key if key in shown.pieces else next(iter(shown.pieces)))
            shown.pieces[key] = self._pieces[id(made)] = Piece(made, number)
            self._weigh(shown, LEAST)

    def _of(self, value: object) -> _Shown | None:
        """Return what is kept of a value, and of none that only stands where another one stood."""
        shown = self._shown.get(id(value))
        return shown if shown is not None and shown.value() is value else None

    def _weigh(self, shown: _Shown, bytes: int) -> None:
        shown.bytes += bytes
        self.bytes += bytes
        while self.bytes > self._most:
            self._drop(next(iter(self._shown)))

    def _forget(self, number: int, gone: ReferenceType[Any]) -> None:
        with self._lock:
            shown = self._shown.get(number)
            if shown is not None and shown.value is gone:
                self._drop(number)

    def _drop(self, number: int) -> None:
        shown = self._shown.pop(number, None)
        if shown is None:
            return  # it was forgotten just now
        for key in tuple(shown.pieces):
            self._take(shown, key)

    def _take(self, shown: _Shown, key: Hashable) -> None:
        """Take a piece away from a value, and what it weighs."""
        piece = shown.pieces.pop(key)
        if self._pieces.get(id(piece.made)) is piece:
            del self._pieces[id(piece.made)]
        weighs = LEAST + sum(bytes for _, bytes in piece.written.values())
        shown.bytes -= weighs
        self.bytes -= weighs
