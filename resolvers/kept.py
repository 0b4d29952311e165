"""How outcomes are written down for the level of the cache that processes share: as msgpack, typed by part."""

from collections.abc import Mapping
from hashlib import sha256
from typing import Any, Final

import msgspec

from sources.parts import PARTS, Part
from sources.parts.history import History
from sources.source import NothingKnown, Reading

_NOTHING: Final = b"n"
_READING: Final = b"r"


class Codec:
    """Writes outcomes down and reads them again. `shapes` tell by part what a reading of today looks like."""

    def __init__(self) -> None:
        self._encoder = msgspec.msgpack.Encoder()
        self._nothing = msgspec.msgpack.Decoder(NothingKnown)
        self._readings: Mapping[str, msgspec.msgpack.Decoder[Any]] = {
            part.name: msgspec.msgpack.Decoder(_type(part)) for part in PARTS
        }
        self.shapes: Mapping[str, str] = {part.name: _shape(part) for part in PARTS}

    def encode(self, part: str, outcome: Any) -> bytes:
        """Return a whole reading, or "nothing known", as bytes."""
        kind = _NOTHING if isinstance(outcome, NothingKnown) else _READING
        return kind + self._encoder.encode(outcome)

    def decode(self, part: str, text: bytes) -> Any:
        """Return what was written down; raise `ValueError` for what is no outcome of this part."""
        if text[:1] == _NOTHING:
            return self._nothing.decode(text[1:])
        if text[:1] == _READING:
            return self._readings[part].decode(text[1:])
        raise ValueError("neither a reading nor nothing")


def _type(part: Part[Any]) -> Any:
    row: Any = part.row
    return Reading[History[row]] if part.history else Reading[row]


def _shape(part: Part[Any]) -> str:
    """Return a short hash that changes when a record can no longer be read as what it was written as."""
    told = msgspec.json.schema(_type(part), schema_hook=lambda kind: {"title": kind.__name__})
    return sha256(msgspec.json.encode(_bare(told))).hexdigest()[:8]


def _bare(told: Any) -> Any:
    """Return a schema without its descriptions: another wording is no other shape."""
    if isinstance(told, dict):
        return {name: _bare(value) for name, value in told.items() if name != "description"}
    return [_bare(value) for value in told] if isinstance(told, list) else told
