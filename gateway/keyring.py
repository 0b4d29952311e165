"""The keyring: secrets by version, a subkey per use and version, and what is sealed with them.

What is made is made with the current version; what is opened or checked may be of any version that is kept.
"""

import base64
import hmac
import os
import secrets
from binascii import b2a_base64
from collections.abc import Mapping
from datetime import UTC, date, datetime
from functools import cached_property, lru_cache
from hashlib import sha256
from pathlib import Path
from typing import Final

import msgspec
from cryptography.exceptions import InvalidTag
from cryptography.hazmat.primitives.ciphers.aead import AESSIV
from cryptography.hazmat.primitives.hashes import SHA256
from cryptography.hazmat.primitives.kdf.hkdf import HKDF
from msgspec import Struct

FORMAT: Final = 2
SECRET_BYTES: Final = 32
REMEMBERED: Final = 8_192
"""So many sealed texts are remembered: the ids of what a hundred customers show."""
SHORT: Final = 128
"""Bytes of what a keyed hash is remembered of: of the id of a card, and not of whole documents."""
_URL_SAFE: Final = bytes.maketrans(b"+/", b"-_")
LAST_VERSION: Final = 255
"""A version is one byte of what is sealed."""


class KeyringError(RuntimeError):
    """There is no keyring, or it cannot be used. Its message never holds a key."""


class Secret(Struct, frozen=True):
    """One version of the secret, and the day on which it was made."""

    version: int
    made: date
    secret: bytes

    def __repr__(self) -> str:
        return f"Secret(version={self.version}, made={self.made})"


class Kept(Struct, frozen=True):
    """What a keyring's file holds: every version that is kept, and which of them is the current one."""

    current: int
    secrets: tuple[Secret, ...]
    version: int = FORMAT


class _Format(Struct, frozen=True):
    version: int


class _Single(Struct, frozen=True):
    """What the file of an older gateway holds: one secret, version 1."""

    secret: bytes


class Keyring:
    """Makes subkeys from each version of the secret, so that what is sealed for one use opens for no other."""

    def __init__(
        self, secret: bytes | Mapping[int, bytes], current: int | None = None, made: date | None = None
    ) -> None:
        """Hold one secret, version 1, or several by version: `current`, else the highest, is the current one.

        `made` is the day on which the current one was made.
        """
        self._secrets = {1: secret} if isinstance(secret, bytes) else dict(secret)
        self.current = max(self._secrets) if current is None else current
        self.made = made

    @property
    def versions(self) -> tuple[int, ...]:
        """The versions that are kept: the current one, then the others from the newest on."""
        others = sorted(self._secrets.keys() - {self.current}, reverse=True)
        return (self.current, *others)

    def subkey(self, use: str, length: int = 32) -> bytes:
        """Return the key of one use with which things are made."""
        return self._derived(self.current, use, length)

    def subkeys(self, use: str, length: int = 32) -> dict[int, bytes]:
        """Return the keys of one use with which things may have been made, by version, in the order of `versions`."""
        return {version: self._derived(version, use, length) for version in self.versions}

    def _derived(self, version: int, use: str, length: int) -> bytes:
        info = f"overview:{use}:{version}".encode()
        return HKDF(SHA256(), length, None, info).derive(self._secrets[version])


class KeyringSealer:
    """Seals with AES-SIV: of one version the same value always looks the same; nobody else can read or change it."""

    def __init__(self, keyring: Keyring) -> None:
        self._keyring = keyring
        self._remembered: Final = lru_cache(REMEMBERED)(self._sealed)
        self._hashed: Final = lru_cache(REMEMBERED)(self._hash)

    @cached_property
    def _sivs(self) -> Mapping[int, AESSIV]:
        return {version: AESSIV(key) for version, key in self._keyring.subkeys("seal", 64).items()}

    @cached_property
    def _mac(self) -> bytes:
        return self._keyring.subkey("fingerprint")

    def seal(self, use: str, body: bytes, bound_to: bytes = b"") -> str:
        """Return an opaque text that opens only for the same use and binding."""
        if bound_to:  # to one list, one event: it hardly comes again
            return self._sealed(self._keyring.current, use, body, bound_to)
        return self._remembered(self._keyring.current, use, body)

    def _sealed(self, version: int, use: str, body: bytes, bound_to: bytes = b"") -> str:
        sealed = self._sivs[version].encrypt(body, [use.encode(), bound_to])
        return _text(bytes([version]) + sealed)

    def open(self, use: str, sealed: str, bound_to: bytes = b"") -> bytes:
        """Return the body; raise `ValueError` for a text that was not sealed here for this."""
        raw = base64.b64decode(sealed.encode("ascii") + b"=" * (-len(sealed) % 4), b"-_", validate=True)
        if len(raw) < 17 or raw[0] not in self._sivs or _text(raw) != sealed:  # one text for one value
            raise ValueError("not sealed here")
        try:
            return self._sivs[raw[0]].decrypt(raw[1:], [use.encode(), bound_to])
        except InvalidTag:
            raise ValueError("not sealed here") from None

    def fingerprint(self, use: str, body: bytes) -> str:
        """Return a keyed hash of 22 characters."""
        return self._hashed(use, body) if len(body) <= SHORT else self._hash(use, body)

    def _hash(self, use: str, body: bytes) -> str:
        digest = hmac.digest(self._mac, use.encode() + b"\n" + body, sha256)
        return _text(digest[:16])


