"""Who asks in a siege: the personas, callers with tokens and with a key, and whoever shows something bad.

Ids, keys and the words in bad tokens are unique, so that a copy of any is known wherever it turns up.
"""

import time
from collections.abc import Iterator, Mapping
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

from gateway.auth import PERSONAS, Tokens
from gateway.auth.scopes import SCOPES
from gateway.keyring import KeyringSealer, open_keyring
from tests.running.besieging import Gateway
from tests.running.canary import CALLER, OPEN, SHUT
from tests.running.hostile import TALE
from tests.running.issuing import FILE, ISSUER, STAFF, Issuing

LATE = "late"
"""A caller who asks for nothing before Valkey is gone."""
ASKERS = (*PERSONAS, "token", "relative", "key", "nobody")
"""Who asks for everything; whoever shows something bad asks for a little."""


def personas(home: Path) -> dict[str, dict[str, str]]:
    """The invented callers, and somebody who shows nothing."""
    keyring = open_keyring(home / "keyring.json", make=True)
    tokens = Tokens(KeyringSealer(keyring), lambda: datetime.now(UTC), personas=True)
    return {persona: _bearer(tokens.issue(persona, 12)) for persona in PERSONAS} | {"nobody": {}}


def bearers(issuer: Issuing) -> dict[str, dict[str, str]]:
    """Callers with tokens of an issuer, good ones and bad ones."""
    now = int(time.time())
    usual: dict[str, Any] = {
        "scope": " ".join(SCOPES),
        "iat": now - 60,
        "exp": now + 900,
        "auth_time": now - 30,
    }

    def token(sub: str, **more: Any) -> dict[str, str]:
        return _bearer(issuer.token(sub=sub, **{**usual, **more}))

    return {
        "token": token(f"{CALLER}token"),
        "relative": token(f"{CALLER}relative", own_crns=[OPEN.crn]),
        LATE: token(f"{CALLER}late"),
        "a token of nobody": token(TALE, iss=TALE),
        "a token without keys": token(TALE, iss=f"{ISSUER}/hostile"),
        "an old token": token(TALE, exp=now - 900),
        "a token for others": token(TALE, aud=TALE),
        "a token of a strange number": token(TALE, own_crns=[TALE]),
        "a token with a strange key": _bearer(issuer.token({"kid": TALE}, **usual)),
        "a token that leads on": _bearer(issuer.token({"jku": TALE}, **usual)),
        "a bad key": {"x-api-key": f"cop_test_{SHUT.crn}_{SHUT.stem}"},
    }


def _bearer(token: str) -> dict[str, str]:
    return {"authorization": f"Bearer {token}"}


async def with_key(gate: Gateway) -> None:
    """Make a key for a caller, with every scope that a system can have."""
    scopes = [word for scope in sorted(SCOPES - {"breakglass:use"}) for word in ("--scope", scope)]
    status, key, said = await gate.command(
        *("keys", "create", "--kind", "service", "--id", f"{CALLER}key", "--organisation", f"{CALLER}office"),
        *("--name", f"{CALLER}name", *scopes),
    )
    assert status == 0, said
    gate.out["keys create"] += said
    gate.callers["key"] = {"x-api-key": key.decode().strip()}


def issuers(folder: Path, good: Issuing, bad: Issuing) -> Path:
    """The file that leads to two issuers; one of them leads elsewhere, and tells what it should not."""
    claims = '\n[issuers.staff.claims]\nown_crns = "own_crns"\n'
    told = FILE.format(name="staff", issuer=ISSUER, address=good.address, more=STAFF + claims)
    told += FILE.format(name="hostile", issuer=f"{ISSUER}/hostile", address=bad.address, more=STAFF)
    bad.status, bad.body, bad.location = 302, TALE.encode(), f"http://elsewhere.invalid/{SHUT.crn}"
    file = folder / "issuers.toml"
    file.write_text(told, "utf-8")
    return file


def shown_secrets(callers: Mapping[str, Mapping[str, str]]) -> Iterator[str]:
    """Pieces of every token and key: from the middle, and the end."""
    for shown in callers.values():
        for value in shown.values():
            secret = value.split(" ")[-1]
            if len(secret) > 60:
                yield secret[len(secret) // 2 : len(secret) // 2 + 24]
                yield secret[-24:]
