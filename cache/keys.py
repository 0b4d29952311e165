"""The only place that makes cache keys. No key holds a CRN or a caller: it holds an HMAC under a key of its own."""

import hmac
from hashlib import sha256

import msgspec

from cache.store import Place


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

    def place(self, part: str, system: str, crn: str) -> Place:
        """Return where one part of a person is kept, as one system told it."""
        person = self.person(crn)
        return Place(self.entry(part, system, person), part, system, person)

    def entry(self, part: str, system: str, person: str) -> str:
        """Return the key of one part of one person, as one system told it."""
        return f"{self._prefix}:{part}:{system}:{{{person}}}"

    def caller(self, *names: str) -> str:
        """Return the tag that stands for who asks: 32 hex digits."""
        return hmac.digest(self._secret, msgspec.json.encode(names), sha256).hex()[:32]

    @property
    def windows(self) -> str:
        """What the keys of all windows of callers begin with."""
        return f"{self._prefix}:rate"

    def window(self, caller: str, number: int) -> str:
        """Return the rest of the key of one window of a caller."""
        return f"{{{caller}}}:{number}"
