"""Unpacking: the body of an answer that came packed, as far as it may go and no further."""

import zlib
from typing import Final

PACKINGS: Final = ("gzip", "deflate")
"""What a system may pack its answers with."""
_GZIP, _ZLIB, _RAW = zlib.MAX_WBITS | 16, zlib.MAX_WBITS, -zlib.MAX_WBITS


class BadPackingError(ValueError):
    """Bytes that are not packed as they are said to be."""


def unpacked(body: bytes, packing: str, most: int) -> bytes | None:
    """Return what a body unpacks to, None for more than `most` bytes; raise `BadPackingError`.

    `packing` is what its header says: several names where it was packed several times, the last of them first to undo.
    """
    names = [name.strip().lower() for name in packing.split(",")]
    told: bytes | None = body
    for name in reversed(names):
        if told is None:
            return None
        if name not in {"identity", ""}:
            told = _once(told, name, most)
    return told


def _once(body: bytes, name: str, most: int) -> bytes | None:
    if name not in PACKINGS:
        raise BadPackingError
    if name == "gzip":
        return _with(_GZIP, body, most)
    try:
        return _with(_ZLIB, body, most)
    except BadPackingError:  # many write what is within zlib's frame without the frame
        return _with(_RAW, body, most)


def _with(bits: int, body: bytes, most: int) -> bytes | None:
    unpacking = zlib.decompressobj(bits)
    try:
        plain = unpacking.decompress(body, most + 1)
    except zlib.error:
        raise BadPackingError from None
    if len(plain) > most:
        return None
    if not unpacking.eof:
        raise BadPackingError
    return plain
