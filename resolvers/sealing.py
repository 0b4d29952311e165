"""What leaves the gateway opaque: node ids, cursors, card ids. The keys are the gateway's; here is only the seam."""

from datetime import date, datetime
from typing import Any, Generic, Protocol, TypeVar

import msgspec
from msgspec import Struct, field

from resolvers.refusal import bad_input
from sources.crn import Crn

T = TypeVar("T")
P = TypeVar("P")


class Sealer(Protocol):
    """Seals small values so that nobody outside can read or change them, and the same value always looks the same."""

    def seal(self, use: str, body: bytes, bound_to: bytes = b"") -> str:
        """Return an opaque text. It opens only for the same use and the same binding."""

    def open(self, use: str, sealed: str, bound_to: bytes = b"") -> bytes:
        """Return the body; raise `ValueError` for a text that was not sealed here for this."""

    def fingerprint(self, use: str, body: bytes) -> str:
        """Return a keyed hash: opaque, stable, not to be opened."""


class NodeKey(Struct, frozen=True, array_like=True):
    """What a node id holds: the type's name, the customer, and the number at its source."""

    type: str
    crn: Crn
    native: str = ""


class Cursor(Struct, Generic[P], frozen=True, array_like=True):
    """Where a page ended, and what the first page was made from, so that the next ones continue the same list.

    `seen` is the latest recording of each system that the first page knew of, `day` the local day on which it was
    asked for, `parts` the names of the parts that it was made from.
    """

    place: P
    seen: dict[str, datetime] = field(default_factory=dict)
    day: date | None = None
    parts: tuple[str, ...] = ()


def node_id(sealer: Sealer, key: NodeKey) -> str:
    """Return the id of a node, opaque and stable."""
    return sealer.seal("node", msgspec.msgpack.encode(key))


def node_key(sealer: Sealer, sealed: str) -> NodeKey | None:
    """Return what a node id stands for, or None for a text that is no id of ours."""
    return _opened(sealer, "node", sealed, b"", NodeKey)


def cursor_text(sealer: Sealer, cursor: Cursor[P], bound_to: str) -> str:
    """Return a cursor as its caller sees it; it is good for the same list of the same customer only."""
    return sealer.seal("cursor", msgspec.msgpack.encode(cursor), bound_to.encode())


def cursor_of(sealer: Sealer, text: str, bound_to: str, place: type[P]) -> Cursor[P]:
    """Return the cursor behind a text; refuse one that belongs to another list."""
    cursor: Cursor[P] | None = _opened(sealer, "cursor", text, bound_to.encode(), Cursor[place])  # type: ignore[valid-type]
    if cursor is None:
        raise bad_input("`after` is not a cursor of this list.")
    return cursor


def _opened(sealer: Sealer, use: str, sealed: str, bound_to: bytes, shape: type[T]) -> T | None:
    try:
        opened: Any = sealer.open(use, sealed, bound_to)
        return msgspec.msgpack.decode(opened, type=shape)
    except (ValueError, msgspec.MsgspecError):
        return None
