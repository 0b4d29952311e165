"""On whose behalf a call is made, signed: so that a system that asks may believe it, and log who it was.

The signature is made with a private key of the gateway's; a system checks it with the public one. `docs/sources.md`
says how.
"""

import time
from asyncio import to_thread
from collections.abc import Callable
from pathlib import Path
from typing import Any, Final

from joserfc import jwt
from joserfc.errors import JoseError
from joserfc.jwk import ECKey, OKPKey
from joserfc.jws import JWSRegistry
from msgspec import Struct

from sources.asker import Asker
from sources.http.token import BETWEEN
from sources.source import Clock

HEADER: Final = "on-behalf-of"
TYPE: Final = "on-behalf-of+jwt"
ISSUER: Final = "customer-overview-gateway"
SECONDS: Final = 60
"""So long a signed text may be shown: a call, and clocks that differ a little."""
_ALGORITHMS: Final = {"Ed25519": "EdDSA", "P-256": "ES256"}
"""By the key's curve; the first under the name that every library knows it by."""


class BadKeyError(ValueError):
    """A file that holds no key to sign with. The text says why, and nothing of the file."""


class SigningKey(Struct, frozen=True, eq=False):
    """A private key. `kid` is what the public one is called: its thumbprint, as RFC 7638 says."""

    kid: str
    algorithm: str
    key: ECKey | OKPKey

    def __repr__(self) -> str:
        return f"SigningKey(kid={self.kid!r})"


class _Registry(JWSRegistry):
    """The two algorithms. The library warns of the name of one."""

    def get_alg(self, name: str) -> Any:
        return self.algorithms[name]


def read_signing_key(file: Path) -> SigningKey:
    """Return the private key that a file holds as PEM, Ed25519 or EC P-256; raise `BadKeyError`."""
    try:
        with file.open("rb") as opened:
            if file.stat().st_mode & 0o077:
                raise BadKeyError("this file is open to others than its owner: chmod 600 it")
            text = opened.read()
    except OSError:
        raise BadKeyError("this file cannot be read") from None
    for kind in (OKPKey, ECKey):
        key = _imported(kind, text)
        if key is not None and key.is_private and key.curve_name in _ALGORITHMS:
            return SigningKey(key.thumbprint(), _ALGORITHMS[key.curve_name], key)
    raise BadKeyError("this file holds no private key: one line of PEM after another, Ed25519 or EC P-256")


def _imported(kind: Any, text: bytes) -> Any:
    try:
        return kind.import_key(text)
    except (JoseError, ValueError, TypeError):  # no PEM, another kind of key, or one behind a password
        return None


class Signer:
    """Signs for one system. `key` is read again from its file when the system does not take it any more."""

    def __init__(
        self,
        system: str,
        key: SigningKey,
        file: Path,
        clock: Clock,
        monotonic: Callable[[], float] = time.monotonic,
    ) -> None:
        self.key = key
        self._system = system
        self._file = file
        self._clock = clock
        self._monotonic = monotonic
        self._looked = -BETWEEN
        self._registry = _Registry(algorithms=list(_ALGORITHMS.values()))

    def signed(self, asker: Asker) -> str:
        """Return what stands in the header `On-Behalf-Of`: a JWT that is good for a minute, for this system alone."""
        now = int(self._clock().timestamp())
        claims = {
            "iss": ISSUER,
            "aud": self._system,
            "sub": asker.id,
            "kind": asker.kind,
            "organisation": asker.organisation,
            "purpose": asker.purpose,
            "jti": asker.request,
            "iat": now,
            "exp": now + SECONDS,
        }
        header = {"alg": self.key.algorithm, "typ": TYPE, "kid": self.key.kid}
        return jwt.encode(header, claims, self.key.key, registry=self._registry)

    async def renewed(self, refused: SigningKey) -> bool:
        """Say whether there is another key than the one that was refused, after a look into the file."""
        now = self._monotonic()
        if self.key is refused and now - self._looked >= BETWEEN:
            self._looked = now
            try:
                found = await to_thread(read_signing_key, self._file)
            except BadKeyError:
                return False  # whoever changes it may be half-way: the old one stays
            if found.kid != refused.kid:
                self.key = found
        return self.key is not refused
