"""Tokens of issuers: signed by a key that the issuer publishes, for us, for now, and for nothing else.

Everything that can be told without a key is checked before one is asked for, so that what is plainly no token of ours
makes nobody fetch anything. A header names the key among the issuer's own, and never brings or fetches one.
"""

import base64
import re
from asyncio import gather
from collections.abc import Mapping, Sequence
from datetime import UTC, datetime
from typing import Any, Final

import msgspec
from joserfc.errors import JoseError, UnsupportedAlgorithmError
from joserfc.jwk import Key
from joserfc.jws import JWSRegistry, deserialize_compact
from msgspec import Struct

from gateway.auth.claims import caller_of, claim, seconds
from gateway.auth.issuers import Issuer
from gateway.auth.jwks import LONGEST_KID, IssuerKeys
from gateway.auth.proof import Proof
from gateway.auth.proved import Proved
from gateway.auth.refusals import BadCredentialError, Reason
from resolvers.caller import Caller
from sources.crn import CrnScheme
from sources.source import Clock, Observer

LEEWAY: Final = 30
LONGEST_LIFE: Final = 3600
FORBIDDEN: Final = frozenset("jku jwk x5u x5c crit b64 enc zip".split())
"""Headers that bring a key, lead to one, or change how a token is read."""
OF_ID_TOKENS: Final = frozenset("nonce at_hash c_hash".split())
_PART: Final = re.compile(r"[0-9A-Za-z_-]+")
_DECODER: Final = msgspec.json.Decoder(dict[str, Any])


class _Algorithms(JWSRegistry):
    """The algorithms of one issuer, and no others. EdDSA, which the library warns of for its name, is one of them."""

    max_header_length = 2048

    def get_alg(self, name: str) -> Any:
        if name not in (self.allowed or ()):
            raise UnsupportedAlgorithmError
        return self.algorithms[name]


class _Known(Struct, frozen=True):
    issuer: Issuer
    keys: IssuerKeys
    algorithms: _Algorithms


class Bearers:
    """Reads the tokens of all issuers."""

    def __init__(self, issuers: Sequence[Issuer], clock: Clock, scheme: CrnScheme, observe: Observer) -> None:
        self._clock = clock
        self._scheme = scheme
        self._proved = Proved()
        self._known = {
            one.issuer: _Known(
                one,
                IssuerKeys(one.name, one.jwks, clock, observe),
                _Algorithms(algorithms=one.algorithms, strict_check_header=False),
            )
            for one in issuers
        }

    @property
    def keys(self) -> Sequence[IssuerKeys]:
        """The keys of each issuer."""
        return [known.keys for known in self._known.values()]

    async def proof(self, token: str) -> Proof:
        """Return whom an issuer's token speaks of, and for how long; raise `BadCredentialError`."""
        kept = await self._proved.get(token, self._clock())
        if kept is not None:
            return kept
        header, claims = _parts(token)
        name = claims.get("iss")
        known = self._known.get(name) if isinstance(name, str) else None
        if known is None:
            raise BadCredentialError(Reason.UNKNOWN_ISSUER)
        try:
            proof = await self._proof(token, header, claims, known)
        except BadCredentialError as bad:
            raise BadCredentialError(bad.reason, known.issuer.name) from None
        self._proved.keep(token, proof, self._clock())
        return proof

    async def close(self) -> None:
        """Let go of the connections to the issuers."""
        await gather(*(keys.close() for keys in self.keys))

    async def _proof(
        self, token: str, header: Mapping[str, Any], claims: Mapping[str, Any], known: _Known
    ) -> Proof:
        kid = _kid(header, known.issuer)
        _check_purpose(claims, known.issuer)
        since, until = _times(claims, self._clock().timestamp())
        caller = self._caller(claims, known.issuer)
        key = await known.keys.key(kid)
        if key is None:
            raise BadCredentialError(Reason.UNKNOWN_KEY)
        _check_signature(token, key, known.algorithms)

        async def stands() -> bool:
            # each fetch makes all keys anew, so that the very same one is one that was not taken back meanwhile
            return await known.keys.key(kid) is key

        return Proof(caller, until, since, stands=stands)

    def _caller(self, claims: Mapping[str, Any], issuer: Issuer) -> Caller:
        try:
            caller = caller_of(issuer, claims, self._scheme)
        except ValueError:
            raise BadCredentialError(Reason.CLAIMS) from None
        logged_in = caller.authenticated_at
        if logged_in is not None and logged_in.timestamp() - LEEWAY > self._clock().timestamp():
            raise BadCredentialError(Reason.NOT_YET)
        return caller


