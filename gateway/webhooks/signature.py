"""Signatures of Standard Webhooks (www.standardwebhooks.com): who holds a secret sent this, and lately.

The library of that name takes the machine's clock and lets malformed headers raise what they raise; this takes ours.
"""

import hmac
from base64 import b64decode, b64encode
from binascii import Error
from collections.abc import Iterable, Mapping
from datetime import UTC, datetime, timedelta
from hashlib import sha256
from typing import Final, Protocol, TypeVar

TOLERANCE: Final = timedelta(minutes=5)
"""How old a message may be, and how far its sender's clock may be ahead."""

MOST: Final = 10
"""Signatures that a message may carry: one for each secret while secrets change."""

LONGEST_ID: Final = 200


class Signs(Protocol):
    """Whoever may have signed a message."""

    @property
    def secrets(self) -> tuple[bytes, ...]:
        """What it may have signed with, old and new."""


S = TypeVar("S", bound=Signs)


def signer_of(headers: Mapping[str, str], body: bytes, known: Iterable[S], now: datetime) -> S | None:
    """Return who signed a message within the tolerance; None when it was nobody known."""
    signers = [one for one in known if is_signed(headers, body, one.secrets, now)]
    return signers[0] if signers else None


def is_signed(headers: Mapping[str, str], body: bytes, secrets: Iterable[bytes], now: datetime) -> bool:
    """Tell whether a message was signed with one of the secrets within the tolerance."""
    number, at = headers.get("webhook-id", ""), headers.get("webhook-timestamp", "")
    if not 0 < len(number) <= LONGEST_ID or not _is_now(at, now):
        return False
    signed = f"{number}.{at}.".encode("utf-8", "surrogatepass") + body
    shown = [one for one in map(_given, headers.get("webhook-signature", "").split(" ")[:MOST]) if one]
    good = [hmac.digest(secret, signed, sha256) for secret in secrets]
    # every pair is compared, so that the time tells nothing
    return any(
        [  # noqa: C419
            hmac.compare_digest(mine, theirs) for mine in good for theirs in shown
        ]
    )


def signature(secret: bytes, number: str, at: int, body: bytes) -> str:
    """Return the signature of a message, as its header has it."""
    signed = hmac.digest(secret, f"{number}.{at}.".encode() + body, sha256)
    return f"v1,{b64encode(signed).decode()}"


def _is_now(text: str, now: datetime) -> bool:
    if not text.isascii() or not text.isdecimal() or len(text) > 12:
        return False
    try:
        at = datetime.fromtimestamp(int(text), UTC)
    except (ValueError, OverflowError, OSError):
        return False
    return abs(now - at) <= TOLERANCE


def _given(text: str) -> bytes | None:
    version, _, value = text.partition(",")
    if version != "v1":
        return None
    try:
        return b64decode(value, validate=True)
    except (Error, ValueError):
        return None