def _text(raw: bytes) -> str:
    return b2a_base64(raw, newline=False).translate(_URL_SAFE, b"=").decode()


def open_keyring(file: Path, *, make: bool) -> Keyring:
    """Return the keyring of a file. With `make`, write one when there is none, readable by its owner only.

    Raise `KeyringError` for one that is missing, unreadable, or open to others than its owner.
    """
    if make and not file.exists():
        _write(file)
    kept = read(file)
    by_version = {one.version: one for one in kept.secrets}
    return Keyring(
        {version: one.secret for version, one in by_version.items()},
        kept.current,
        by_version[kept.current].made,
    )


def read(file: Path) -> Kept:
    """Return what a keyring's file holds; raise `KeyringError`."""
    try:
        status = file.stat()
        if status.st_mode & 0o077:
            raise KeyringError(f"The keyring at {file} is open to others than its owner: chmod 600 it.")
        kept = _decoded(file.read_bytes(), datetime.fromtimestamp(status.st_mtime, UTC).date())
    except FileNotFoundError:
        raise KeyringError(
            f"There is no keyring at {file}. A production profile does not start without one."
        ) from None
    except (OSError, ValueError, msgspec.MsgspecError):
        raise KeyringError(f"The keyring at {file} cannot be read.") from None
    versions = [one.version for one in kept.secrets]
    if kept.current not in versions or len(set(versions)) < len(versions):
        raise KeyringError(f"The keyring at {file} does not say which secret is which.")
    if not all(0 < version <= LAST_VERSION for version in versions):
        raise KeyringError(f"The keyring at {file} has a version that is not from 1 to {LAST_VERSION}.")
    if any(len(one.secret) != SECRET_BYTES for one in kept.secrets):
        raise KeyringError(f"The keyring at {file} holds a secret that has not {SECRET_BYTES} bytes.")
    return kept


def _decoded(raw: bytes, written: date) -> Kept:
    """Return what stands in a file; one of an older gateway was made when it was written, and never since."""
    if msgspec.json.decode(raw, type=_Format).version == 1:
        return Kept(1, (Secret(1, written, msgspec.json.decode(raw, type=_Single).secret),))
    kept = msgspec.json.decode(raw, type=Kept)
    if kept.version != FORMAT:
        raise ValueError("another format")
    return kept


def new_secret(version: int) -> Secret:
    """Return a secret that nobody has seen."""
    return Secret(version, datetime.now(UTC).date(), secrets.token_bytes(SECRET_BYTES))


def draft(file: Path, kept: Kept) -> Path:
    """Write a keyring beside the place where it is to stand, readable by its owner only, and return where."""
    place = file.with_name(f"{file.name}.{secrets.token_hex(8)}")
    with os.fdopen(os.open(place, os.O_WRONLY | os.O_CREAT | os.O_EXCL, 0o600), "wb") as out:
        out.write(msgspec.json.encode(kept))
        out.flush()
        os.fsync(out.fileno())
    return place


def _write(file: Path) -> None:
    file.parent.mkdir(parents=True, exist_ok=True)
    drafted = draft(file, Kept(1, (new_secret(1),)))
    try:
        os.link(drafted, file)  # whoever links first wins, so that two processes share one secret
    except FileExistsError:
        pass
    finally:
        drafted.unlink()
