"""What an entry looks like outside the process: ours and in its place, small, and sealed where that is wanted.

    version · key version · flags · fetched (milliseconds, 8 bytes) · msgpack [mark, negative, value] · MAC

A large value is compressed, and then sealed. The MAC is over all of it and over the key that it stands under: an entry
that is moved, changed or made up is none.
"""

import hmac
import os
from collections.abc import Mapping
from enum import Enum
from hashlib import sha256
from typing import Any, Final, Protocol

import msgspec
from cryptography.exceptions import InvalidTag
from cryptography.hazmat.primitives.ciphers.aead import AESGCM
from lz4 import block as lz4
from msgspec import Struct

from cache.store import Entry, Mark, Place

VERSION: Final = 1
SEALED: Final = 1
COMPRESSED: Final = 2
_FLAGS: Final = SEALED | COMPRESSED
LEAST: Final = 1024
"""Smaller values hardly shrink (docs/decisions/lz4.md)."""
MOST: Final = 64 * 1024 * 1024
"""No value is unpacked that says it is larger than so many bytes; as much as a process has room for."""
_SIZE: Final = 4
_HEAD: Final = 11
_MAC: Final = 16
_NONCE: Final = 12


class Codec(Protocol):
    """Writes values down by part and reads them again."""

    def encode(self, part: str, outcome: Any) -> bytes:
        """Return a value as bytes."""

    def decode(self, part: str, text: bytes) -> Any:
        """Return the value; raise `ValueError` for bytes that are none."""


class Rejected(Enum):
    """Why what stands under a key is not used."""

    MAC = "mac"
    SHAPE = "shape"


class Body(Struct, frozen=True, array_like=True):
    """What the envelope holds."""

    mark: Mark
    negative: bool
    value: bytes


class Envelopes:
    """Puts entries into envelopes with the current key and opens those of any key that is kept.

    `proving` and `sealing` are keys by version, the current one first; without the latter nothing is encrypted.
    `fetched` of an entry is in seconds of the clock that the processes share.
    """

    def __init__(
        self, codec: Codec, proving: Mapping[int, bytes], sealing: Mapping[int, bytes] | None = None
    ) -> None:
        self._codec = codec
        self._proving = proving
        self._sealing = {version: AESGCM(key) for version, key in (sealing or {}).items()}
        self._current = next(iter(proving))
        self._bodies = msgspec.msgpack.Decoder(Body)

    def pack(self, place: Place, entry: Entry) -> bytes:
        """Return the envelope of an entry."""
        value, flags = _packed(self._codec.encode(place.part, entry.value))
        if self._sealing:
            nonce, flags = os.urandom(_NONCE), flags | SEALED
            value = nonce + self._sealing[self._current].encrypt(nonce, value, place.key.encode())
        head = bytes([VERSION, self._current, flags]) + moment(entry.fetched)
        told = head + msgspec.msgpack.encode(Body(entry.mark, entry.negative, value))
        return told + self._mac(self._current, place, told)

    def open(self, place: Place, envelope: bytes) -> Entry | Rejected:
        """Return the entry, or why there is none."""
        told, mac = envelope[:-_MAC], envelope[-_MAC:]
        if len(told) < _HEAD or told[1] not in self._proving:
            return Rejected.MAC
        if not hmac.compare_digest(self._mac(told[1], place, told), mac):
            return Rejected.MAC
        if told[0] != VERSION or told[2] & ~_FLAGS:
            return Rejected.SHAPE
        try:
            body = self._bodies.decode(told[_HEAD:])
            plain = self._plain(place, told, body.value)
            value = self._codec.decode(place.part, _unpacked(plain) if told[2] & COMPRESSED else plain)
        except (ValueError, InvalidTag, KeyError, lz4.LZ4BlockError):
            return Rejected.SHAPE
        fetched = int.from_bytes(told[3:_HEAD]) / 1000
        return Entry(value, fetched, body.mark, body.negative)

    def _plain(self, place: Place, told: bytes, value: bytes) -> bytes:
        if not told[2] & SEALED:
            return value
        return self._sealing[told[1]].decrypt(value[:_NONCE], value[_NONCE:], place.key.encode())

    def _mac(self, version: int, place: Place, told: bytes) -> bytes:
        return hmac.digest(self._proving[version], place.key.encode() + b"\n" + told, sha256)[:_MAC]


def _packed(value: bytes) -> tuple[bytes, int]:
    """Return a value as it is kept, and what flag says so: compressed, where it is large and gets smaller by it."""
    if not LEAST < len(value) <= MOST:
        return value, 0
    smaller: bytes = lz4.compress(value)
    return (smaller, COMPRESSED) if len(smaller) < len(value) else (value, 0)


def _unpacked(value: bytes) -> bytes:
    """Return what was compressed; raise `ValueError` for what says that it is larger than anything that is."""
    if int.from_bytes(value[:_SIZE], "little") > MOST:
        raise ValueError("larger than anything that is kept")
    plain: bytes = lz4.decompress(value)
    return plain


def moment(seconds: float) -> bytes:
    """Return a moment as it stands in the head: such texts compare like the moments."""
    return max(0, int(seconds * 1000)).to_bytes(8)
