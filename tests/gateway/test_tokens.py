"""Tokens of issuers: each way in which one is not good, and each in which one is."""

import hashlib
import hmac
from collections.abc import AsyncIterator, Callable, Mapping
from typing import Any

import msgspec
import pytest

from tests.running import Answer, Gate
from tests.running.issuing import (
    CLAIMS,
    ISSUER,
    NOW,
    STAFF,
    Issuing,
    issuing,
    made,
    part,
    public,
    signed,
    trusting,
)

WHO = "{ viewer { kind id organisation roles scopes presentation } }"
PEM = made("rsa").as_pem(private=False)
HEADER = {"alg": "RS256", "kid": "rsa", "typ": "at+jwt"}
MINE: dict[str, Any] = public(made("rsa", 1), "rsa")


def unsigned(header: Mapping[str, Any], claims: Any = CLAIMS) -> str:
    return f"{part(msgspec.json.encode(header))}.{part(msgspec.json.encode(claims))}."


def shared(secret: bytes) -> str:
    """A token signed with a text that everybody knows."""
    text = unsigned({**HEADER, "alg": "HS256"})[:-1]
    return f"{text}.{part(hmac.new(secret, text.encode(), hashlib.sha256).digest())}"


def raw(header: bytes, claims: bytes, signature: bytes = b"x" * 256) -> str:
    return ".".join(part(one) for one in (header, claims, signature))


def deep(brackets: int) -> bytes:
    return b"[" * brackets + b"]" * brackets


