"""The only place that makes cache keys. No key holds a CRN or a caller: it holds HMACs under a key of its own."""

import hmac
from collections.abc import Mapping, Sequence
from functools import lru_cache
from hashlib import sha256
from typing import Final

import msgspec

from cache.store import Place

REMEMBERED: Final = 4_096
"""So many people's tags are remembered: one request needs a person's a dozen times."""


class Keys:
    """Makes keys of the form `co:ENV:SHAPE:PART:SYSTEM:{hmac}`, with `:hmac` behind it for what is one caller's alone.

    The braces are literal: they are the hash tag that keeps all entries of one person on one slot of a cluster.
    `environment` keeps deployments apart, `shape` versions of the stored records, and `shapes` those of each part.
    """

    def __init__(
        self, secret: bytes, environment: str, shape: str, shapes: Mapping[str, str] | None = None
    ) -> None:
        self._secret = secret
        self._tags: Final = lru_cache(REMEMBERED)(self._tag)
        self._everything = f"co:{environment}"
        self._prefix = f"co:{environment}:{shape}"
        self._prefixes = {
            part: f"{self._everything}:{of_part}:{part}" for part, of_part in (shapes or {}).items()
        }

    def person(self, crn: str) -> str:
        """Return the tag that stands for a person: 32 hex digits."""
        return self._tags(crn)

    def _tag(self, crn: str) -> str:
        return hmac.digest(self._secret, crn.encode(), sha256).hex()[:32]

    def place(self, part: str, system: str, crn: str, group: Sequence[str] = ()) -> Place:
        """Return where one part of a person is kept, as one system told it: everybody, or a `group` alone."""
        person = self.person(crn)
        entry = self.entry(part, system, person)
        if group:  # tied to the person: beside another person the same caller has another tag
            entry = f"{entry}:{self.caller('of', crn, *group)}"
        return Place(entry, part, system, person)

    def entry(self, part: str, system: str, person: str) -> str:
        """Return the key of one part of one person, as one system told it."""
        prefix = self._prefixes.get(part) or f"{self._prefix}:{part}"
        return f"{prefix}:{system}:{{{person}}}"

    def generations(self, part: str, person: str) -> tuple[str, str]:
        """Return the keys of the number of a person, and of one part of that person: the same for every shape."""
        return f"{self._everything}:gen:{{{person}}}", f"{self._everything}:gen:{part}:{{{person}}}"

    def epoch(self, system: str = "") -> str:
        """Return the key of the number of a system, or of everything. They, and the stream, share a slot."""
        return f"{self._everything}:epoch:{system}:{{epochs}}"

    @property
    def stream(self) -> tuple[str, str]:
        """The keys of the stream of invalidations, and of the number of the last one."""
        return f"{self._everything}:inv:{{epochs}}", f"{self._everything}:inv:n:{{epochs}}"

    def claim(self, entry: str) -> str:
        """Return the key of the claim to fetch an entry."""
        return f"{entry}:claim"

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
