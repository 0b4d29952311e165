"""The only place that makes cache keys. No key holds a CRN: it holds an HMAC of it under a key of its own."""

import hmac
from hashlib import sha256


class Keys:
    """Makes keys of the form `co:ENV:SHAPE:PART:SYSTEM:{hmac}`.

    The braces are literal: they are the hash tag that keeps all entries of one person on one slot of a cluster.
    `environment` keeps deployments apart, `shape` versions of the stored records.
    """

    def __init__(self, secret: bytes, environment: str, shape: str) -> None:
        self._secret = secret
        self._prefix = f"co:{environment}:{shape}"

    def person(self, crn: str) -> str:
        """Return the tag that stands for a person: 32 hex digits."""
        return hmac.digest(self._secret, crn.encode(), sha256).hex()[:32]

    def entry(self, part: str, system: str, person: str) -> str:
        """Return the key of one part of one person, as one system told it."""
        return f"{self._prefix}:{part}:{system}:{{{person}}}"