Token = Callable[[Issuing], str]
REFUSED: dict[str, Token] = {
    "no token": lambda _: "",
    "a wrong key": lambda i: i.token(key=made("rsa", 1)),
    "a key of another kind": lambda _: signed(HEADER, CLAIMS, made("ec"), "ES256"),
    "alg none": lambda _: unsigned({**HEADER, "alg": "none"}),
    "alg none and a signature": lambda i: unsigned({**HEADER, "alg": "none"}) + i.token().split(".")[2],
    "alg None": lambda _: unsigned({**HEADER, "alg": "None"}),
    "no alg": lambda i: signed({"kid": "rsa", "typ": "at+jwt"}, CLAIMS, made("rsa"), "RS256"),
    "alg that is a number": lambda i: signed({**HEADER, "alg": 1}, CLAIMS, made("rsa"), "RS256"),
    "alg that is a list": lambda i: signed({**HEADER, "alg": ["RS256"]}, CLAIMS, made("rsa"), "RS256"),
    "HS256 with the public key": lambda _: shared(PEM),
    "HS256 with the public key, stripped": lambda _: shared(PEM.strip()),
    "HS256 with nothing": lambda _: shared(b""),
    "an alg that the issuer does not allow": lambda i: i.token({"alg": "RS512"}),
    "PS256, which it does not allow either": lambda i: i.token({"alg": "PS256"}),
    "an alg that the key is not for": lambda i: i.token({"kid": "rsa-512"}),
    "an alg of another kind of key": lambda _: signed(
        {**HEADER, "alg": "ES256"}, CLAIMS, made("rsa"), "RS256"
    ),
    "a key for encrypting": lambda i: i.token({"kid": "enc"}),
    "a key that signs only": lambda i: i.token({"kid": "sign"}),
    "a symmetric key that is published": lambda i: i.token({"kid": "oct"}),
    "jku": lambda i: i.token({"jku": f"{i.address}/mine"}, key=made("rsa", 1)),
    "jku and the right key": lambda i: i.token({"jku": f"{i.address}/keys"}),
    "x5u": lambda i: i.token({"x5u": f"{i.address}/mine"}),
    "jwk": lambda i: i.token({"jwk": MINE}, key=made("rsa", 1)),
    "jwk and no kid": lambda i: i.token({"jwk": MINE, "kid": None}, key=made("rsa", 1)),
    "x5c": lambda i: i.token({"x5c": ["MIIB"]}),
    "crit": lambda i: i.token({"crit": ["exp"]}),
    "b64": lambda i: i.token({"b64": False}),
    "no kid": lambda i: i.token({"kid": None}),
    "an unknown kid": lambda i: i.token({"kid": "nobody"}),
    "a kid that is a path": lambda i: i.token({"kid": "../../keys"}),
    "a kid that is a number": lambda i: i.token({"kid": 1}),
    "a kid that is very long": lambda i: i.token({"kid": "k" * 300}),
    "an unknown issuer": lambda i: i.token(iss="https://login.example.com"),
    "an issuer with a slash more": lambda i: i.token(iss=f"{ISSUER}/"),
    "an issuer in capitals": lambda i: i.token(iss=ISSUER.upper()),
    "an issuer that is a list": lambda i: i.token(iss=[ISSUER]),
    "no issuer": lambda i: i.token(iss=None),
    "a wrong audience": lambda i: i.token(aud="another"),
    "an audience that begins like ours": lambda i: i.token(aud="overview2"),
    "audiences, ours not among them": lambda i: i.token(aud=["another", ""]),
    "an audience that holds ours": lambda i: i.token(aud={"overview": True}),
    "no audience": lambda i: i.token(aud=None),
    "no audiences": lambda i: i.token(aud=[]),
    "expired": lambda i: i.token(exp=NOW - 30),
    "expired long ago": lambda i: i.token(iat=NOW - 9000, exp=NOW - 8000),
    "not yet valid": lambda i: i.token(nbf=NOW + 31),
    "no exp": lambda i: i.token(exp=None),
    "exp that is a text": lambda i: i.token(exp=str(NOW + 600)),
    "exp that is true": lambda i: i.token(exp=True),
    "exp that is not a number": lambda i: raw(msgspec.json.encode(HEADER), claims_with(b"NaN")),
    "exp without end": lambda i: raw(msgspec.json.encode(HEADER), claims_with(b"1e999")),
    "exp of 400 digits": lambda i: raw(msgspec.json.encode(HEADER), claims_with(b"9" * 400)),
    "exp of 400 digits after a fraction": lambda _: raw(
        msgspec.json.encode(HEADER), claims_with(b"9" * 400, 0.5)
    ),
    "nbf that is true": lambda i: i.token(nbf=True),
    "nbf that is a text": lambda i: i.token(nbf="now"),
    "no iat": lambda i: i.token(iat=None),
    "good for longer than an hour": lambda i: i.token(iat=NOW - 10, exp=NOW + 3591),
    "issued in the future": lambda i: i.token(iat=NOW + 31),
    "issued in the future and valid already": lambda i: i.token(iat=NOW + 31, nbf=NOW),
    "an id token, by its nonce": lambda i: i.token(nonce="n"),
    "an id token, by its hash": lambda i: i.token(at_hash="h"),
    "an id token, without scopes": lambda i: i.token(scope=None),
    "a wrong typ": lambda i: i.token({"typ": "JWT"}),
    "a typ for something else": lambda i: i.token({"typ": "logout+jwt"}),
    "no typ": lambda i: i.token({"typ": None}),
    "a typ that is a number": lambda i: i.token({"typ": 1}),
    "over-long": lambda i: i.token(more="x" * 8192),
    "no id": lambda i: i.token(sub=None),
    "an empty id": lambda i: i.token(sub=" "),
    "an id of two lines": lambda i: i.token(sub="officer-1\nofficer-2"),
    "an id that is a number": lambda i: i.token(sub=1),
    "roles that are none": lambda i: i.token(roles={"officer": True}),
    "scopes that are none": lambda i: i.token(scope=7),
    "an assurance that is a number": lambda i: i.token(acr=2),
    "a place that is none": lambda i: i.token(presentation="HOME"),
    "own numbers that are none": lambda i: i.token(mine=["12"]),
    "garbage": lambda _: "a.b.c",
    "dots": lambda _: "..",
    "many dots": lambda _: "." * 5000,
    "five parts": lambda i: f"{i.token()}.a.b",
    "two parts": lambda i: i.token().rpartition(".")[0],
    "no signature": lambda i: i.token().rpartition(".")[0] + ".",
    "a signature cut short": lambda i: i.token()[:-8],
    "another token's signature": lambda i: (
        i.token().rpartition(".")[0] + "." + i.token(sub="x").split(".")[2]
    ),
    "a part that is not base64": lambda i: "%" + i.token(),
    "a header that is a list": lambda _: raw(b'["alg"]', msgspec.json.encode(CLAIMS)),
    "claims that are a list": lambda i: signed(HEADER, [1], made("rsa")),
    "claims that are no JSON": lambda _: raw(msgspec.json.encode(HEADER), b"{"),
    "claims that are not UTF-8": lambda _: raw(msgspec.json.encode(HEADER), b'{"iss": "\xff"}'),
    "a deep header": lambda _: raw(b'{"alg":"RS256","a":' + deep(1200) + b"}", msgspec.json.encode(CLAIMS)),
    "deep claims": lambda _: raw(msgspec.json.encode(HEADER), b'{"a":' + deep(2000) + b"}"),
    "not ASCII": lambda i: i.token() + "\xe9",
}
ACCEPTED: dict[str, Token] = {
    "RS256": lambda i: i.token(),
    "ES256": lambda i: i.token({"alg": "ES256", "kid": "ec"}, made("ec")),
    "EdDSA": lambda i: i.token({"alg": "EdDSA", "kid": "ed"}, made("ed")),
    "a typ with its family": lambda i: i.token({"typ": "application/at+jwt"}),
    "a typ in capitals": lambda i: i.token({"typ": "AT+JWT"}),
    "a thumbprint of its key": lambda i: i.token({"x5t": "aGk"}),
    "expired within the leeway": lambda i: i.token(exp=NOW - 29),
    "not yet valid, within the leeway": lambda i: i.token(nbf=NOW + 30),
    "issued by a clock that is ahead": lambda i: i.token(iat=NOW + 30),
    "good for an hour": lambda i: i.token(iat=NOW - 10, exp=NOW + 3590),
    "fractions of seconds": lambda i: i.token(iat=NOW - 0.5, exp=NOW + 9.5),
    "several audiences": lambda i: i.token(aud=["another", "https://overview.example.org"]),
    "scopes in a list": lambda i: i.token(scope=["crn:read", "overview:read", "openid"]),
}


