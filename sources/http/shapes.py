"""Shapes: what an answer is decoded to where its mapping reads nothing but names: what it reads, and nothing else.

Values are left as they come, whatever they are: what they may be is for whoever reads them to say. So an answer that
does not have the shape is decoded as any other JSON, and read from that.
"""

from collections.abc import Callable, Iterable, Mapping
from decimal import Decimal
from typing import Any, Final, TypeAlias

import msgspec
from msgspec import MsgspecError, Struct

Names: TypeAlias = tuple[str, ...]


class UnfitShapeError(ValueError):
    """What a mapping reads is more than names, or one of its names stands in the middle of another."""


class Shape:
    """An object, with the fields at these places. `kinds` are what stands there, anything where it says nothing."""

    def __init__(self, places: Iterable[Names | None], kinds: Mapping[Names, Any] | None = None) -> None:
        tree: dict[str, Any] = {}
        for names in places:
            _plant(tree, names, kinds or {})
        self.attributes: Final[dict[Names, str]] = {}
        self._fields: Final[dict[type[Struct], dict[str, str]]] = {}
        self.kind: Final = self._made(tree, ())

    def _made(self, tree: Mapping[str, Any], within: Names) -> type[Struct]:
        attributes = {name: f"at_{number}" for number, name in enumerate(tree)}
        fields = []
        for name, inner in tree.items():
            self.attributes[(*within, name)] = attributes[name]
            kind = self._made(inner, (*within, name)) if isinstance(inner, dict) else inner
            fields.append((attributes[name], kind | None if kind is not Any else Any, None))
        rename = {attribute: name for name, attribute in attributes.items()}
        made = msgspec.defstruct("Shape", fields, rename=rename, gc=False)
        self._fields[made] = rename
        return made

    def plain(self, found: Any) -> Any:
        """Return an object of this shape as any other JSON has it."""
        fields = self._fields.get(type(found))
        if fields is None:
            return found
        return {name: self.plain(getattr(found, attribute)) for attribute, name in fields.items()}

    def at(self, found: Any, names: Names) -> Any:
        """Return what stands at a place."""
        for end in range(1, len(names) + 1):
            found = getattr(found, self.attributes[names[:end]]) if found is not None else None
        return found


class Shaped(Struct, frozen=True):
    """How an answer is decoded at once, and its rows are read: `read` makes a record of one, `plain` any other JSON.

    `decode` returns the rows and what stands beside them; None for an answer that does not have the shape.
    """

    decode: Callable[[bytes], tuple[list[Any], Any] | None]
    read: Callable[[Any], Any]
    plain: Callable[[Any], Any]


def decoding(
    row: Shape, rows: Names | None, beside: Iterable[Names | None]
) -> Callable[[bytes], tuple[list[Any], Any] | None]:
    """Return how an answer is decoded whose rows stand at a place; raise `UnfitShapeError`.

    `beside` are the places of what else is read.
    """
    kind: Any = row.kind | list[row.kind]  # type: ignore[name-defined]
    beside = list(beside)
    if rows == () and not beside:
        return _decoder(kind, lambda found: (_listed(found), None))
    whole = Shape([rows, *beside], {rows: kind} if rows is not None else {})
    place = rows or ()

    def parted(found: Any) -> tuple[list[Any], Any] | None:
        there = whole.at(found, place)
        return None if there is None else (_listed(there), whole.plain(found))

    return _decoder(whole.kind, parted)


def _decoder(
    kind: Any, parted: Callable[[Any], tuple[list[Any], Any] | None]
) -> Callable[[bytes], tuple[list[Any], Any] | None]:
    decode = msgspec.json.Decoder(kind, float_hook=Decimal).decode

    def decoded(body: bytes) -> tuple[list[Any], Any] | None:
        try:
            if not body.isascii():
                body.decode()  # of what is passed over, nobody else looks whether it is text
            return parted(decode(body))
        except (MsgspecError, UnicodeDecodeError, RecursionError, ArithmeticError):
            return None

    return decoded


def _listed(found: Any) -> list[Any]:
    return found if isinstance(found, list) else [found]


def _plant(tree: dict[str, Any], names: Names | None, kinds: Mapping[Names, Any]) -> None:
    if not names:
        raise UnfitShapeError
    *within, last = names
    for name in within:
        tree = tree.setdefault(name, {})
        if not isinstance(tree, dict):
            raise UnfitShapeError
    if isinstance(tree.get(last), dict):
        raise UnfitShapeError
    tree[last] = kinds.get(names, Any)
