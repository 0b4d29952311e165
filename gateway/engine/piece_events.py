"""What is told of finished pieces of answers."""

from msgspec import Struct

from cache.pieces import Pieces
from sources.source import Observer


class PiecesUsed(Struct, frozen=True):
    """So many pieces of answers were given as they were finished before, so many finished; `bytes` are kept in all."""

    given: int
    finished: int
    bytes: int


def tell_pieces(pieces: Pieces | None, observe: Observer) -> None:
    """Tell what became of pieces since this was told before, where something did."""
    if pieces is None:
        return
    given, finished = pieces.counted()
    if given or finished:
        observe(PiecesUsed(given, finished, pieces.bytes))
