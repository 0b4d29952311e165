"""Tokens of issuers: signed by a key that the issuer publishes, for us, for now, and for nothing else.

Everything that can be told without a key is checked before one is asked for, so that what is plainly no token of ours
makes nobody fetch anything. A header names the key among the issuer's own, and never brings or fetches one.
"""

import base64
import re
from asyncio import gather
from collections.abc import Mapping, Sequence
from typing import Any, Final

import msgspec
from joserfc.errors import JoseError, UnsupportedAlgorithmError
from joserfc.jws import JWSRegistry, deserialize_compact
from msgspec import Struct

from gateway.auth.claims import BadTokenError, caller_of
from gateway.auth.issuers import Issuer
from gateway.auth.jwks import LONGEST_KID, IssuerKeys
from resolvers.caller import Caller
from sources.crn import CrnScheme
from sources.source import Clock, Observer

LEEWAY: Final = 30
LONGEST_LIFE: Final = 3600
LATEST: Final = 1e11
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

    async def caller(self, token: str) -> Caller | None:
        """Return whom an issuer's token speaks of, None for one that is not good."""
        try:
            return await self._caller(token)
        except (JoseError, msgspec.MsgspecError, ValueError, TypeError, RecursionError):
            return None  # whichever it is: nobody is told why

    async def close(self) -> None:
        """Let go of the connections to the issuers."""
        await gather(*(keys.close() for keys in self.keys))

    async def _caller(self, token: str) -> Caller:
        header, claims = _parts(token)
        name = claims.get("iss")
        known = self._known.get(name) if isinstance(name, str) else None
        if known is None:
            raise BadTokenError
        kid = _kid(header, known.issuer)
        _check_purpose(claims, known.issuer)
        _check_times(claims, self._clock().timestamp())
        caller = caller_of(known.issuer, claims, self._scheme)
        key = await known.keys.key(kid)
        if key is None:
            raise BadTokenError
        deserialize_compact(token, key, registry=known.algorithms)
        return caller


def _parts(token: str) -> tuple[dict[str, Any], dict[str, Any]]:
    """Return header and claims as they stand in a token, unproved."""
    parts = token.split(".")
    if len(parts) != 3 or not all(_PART.fullmatch(part) for part in parts):
        raise BadTokenError
    header, claims = (_DECODER.decode(base64.urlsafe_b64decode(part + "==")) for part in parts[:2])
    return header, claims


def _kid(header: Mapping[str, Any], issuer: Issuer) -> str:
    """Return the name of the key; raise `BadTokenError` for a header that is not as it should be."""
    kid, typ = header.get("kid"), header.get("typ")
    if not FORBIDDEN.isdisjoint(header) or header.get("alg") not in issuer.algorithms:
        raise BadTokenError
    if not isinstance(typ, str) or typ.lower().removeprefix("application/") != issuer.typ.lower():
        raise BadTokenError
    if not isinstance(kid, str) or not 0 < len(kid) <= LONGEST_KID:
        raise BadTokenError
    return kid


def _check_purpose(claims: Mapping[str, Any], issuer: Issuer) -> None:
    """Raise `BadTokenError` for a token that is for somebody else, or says who logged in and not what may be done."""
    told = claims.get("aud")
    audiences = told if isinstance(told, list) else [told]
    if not any(isinstance(one, str) and one in issuer.audiences for one in audiences):
        raise BadTokenError
    if not OF_ID_TOKENS.isdisjoint(claims) or claims.get(issuer.claims.scopes) is None:
        raise BadTokenError


def _check_times(claims: Mapping[str, Any], now: float) -> None:
    ends, issued = _moment(claims, "exp"), _moment(claims, "iat")
    begins = _moment(claims, "nbf") if "nbf" in claims else issued
    if ends + LEEWAY <= now or begins - LEEWAY > now or issued - LEEWAY > now:
        raise BadTokenError
    if ends - issued > LONGEST_LIFE:
        raise BadTokenError


def _moment(claims: Mapping[str, Any], name: str) -> float:
    value = claims.get(name)
    if isinstance(value, bool) or not isinstance(value, int | float) or not abs(value) < LATEST:
        raise BadTokenError
    return value