def claims_with(exp: bytes, more: float = 0) -> bytes:
    return msgspec.json.encode({**CLAIMS, "iat": NOW - 60 + more, "exp": 0}).replace(
        b'"exp":0', b'"exp":' + exp
    )


@pytest.fixture(scope="module")
async def issuer() -> AsyncIterator[Issuing]:
    async with issuing() as one:
        key = made("rsa")
        one.keys += [public(key, "rsa-512", alg="RS512"), public(key, "enc", use="enc")]
        one.keys += [public(key, "sign", key_ops=["sign"]), {"kty": "oct", "kid": "oct", "k": "c2VjcmV0"}]
        yield one


@pytest.fixture(scope="module")
async def gate(issuer: Issuing, tmp_path_factory: pytest.TempPathFactory) -> AsyncIterator[Gate]:
    more = f'{STAFF}\n[issuers.staff.claims]\nown_crns = "mine"'
    async with trusting(tmp_path_factory.mktemp("tokens"), issuer, more=more) as serves:
        yield serves


async def shown(gate: Gate, token: str, **headers: str) -> Answer:
    return await gate.ask(WHO, headers={"authorization": f"Bearer {token}".strip(), **headers})


@pytest.mark.parametrize("kind", REFUSED)
async def test_a_token_that_is_not_good_is_refused_and_not_told_why(
    kind: str, gate: Gate, issuer: Issuing
) -> None:
    answer, plain = await shown(gate, REFUSED[kind](issuer)), await shown(gate, "")
    assert (answer.status, answer.refusal) == (401, "UNAUTHENTICATED")
    assert answer.headers["www-authenticate"] == "Bearer"
    number, usual = (one.headers["x-request-id"] for one in (answer, plain))
    assert answer.text.replace(number, "") == plain.text.replace(usual, "")
    assert set(issuer.asked) <= {"/keys"}


@pytest.mark.parametrize("kind", ACCEPTED)
async def test_a_good_token_lets_its_caller_in(kind: str, gate: Gate, issuer: Issuing) -> None:
    viewer = (await shown(gate, ACCEPTED[kind](issuer))).data["viewer"]
    assert viewer == {
        "kind": "STAFF",
        "id": "officer-77",
        "organisation": "agency",
        "roles": ["service-officer"],
        "scopes": ["crn:read", "overview:read"],
        "presentation": "SMART_CENTRE",
    }
