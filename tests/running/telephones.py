"""A telephone system beside a gateway: it signs with other people's library, and tells of calls."""

import json
from base64 import b64encode
from collections.abc import Mapping
from datetime import datetime
from itertools import count
from pathlib import Path
from typing import Any

from standardwebhooks import Webhook

from tests.running.answers import Answer
from tests.running.serving import Gate

SECRET = f"whsec_{b64encode(b'a secret of twenty-four b').decode()}"
OLD_SECRET = f"whsec_{b64encode(b'an older one of twenty-four').decode()}"
NUMBERS = count(1)

FILE = f"""
[systems.exchange]
organisation = "agency"
secrets = ["{SECRET}", "{OLD_SECRET}"]
"""


def telephony_file(folder: Path, text: str = FILE) -> Path:
    file = folder / "telephony.toml"
    file.write_text(text, "utf-8")
    return file


def message(now: datetime, type: str = "call.answered", **told: Any) -> dict[str, Any]:
    usual = {"type": type, "at": now.isoformat(), "officer": "officer-1", "callId": "C1"}
    return usual | told


def signed(body: bytes, now: datetime, secret: str = SECRET) -> dict[str, str]:
    """The headers of a message that is sent at a moment."""
    number = f"msg_{next(NUMBERS)}"
    return {
        "content-type": "application/json",
        "webhook-id": number,
        "webhook-timestamp": str(int(now.timestamp())),
        "webhook-signature": Webhook(secret).sign(number, now, body.decode()),
    }


async def rings(
    gate: Gate, type: str = "call.answered", headers: Mapping[str, str] | None = None, **told: Any
) -> Answer:
    """The answer to a message that is told now."""
    now = gate.hands.now
    body = json.dumps(message(now, type, **told)).encode()
    return await gate.send("POST", "/telephony", body, signed(body, now) | dict(headers or {}))
