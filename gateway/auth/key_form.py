"""How an API key is written: `cop_live_<id>_<secret>_<checksum>`; `cop_test_…` outside production.

The secret is 32 random bytes. The checksum makes a mistyped key recognisable without looking it up; whoever invents a
key can invent its checksum, too.
"""

import hmac
import re
import secrets
import string
from hashlib import sha256
from typing import Final
from zlib import crc32

from msgspec import Struct

from gateway.auth.refusals import BadCredentialError, Reason

ALPHABET: Final = string.digits + string.ascii_letters
ID_LETTERS: Final = 8
SECRET_BYTES: Final = 32
SECRET_LETTERS: Final = 43
CHECK_LETTERS: Final = 6
_FORM: Final = re.compile(r"(cop_(?:live|test)_)([0-9A-Za-z]{8})_([0-9A-Za-z]{43})_([0-9A-Za-z]{6})")


class WrittenKey(Struct, frozen=True):
    """A key as its holder has it. `text` is all of it; it stands in no log and in no table."""

    text: str
    id: str
    secret: str

    def digest(self, pepper: bytes) -> str:
        """Return the keyed hash of its secret. 256 random bits need no slow one."""
        return hmac.digest(pepper, self.secret.encode(), sha256).hex()


def prefix(*, live: bool) -> str:
    """Return what the keys of a production gateway (`live`), or of any other, begin with."""
    return "cop_live_" if live else "cop_test_"


def mint(*, live: bool) -> WrittenKey:
    """Return a new key."""
    id = "".join(secrets.choice(ALPHABET) for _ in range(ID_LETTERS))
    secret = _letters(int.from_bytes(secrets.token_bytes(SECRET_BYTES)), SECRET_LETTERS)
    body = f"{prefix(live=live)}{id}_{secret}"
    return WrittenKey(f"{body}_{_checksum(body)}", id, secret)


def read(text: str, *, live: bool) -> WrittenKey:
    """Return a key that somebody showed; raise `BadCredentialError` for what is none of this kind of gateway."""
    form = _FORM.fullmatch(text)
    if form is None or form[1] != prefix(live=live):
        raise BadCredentialError(Reason.MALFORMED)
    if form[4] != _checksum(text.rpartition("_")[0]):
        raise BadCredentialError(Reason.CHECKSUM)
    return WrittenKey(text, form[2], form[3])


def _checksum(body: str) -> str:
    return _letters(crc32(body.encode()), CHECK_LETTERS)


def _letters(number: int, count: int) -> str:
    """Return a number in base 62, filled up with zeros."""
    letters = ""
    for _ in range(count):
        number, rest = divmod(number, len(ALPHABET))
        letters = ALPHABET[rest] + letters
    return letters
