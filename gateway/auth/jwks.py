"""The keys that one issuer publishes: fetched when needed, kept for a while, and never from an address in a token.

They are good for ten minutes and looked after in the background from the eighth on. Each fetch replaces all of them, so
that a key which the issuer took back is gone. An issuer that is down costs nobody anything for a day.
"""

import asyncio
from collections.abc import Mapping
from contextlib import suppress
from datetime import datetime, timedelta
from typing import Any, Final
from urllib.parse import urlsplit

import msgspec
from cryptography.exceptions import UnsupportedAlgorithm
from joserfc.errors import JoseError
from joserfc.jwk import JWKRegistry, Key
from msgspec import Struct

from sources.errors import BadData, Fault, SourceUnavailable
from sources.http.calls import Call
from sources.http.client import Client
from sources.source import Clock, Observer

FRESH: Final = timedelta(minutes=10)
EARLY: Final = 0.8 * FRESH
STALE: Final = timedelta(hours=24)
PAUSE: Final = timedelta(seconds=30)
"""Between two searches for a key that is not there, and between two tries to reach an issuer that is down."""
SECONDS: Final = 3.0
CONNECT_SECONDS: Final = 1.5
MOST_BYTES: Final = 256 * 1024
MOST_KEYS: Final = 100
MOST_UNKNOWN: Final = 1000
LONGEST_KID: Final = 200
SHORTEST_RSA: Final = 2048
CURVES: Final = {"EC": {"P-256", "P-384", "P-521"}, "OKP": {"Ed25519", "Ed448"}}
_PUBLIC: Final = frozenset("kty kid alg n e crv x y".split())


class JwksStale(Struct, frozen=True):
    """An issuer's keys could not be fetched; the last ones, which are older than they should be, still serve."""

    issuer: str
    code: str
    reason: str
    age_seconds: int


class JwksMissing(Struct, frozen=True):
    """An issuer's keys could not be fetched, and there are none that could serve: no token of its is good."""

    issuer: str
    code: str
    reason: str


class _Answer(Struct):
    keys: list[dict[str, Any]]


class _Kept(Struct, frozen=True):
    keys: Mapping[str, Key]
    since: datetime