def _parts(token: str) -> tuple[dict[str, Any], dict[str, Any]]:
    """Return the header and the claims, of which nothing is proved yet; raise `BadCredentialError`."""
    parts = token.split(".")
    if len(parts) != 3 or not all(_PART.fullmatch(part) for part in parts):
        raise BadCredentialError(Reason.MALFORMED)
    try:
        header, claims = (_DECODER.decode(base64.urlsafe_b64decode(part + "==")) for part in parts[:2])
    except (msgspec.MsgspecError, ValueError, RecursionError):
        raise BadCredentialError(Reason.MALFORMED) from None
    return header, claims


def _kid(header: Mapping[str, Any], issuer: Issuer) -> str:
    """Return the name of the key; raise `BadCredentialError` for a header that is not as it should be."""
    kid, typ, algorithm = header.get("kid"), header.get("typ"), header.get("alg")
    if not FORBIDDEN.isdisjoint(header):
        raise BadCredentialError(Reason.FORBIDDEN_HEADER)
    if not isinstance(algorithm, str) or algorithm not in issuer.algorithms:
        raise BadCredentialError(Reason.ALGORITHM)
    if not isinstance(typ, str) or typ.lower().removeprefix("application/") != issuer.typ.lower():
        raise BadCredentialError(Reason.TYPE)
    if not isinstance(kid, str) or not 0 < len(kid) <= LONGEST_KID:
        raise BadCredentialError(Reason.UNKNOWN_KEY)
    return kid


def _check_purpose(claims: Mapping[str, Any], issuer: Issuer) -> None:
    """Refuse a token that is for somebody else, or says who logged in and not what may be done."""
    told = claims.get("aud")
    audiences = told if isinstance(told, list) else [told]
    if not any(isinstance(one, str) and one in issuer.audiences for one in audiences):
        raise BadCredentialError(Reason.AUDIENCE)
    if not OF_ID_TOKENS.isdisjoint(claims) or claim(claims, issuer.claims.scopes) is None:
        raise BadCredentialError(Reason.ID_TOKEN)


def _times(claims: Mapping[str, Any], now: float) -> tuple[datetime, datetime]:
    """Return from when until when a token is good, clocks that differ included; raise `BadCredentialError`."""
    ends, issued = (seconds(claims.get(name)) for name in ("exp", "iat"))
    begins = seconds(claims["nbf"]) if "nbf" in claims else issued
    if ends + LEEWAY <= now:
        raise BadCredentialError(Reason.EXPIRED)
    if max(begins, issued) - LEEWAY > now:
        raise BadCredentialError(Reason.NOT_YET)
    if ends - issued > LONGEST_LIFE:
        raise BadCredentialError(Reason.TOO_LONG)
    since, until = (
        datetime.fromtimestamp(moment, UTC) for moment in (max(begins, issued) - LEEWAY, ends + LEEWAY)
    )
    return since, until


def _check_signature(token: str, key: Key, algorithms: _Algorithms) -> None:
    try:
        deserialize_compact(token, key, registry=algorithms)
    except (JoseError, ValueError, TypeError, RecursionError):
        raise BadCredentialError(Reason.SIGNATURE) from None
