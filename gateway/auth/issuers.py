"""The issuers file: whose tokens are good, what they must be like, and which claim holds what. Written in TOML.

[issuers.staff]
issuer = "https://login.example.org/staff"
jwks = "https://login.example.org/staff/keys"
audiences = ["overview"]
kind = "staff"
organisation = "agency"
"""

import re
from collections.abc import Mapping
from pathlib import Path
from typing import Any, Final

from msgspec import Struct, field
from msgspec.structs import asdict

from resolvers.caller import CallerKind
from sources.http.addresses import BadAddressError
from sources.http.client import checked
from sources.toml_file import Place, TomlFile, meant

USUAL: Final = ("RS256", "ES256", "EdDSA")
ALGORITHMS: Final = frozenset(
    {*USUAL, "RS384", "RS512", "PS256", "PS384", "PS512", "ES384", "ES512", "Ed25519"}
)
KINDS: Final[Mapping[str, CallerKind]] = {kind.value.lower(): kind for kind in CallerKind}
CLIENT: Final = "client_id"
TYPES: Final = ("at+jwt", "JWT")
_NAME: Final = re.compile(r"[0-9A-Za-z_-]{1,60}")


class ClaimNames(Struct, frozen=True, forbid_unknown_fields=True):
    """Which claim holds what, by its name or by its path. `kind` and `organisation` are needed where the issuer has
    no fixed one.
    """

    id: str = "sub"
    roles: str = "roles"
    scopes: str = "scope"
    assurance: str = "acr"
    presentation: str = "presentation"
    client: str = CLIENT
    session: str = "sid"
    authenticated_at: str = "auth_time"
    kind: str | None = None
    organisation: str | None = None
    own_crns: str | None = None
    declared_crns: str | None = None


class _Shape(Struct, frozen=True, forbid_unknown_fields=True):
    issuer: str
    jwks: str
    audiences: list[str]
    algorithms: list[str] = field(default_factory=lambda: list(USUAL))
    typ: str = "at+jwt"
    kind: str | None = None
    organisation: str | None = None
    claims: ClaimNames = ClaimNames()


class Issuer(Struct, frozen=True):
    """One issuer: `issuer` is what its tokens say in `iss`, `jwks` where its keys are. No token decides either."""

    name: str
    issuer: str
    jwks: str
    audiences: frozenset[str]
    algorithms: frozenset[str]
    typ: str
    kind: CallerKind | None
    organisation: str | None
    claims: ClaimNames


def read_issuers(path: Path | None) -> tuple[Issuer, ...]:
    """Return the issuers of a file, none without one; raise `BadFileError`."""
    if path is None:
        return ()
    file = TomlFile(path)
    for key in file.tables:
        if key != "issuers":
            file.refuse((key,), f"there is no such table{meant(key, ('issuers',))}")
    told = file.tables.get("issuers")
    if not isinstance(told, dict) or not told:
        file.refuse((), "a table [issuers.NAME] is needed for each issuer")
    issuers = tuple(_issuer(file, name, one) for name, one in told.items())
    seen: dict[str, str] = {}
    for one in issuers:
        if one.issuer in seen:
            file.refuse(("issuers", one.name, "issuer"), f"`{seen[one.issuer]}` has this issuer already")
        seen[one.issuer] = one.name
    return issuers


def _issuer(file: TomlFile, name: str, told: Any) -> Issuer:
    place: Place = ("issuers", name)
    shape = file.shaped(place, told, _Shape)
    if not _NAME.fullmatch(name):
        file.refuse(place, "an issuer's name is letters, digits, _ and -")
    if not shape.issuer.startswith(("https://", "http://")):
        file.refuse((*place, "issuer"), "an issuer is an address: exactly what its tokens say in `iss`")
    try:
        checked(shape.jwks)
    except BadAddressError as error:
        file.refuse((*place, "jwks"), str(error))
    if not shape.audiences or not all(shape.audiences):
        file.refuse((*place, "audiences"), "name at least one audience: what its tokens say in `aud`")
    if shape.typ not in TYPES:
        file.refuse((*place, "typ"), f"there is no such type{meant(shape.typ, TYPES)}")
    _check_algorithms(file, (*place, "algorithms"), shape.algorithms)
    _check_claims(file, place, shape)
    return Issuer(
        name=name,
        issuer=shape.issuer,
        jwks=shape.jwks,
        audiences=frozenset(shape.audiences),
        algorithms=frozenset(shape.algorithms),
        typ=shape.typ,
        kind=KINDS[shape.kind] if shape.kind is not None else None,
        organisation=shape.organisation,
        claims=shape.claims,
    )


def _check_algorithms(file: TomlFile, place: Place, named: list[str]) -> None:
    if not named:
        file.refuse(place, "name at least one algorithm, or leave the line out")
    for algorithm in named:
        if algorithm.lower() == "none" or algorithm.upper().startswith("HS"):
            file.refuse(place, f"{algorithm} proves nothing about an issuer; use {', '.join(USUAL)}")
        if algorithm not in ALGORITHMS:
            file.refuse(place, f"{algorithm} cannot be used{meant(algorithm, ALGORITHMS)}")


def _check_claims(file: TomlFile, place: Place, shape: _Shape) -> None:
    claims = shape.claims
    if shape.kind is not None and shape.kind not in KINDS:
        file.refuse((*place, "kind"), f"there is no such kind of caller{meant(shape.kind, KINDS)}")
    for key, fixed, claim in (
        ("kind", shape.kind, claims.kind),
        ("organisation", shape.organisation, claims.organisation),
    ):
        if (fixed is None) == (claim is None):
            file.refuse(place, f"it needs either `{key}` or, under `claims`, the claim that holds the {key}")
    if shape.organisation is not None and not shape.organisation.strip():
        file.refuse((*place, "organisation"), "it is empty")
    for key, name in asdict(claims).items():
        if name is not None and not name:
            file.refuse((*place, "claims", key), "a claim has a name")
    for key in ("own_crns", "declared_crns"):
        if shape.kind == "partner" and getattr(claims, key) is not None:
            file.refuse((*place, "claims", key), "a partner does not say which numbers are close to it")
