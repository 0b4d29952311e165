"""The claims of a proved token, as the caller that they speak of. What does not fit is refused, never guessed."""

from collections.abc import Mapping
from typing import Any, Final

from gateway.auth.issuers import KINDS, Issuer
from gateway.auth.scopes import SCOPES
from resolvers.caller import Caller, CallerKind, Presentation
from sources.crn import CrnScheme

LONGEST: Final = 200


class BadTokenError(ValueError):
    """A token is not good. Nobody is told why."""


def caller_of(issuer: Issuer, claims: Mapping[str, Any], scheme: CrnScheme) -> Caller:
    """Return the caller that an issuer's claims speak of; raise `ValueError` for claims that speak of none."""
    names = issuer.claims
    kind = issuer.kind or _kind(_text(claims, names.kind))
    return Caller(
        kind=kind,
        id=_text(claims, names.id),
        organisation=issuer.organisation or _text(claims, names.organisation),
        roles=_words(claims.get(names.roles, [])),
        scopes=SCOPES & set(_words(claims.get(names.scopes))),
        presentation=_presentation(claims, names.presentation),
        own_crns=_own(claims, names.own_crns, kind, scheme),
        assurance=_text(claims, names.assurance) if claims.get(names.assurance) is not None else None,
    )


def _kind(word: str) -> CallerKind:
    if word.lower() not in KINDS:
        raise BadTokenError
    return KINDS[word.lower()]


def _text(claims: Mapping[str, Any], name: str | None) -> str:
    value = claims.get(name or "")
    if not isinstance(value, str) or not value.strip() or len(value) > LONGEST or not value.isprintable():
        raise BadTokenError
    return value


def _words(value: Any) -> tuple[str, ...]:
    """Return the words of a list, or of a text with spaces between them."""
    words = value.split(" ") if isinstance(value, str) else value
    if not isinstance(words, list) or not all(isinstance(word, str) for word in words):
        raise BadTokenError
    return tuple(word for word in words if word)


def _presentation(claims: Mapping[str, Any], name: str) -> Presentation:
    if claims.get(name) is None:
        return Presentation.SMART_CENTRE
    word = _text(claims, name).upper()
    if word not in Presentation.__members__:
        raise BadTokenError
    return Presentation[word]


def _own(claims: Mapping[str, Any], name: str | None, kind: CallerKind, scheme: CrnScheme) -> frozenset[str]:
    """Return the caller's own numbers. One that cannot be read is refused: without it an officer could open it."""
    if name is None or kind is CallerKind.PARTNER or claims.get(name) is None:
        return frozenset()
    return frozenset(scheme.parse(word) for word in _words(claims[name]))
