"""The keyring: one secret, a subkey per use, and what is sealed with them."""

import base64
import hmac
import json
import os
import secrets
from functools import cached_property
from hashlib import sha256
from pathlib import Path

from cryptography.exceptions import InvalidTag
from cryptography.hazmat.primitives.ciphers.aead import AESSIV
from cryptography.hazmat.primitives.hashes import SHA256
from cryptography.hazmat.primitives.kdf.hkdf import HKDF

VERSION = 1
SECRET_BYTES = 32


class KeyringError(RuntimeError):
    """There is no keyring, or it cannot be used. Its message never holds a key."""


class Keyring:
    """Makes subkeys from one secret, so that what is sealed for one use opens for no other."""

    def __init__(self, secret: bytes) -> None:
        self._secret = secret

    def subkey(self, use: str, length: int = 32) -> bytes:
        """Return the key of one use."""
        return HKDF(SHA256(), length, None, f"overview:{use}:{VERSION}".encode()).derive(self._secret)


class KeyringSealer:
    """Seals with AES-SIV: the same value always looks the same, and nobody else can read or change it."""

    def __init__(self, keyring: Keyring) -> None:
        self._keyring = keyring

    @cached_property
    def _siv(self) -> AESSIV:
        return AESSIV(self._keyring.subkey("seal", 64))

    @cached_property
    def _mac(self) -> bytes:
        return self._keyring.subkey("fingerprint")

    def seal(self, use: str, body: bytes, bound_to: bytes = b"") -> str:
        """Return an opaque text that opens only for the same use and binding."""
        sealed = self._siv.encrypt(body, [use.encode(), bound_to])
        return _text(bytes([VERSION]) + sealed)

    def open(self, use: str, sealed: str, bound_to: bytes = b"") -> bytes:
        """Return the body; raise `ValueError` for a text that was not sealed here for this."""
        raw = base64.b64decode(sealed.encode("ascii") + b"=" * (-len(sealed) % 4), b"-_", validate=True)
        if len(raw) < 17 or raw[0] != VERSION or _text(raw) != sealed:  # one text for one value
            raise ValueError("not sealed here")
        try:
            return self._siv.decrypt(raw[1:], [use.encode(), bound_to])
        except InvalidTag:
            raise ValueError("not sealed here") from None

    def fingerprint(self, use: str, body: bytes) -> str:
        """Return a keyed hash of 22 characters."""
        digest = hmac.digest(self._mac, use.encode() + b"\n" + body, sha256)
        return _text(digest[:16])


def _text(raw: bytes) -> str:
    return base64.urlsafe_b64encode(raw).rstrip(b"=").decode()


def open_keyring(file: Path, *, make: bool) -> Keyring:
    """Return the keyring of a file. With `make`, write one when there is none, readable by its owner only.

    Raise `KeyringError` for one that is missing, unreadable, or open to others than its owner.
    """
    if make and not file.exists():
        _write(file)
    try:
        if file.stat().st_mode & 0o077:
            raise KeyringError(f"The keyring at {file} is open to others than its owner: chmod 600 it.")
        kept = json.loads(file.read_text("utf-8"))
        secret = base64.b64decode(kept["secret"], validate=True)
    except FileNotFoundError:
        raise KeyringError(
            f"There is no keyring at {file}. A production profile does not start without one."
        ) from None
    except (OSError, ValueError, KeyError, TypeError):
        raise KeyringError(f"The keyring at {file} cannot be read.") from None
    if len(secret) != SECRET_BYTES:
        raise KeyringError(f"The keyring at {file} holds no secret of {SECRET_BYTES} bytes.")
    return Keyring(secret)


def _write(file: Path) -> None:
    file.parent.mkdir(parents=True, exist_ok=True)
    secret = base64.b64encode(secrets.token_bytes(SECRET_BYTES)).decode()
    draft = file.with_name(f"{file.name}.{secrets.token_hex(8)}")
    with os.fdopen(os.open(draft, os.O_WRONLY | os.O_CREAT | os.O_EXCL, 0o600), "w") as out:
        json.dump({"version": VERSION, "secret": secret}, out)
        out.flush()
        os.fsync(out.fileno())
    try:
        os.link(draft, file)  # whoever links first wins, so that two processes share one secret
    except FileExistsError:
        pass
    finally:
        draft.unlink()
