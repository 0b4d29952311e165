"""As whom an attack is made: officers, partners and systems, and those who only say that they are."""

import hashlib
import hmac
from collections.abc import Callable, Mapping
from typing import Any

import msgspec

from gateway.auth import Tokens
from tests.attacks.scene import Scene
from tests.attacks.stage import EVERYTHING, PARTNERS
from tests.running.issuing import CLAIMS, Pair, made, part, signed

MOMENTS = {"iat", "exp", "nbf", "auth_time"}
"""Claims that stand in the table as seconds from the line's own moment on."""
HEADER: Mapping[str, Any] = {"alg": "RS256", "kid": "rsa", "typ": "at+jwt"}
PEM = made("rsa").as_pem(private=False)

Headers = list[tuple[str, str]]
Who = Callable[[Scene], Headers]
Token = Callable[[Scene], str]


def claims_of(scene: Scene, told: Mapping[str, Any]) -> dict[str, Any]:
    now = int(scene.now.timestamp())
    usual = {**CLAIMS, "iat": -10, "exp": 600, "auth_time": -10, "scope": " ".join(EVERYTHING), **told}
    return {
        name: now + value if name in MOMENTS and isinstance(value, int) else value
        for name, value in usual.items()
        if value is not None
    }


def token(head: Mapping[str, Any] | None = None, key: Pair | None = None, **claims: Any) -> Token:
    """An officer's token, but for what is said otherwise."""

    def written(scene: Scene) -> str:
        header = {name: value for name, value in {**HEADER, **(head or {})}.items() if value is not None}
        return signed(header, claims_of(scene, claims), key or made("rsa"))

    return written


def bearer(shown: Token, reason: str | None = "CUSTOMER_CONTACT", **more: str) -> Who:
    """Whoever shows a token and gives a reason; `more` are headers, with _ for -."""

    def headers(scene: Scene) -> Headers:
        return [("authorization", f"Bearer {shown(scene)}"), *_said(reason, more)]

    return headers


def _said(reason: str | None, more: Mapping[str, str]) -> Headers:
    given = [(name.replace("_", "-"), value) for name, value in more.items()]
    return given if reason is None else [("x-access-reason", reason), *given]


def scopes(minus: str = "", plus: str = "") -> str:
    return " ".join([scope for scope in EVERYTHING if scope not in minus.split()] + plus.split())


def officer(minus: str = "", plus: str = "", **claims: Any) -> Who:
    """An officer with every scope, less some, and some more."""
    return bearer(token(**{"sub": "officer-7", "scope": scopes(minus, plus), **claims}))


def partner(org: str = "provider", plus: str = "", reason: str = "AGREEMENT", **claims: Any) -> Who:
    """A partner's user, who may see as much as its agreement lets anybody see."""
    told = {"iss": PARTNERS, "sub": "partner-7", "org": org, "scope": scopes("crn:read", plus), **claims}
    return bearer(token({"kid": "partners"}, made("rsa", 1), **told), reason)


def key(name: str, reason: str = "AGREEMENT", **more: str) -> Who:
    """Whoever shows an API key of the stage."""
    return lambda scene: [("x-api-key", scene.stage.keys[name]), *_said(reason, more)]


def nobody(scene: Scene) -> Headers:
    return [("x-access-reason", "CUSTOMER_CONTACT")]


def unsigned(scene: Scene) -> str:
    told = [{**HEADER, "alg": "none"}, claims_of(scene, {})]
    return ".".join([*(part(msgspec.json.encode(one)) for one in told), ""])


def with_public_key(scene: Scene) -> str:
    """A token signed with what everybody can read as if it were a secret."""
    told = [{**HEADER, "alg": "HS256"}, claims_of(scene, {})]
    text = ".".join(part(msgspec.json.encode(one)) for one in told)
    return f"{text}.{part(hmac.new(PEM, text.encode(), hashlib.sha256).digest())}"


def of_a_persona(scene: Scene) -> str:
    """A token of an invented officer, sealed with this gateway's own keyring."""
    return Tokens(scene.gate.gateway.sealer, scene.gate.gateway.clock, personas=True).issue("officer", 1)


OFFICER, PARTNER = officer(), partner()
HONEST = officer(sub="officer-honest")