class IssuerKeys:
    """The keys of one issuer, by their `kid`."""

    def __init__(self, issuer: str, address: str, clock: Clock, observe: Observer) -> None:
        url = urlsplit(address)
        self.issuer: Final = issuer
        self._client = Client(
            issuer,
            f"{url.scheme}://{url.netloc}",
            SECONDS,
            MOST_BYTES,
            connect_seconds=CONNECT_SECONDS,
        )
        self._call = Call("GET", url.path or "/")
        self._clock = clock
        self._observe = observe
        self._kept: _Kept | None = None
        self._fetching: asyncio.Task[None] | None = None
        self._tried: datetime | None = None
        self._searched: datetime | None = None
        self._wanted: set[str] = set()
        self._unknown: dict[str, datetime] = {}

    async def key(self, kid: str) -> Key | None:
        """Return a key, None when the issuer publishes no such key (any longer)."""
        now = self._clock()
        age = self._age(now)
        fetched = False
        if age is None or age >= FRESH:
            fetched = self._may(self._tried, now) and await self._fetched(kid)
        elif age >= EARLY and self._may(self._tried, now):
            self._start()
        found = self._held(kid)
        if found is None and not fetched and self._worth_a_search(kid, now):
            await self._fetched(kid)
            found = self._held(kid)
        return found

    @property
    def age(self) -> timedelta | None:
        """How long ago the keys were fetched; None while there are none."""
        return self._age(self._clock())

    async def look(self) -> int:
        """Return how many keys the issuer publishes; raise `Fault` when that cannot be told."""
        return len(await self._load())

    async def close(self) -> None:
        """Let go of the connections, and of a fetch that is under way."""
        if self._fetching is not None:
            self._fetching.cancel()
            with suppress(asyncio.CancelledError):
                await self._fetching
        await self._client.close()

    def _age(self, now: datetime) -> timedelta | None:
        # of a clock that was set back, too: else keys from "the future" would be fresh until it catches up
        return abs(now - self._kept.since) if self._kept is not None else None

    def _held(self, kid: str) -> Key | None:
        age = self._age(self._clock())
        return (
            self._kept.keys.get(kid) if self._kept is not None and age is not None and age < STALE else None
        )

    def _may(self, last: datetime | None, now: datetime) -> bool:
        """Tell whether to fetch: after a pause, which a clock that was set back ends, or together with others."""
        rested = last is None or not timedelta() <= now - last < PAUSE
        return rested or self._fetching is not None

    def _worth_a_search(self, kid: str, now: datetime) -> bool:
        known = self._unknown.get(kid)
        if known is not None and timedelta() <= now - known < PAUSE:
            return False
        return self._may(self._searched, now)

    async def _fetched(self, kid: str) -> bool:
        """Fetch, or wait for a fetch that is under way; whoever goes away does not take it from the others."""
        self._wanted.add(kid)
        await asyncio.shield(self._start())
        return True

    def _note_missing(self, now: datetime) -> None:
        """Keep in mind which keys were waited for in vain."""
        missing = [kid for kid in self._wanted if self._held(kid) is None]
        self._wanted.clear()
        if missing:
            self._searched = now
        for kid in missing:
            self._unknown.pop(kid, None)
            self._unknown[kid] = now
        while len(self._unknown) > MOST_UNKNOWN:
            del self._unknown[next(iter(self._unknown))]

    def _start(self) -> asyncio.Task[None]:
        if self._fetching is None:
            self._tried = self._clock()
            self._fetching = asyncio.create_task(self._fetch())
            self._fetching.add_done_callback(self._ended)
        return self._fetching

    def _ended(self, task: asyncio.Task[None]) -> None:
        self._fetching = None
        if not task.cancelled():
            task.exception()  # whoever waited has it; nobody did in the background, and the next one will

    async def _fetch(self) -> None:
        asked = self._clock()
        try:
            self._kept = _Kept(await self._load(), asked)
        except Fault as fault:
            age = self._age(asked)
            if age is None or age >= STALE:
                self._observe(JwksMissing(self.issuer, fault.code, fault.reason))
            elif age >= FRESH:
                seconds = int(age.total_seconds())
                self._observe(JwksStale(self.issuer, fault.code, fault.reason, seconds))
        finally:
            self._note_missing(asked)

    async def _load(self) -> Mapping[str, Key]:
        answer = await self._client.send(self._call)
        if answer.status != 200:
            raise SourceUnavailable(self.issuer, "redirect" if answer.location is not None else "status")
        try:
            told = msgspec.json.decode(answer.body, type=_Answer).keys
        except (msgspec.MsgspecError, UnicodeDecodeError, RecursionError):
            raise BadData(self.issuer, "shape") from None
        if len(told) > MOST_KEYS:
            raise BadData(self.issuer, "keys")
        keys: dict[str, Key] = {}
        for jwk in told:
            key = _public(jwk)
            if key is not None:
                keys.setdefault(jwk["kid"], key)
        return keys


def _public(jwk: Mapping[str, Any]) -> Key | None:
    """Return a key that signatures can be checked with; None for any other, which is passed over."""
    kid, kty, uses = jwk.get("kid"), jwk.get("kty"), jwk.get("key_ops", ["verify"])
    if not isinstance(kid, str) or not 0 < len(kid) <= LONGEST_KID or jwk.get("use", "sig") != "sig":
        return None
    if not isinstance(uses, list) or "verify" not in uses or not isinstance(jwk.get("alg", ""), str):
        return None
    long_enough = kty == "RSA" and len(str(jwk.get("n")).lstrip("A")) * 6 >= SHORTEST_RSA
    if not long_enough and str(jwk.get("crv")) not in CURVES.get(str(kty), ()):
        return None
    try:
        return JWKRegistry.import_key({name: jwk[name] for name in _PUBLIC & jwk.keys()})
    except (JoseError, ValueError, TypeError, UnsupportedAlgorithm):
        return None
