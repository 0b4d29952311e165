"""API keys of a gateway that runs."""

from typing import Any

import msgspec
from msgspec.structs import replace

from gateway.auth.key_desk import Desk
from sources.ledger import ApiKey, KeyStore
from tests.running.answers import Answer
from tests.running.serving import Gate

QUERY = "{ viewer { kind id organisation roles scopes } }"
WHO = msgspec.json.encode({"query": QUERY})
USUAL = {
    "kind": "partner",
    "days": 90,
    "name": "portal",
    "caller": "partner-7",
    "organisation": "provider",
    "roles": ("partner",),
    "scopes": ("overview:read", "customer:read"),
    "networks": (),
    "quota": None,
}


async def key_for(gate: Gate, changed: dict[str, Any] | None = None, **told: Any) -> tuple[str, ApiKey]:
    """A new key of a caller, the usual one unless told, as its holder has it and as it is kept."""
    gateway = gate.gateway
    desk = Desk(
        KeyStore(gateway.engine),
        gateway.journal,
        gateway.keyring,
        gateway.policy.edition,
        gate.hands.now,
        gateway.settings.production,
    )
    text, key = desk.made(**{**USUAL, "caller": f"partner-{len(await desk.store.all())}", **told})
    key = replace(key, **(changed or {}))
    await desk.store.add(key, desk.record("key_create", key.id))
    return text, key


async def shown(gate: Gate, *keys: str, path: str = "/graphql", **headers: str) -> Answer:
    """The answer to somebody who shows keys."""
    sent = [("content-type", "application/json"), *(("x-api-key", key) for key in keys), *headers.items()]
    answer = await gate.client.post(path, content=WHO, headers=sent)
    return Answer(answer.status_code, dict(answer.headers), answer.text)
