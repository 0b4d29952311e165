"""Tokens that were proved a moment ago, so that one that is shown all the time is not proved anew each time."""

from datetime import datetime, timedelta
from hashlib import sha256
from typing import Final

from msgspec import Struct

from gateway.auth.proof import Proof

MOST: Final = 10_000
KEPT: Final = timedelta(seconds=60)


class _Kept(Struct, frozen=True):
    proof: Proof
    at: datetime


class Proved:
    """Proofs by the SHA-256 of their token, each for a minute at most. The tokens themselves are not kept."""

    def __init__(self) -> None:
        self._kept: dict[bytes, _Kept] = {}

    def __len__(self) -> int:
        return len(self._kept)

    async def get(self, token: str, now: datetime) -> Proof | None:
        """Return the proof of a token, None for one that has to be proved."""
        proof = self.good(token, now)
        if proof is None or await proof.stands():
            return proof
        name = _name(token)
        kept = self._kept.get(name)
        if kept is not None and kept.proof is proof:
            del self._kept[name]
        return None

    def good(self, token: str, now: datetime) -> Proof | None:
        """Return the proof of a token whose time is now, whether or not it still stands."""
        name = _name(token)
        kept = self._kept.get(name)
        if kept is None:
            return None
        if _is_young(kept, now) and kept.proof.is_good(now):
            return kept.proof
        del self._kept[name]
        return None

    def keep(self, token: str, proof: Proof, now: datetime) -> None:
        """Keep a proof; the oldest ones make room for it."""
        name = _name(token)
        self._kept.pop(name, None)
        self._kept[name] = _Kept(proof, now)
        while len(self._kept) > MOST or not _is_young(self._kept[self._oldest], now):
            del self._kept[self._oldest]

    @property
    def _oldest(self) -> bytes:
        return next(iter(self._kept))


def _is_young(kept: _Kept, now: datetime) -> bool:
    return timedelta() <= now - kept.at < KEPT


def _name(token: str) -> bytes:
    return sha256(token.encode("utf-8", "surrogatepass")).digest()
