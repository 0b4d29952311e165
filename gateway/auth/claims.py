"""The claims of a proved token, as the caller that they speak of. What does not fit is refused, never guessed."""

from collections.abc import Mapping
from datetime import UTC, datetime
from typing import Any, Final

from gateway.auth.issuers import CLIENT, KINDS, ClaimNames, Issuer
from gateway.auth.refusals import BadCredentialError, Reason
from gateway.auth.scopes import SCOPES
from resolvers.caller import Caller, CallerKind, Presentation
from sources.crn import CrnScheme

LONGEST: Final = 200
LATEST: Final = 1e11
"""The last moment that a claim can name, in seconds since 1970."""

BAD: Final = Reason.CLAIMS


def caller_of(issuer: Issuer, claims: Mapping[str, Any], scheme: CrnScheme) -> Caller:
    """Return the caller that an issuer's claims speak of; raise `ValueError` for claims that speak of none."""
    names = issuer.claims
    kind = issuer.kind or _kind(_text(claims, names.kind))
    return Caller(
        kind=kind,
        id=_text(claims, names.id),
        organisation=issuer.organisation or _text(claims, names.organisation),
        roles=_words([] if (roles := claim(claims, names.roles)) is None else roles),
        scopes=SCOPES & set(_words(claim(claims, names.scopes))),
        presentation=_presentation(claims, names.presentation),
        own_crns=_crns(claims, names.own_crns, kind, scheme),
        declared_crns=_crns(claims, names.declared_crns, kind, scheme),
        assurance=_optional(claims, names.assurance),
        client=_client(claims, names),
        session=_optional(claims, names.session),
        authenticated_at=_moment(claims, names.authenticated_at),
    )


def claim(claims: Mapping[str, Any], name: str) -> Any:
    """Return the claim of a name, None when there is none.

    A name with dots is the claim that is called so, else a path: `realm_access.roles` is `roles` in `realm_access`.
    """
    if name in claims:
        return claims[name]
    value: Any = claims
    for step in name.split("."):
        value = value.get(step) if isinstance(value, Mapping) else None
    return value


def seconds(value: Any) -> float:
    """Return the moment that a claim names, in seconds since 1970; raise `BadCredentialError` where it names none."""
    if isinstance(value, bool) or not isinstance(value, int | float) or not abs(value) < LATEST:
        raise BadCredentialError(BAD)
    return value


def _kind(word: str) -> CallerKind:
    if word.lower() not in KINDS:
        raise BadCredentialError(BAD)
    return KINDS[word.lower()]


def _text(claims: Mapping[str, Any], name: str | None) -> str:
    value = claim(claims, name or "")
    if not isinstance(value, str) or not value.strip() or len(value) > LONGEST or not value.isprintable():
        raise BadCredentialError(BAD)
    return value


def _optional(claims: Mapping[str, Any], name: str) -> str | None:
    return _text(claims, name) if claim(claims, name) is not None else None


def _client(claims: Mapping[str, Any], names: ClaimNames) -> str | None:
    """Return the program: where no other claim is named, issuers say it in one of two."""
    return _optional(claims, names.client) or (_optional(claims, "azp") if names.client == CLIENT else None)


def _moment(claims: Mapping[str, Any], name: str) -> datetime | None:
    value = claim(claims, name)
    return datetime.fromtimestamp(seconds(value), UTC) if value is not None else None


def _words(value: Any) -> tuple[str, ...]:
    """Return the words of a list, or of a text with spaces between them."""
    words = value.split(" ") if isinstance(value, str) else value
    if not isinstance(words, list) or not all(isinstance(word, str) for word in words):
        raise BadCredentialError(BAD)
    return tuple(word for word in words if word)


def _presentation(claims: Mapping[str, Any], name: str) -> Presentation:
    if claim(claims, name) is None:
        return Presentation.SMART_CENTRE
    word = _text(claims, name).upper()
    if word not in Presentation.__members__:
        raise BadCredentialError(BAD)
    return Presentation[word]


def _crns(claims: Mapping[str, Any], name: str | None, kind: CallerKind, scheme: CrnScheme) -> frozenset[str]:
    """Return numbers that are close to a caller. One that cannot be read is refused: else an officer could open it."""
    if name is None or kind is CallerKind.PARTNER or claim(claims, name) is None:
        return frozenset()
    return frozenset(scheme.parse(word) for word in _words(claim(claims, name)))
