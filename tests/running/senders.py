"""A system beside a gateway that says what has changed: it signs with other people's library."""

import json
from base64 import b64encode
from collections.abc import Mapping, Sequence
from datetime import datetime
from itertools import count
from pathlib import Path
from typing import Any

from standardwebhooks import Webhook

from gateway.changes.cloud_event import BATCH, ONE
from tests.running.answers import Answer
from tests.running.serving import Gate

SECRET = f"whsec_{b64encode(b'a secret of the town crier').decode()}"
OTHER = f"whsec_{b64encode(b'a secret of somebody else').decode()}"
NUMBERS = count(1)

FILE = f"""
[senders.crier]
secrets = ["{SECRET}"]
parts = ["all"]
systems = ["sql"]

[senders.debts]
secrets = ["{OTHER}"]
parts = ["debt"]
"""


def events_file(folder: Path, text: str = FILE) -> Path:
    file = folder / "events.toml"
    file.write_text(text, "utf-8")
    return file


def event(type: str = "customer", **data: Any) -> dict[str, Any]:
    """An event of one of our types, or of another one where `type` has dots."""
    named = type if "." in type else f"au.gov.overview.{type}.changed.v1"
    return {"specversion": "1.0", "id": "1", "source": "/crier", "type": named, "data": data}


def signed(body: bytes, now: datetime, media: str = ONE, secret: str = SECRET) -> dict[str, str]:
    """The headers of a message that is sent at a moment."""
    number = f"msg_{next(NUMBERS)}"
    return {
        "content-type": media,
        "webhook-id": number,
        "webhook-timestamp": str(int(now.timestamp())),
        "webhook-signature": Webhook(secret).sign(number, now, body.decode()),
    }


async def posts(
    gate: Gate,
    told: Mapping[str, Any] | Sequence[Any],
    headers: Mapping[str, str] | None = None,
    secret: str = SECRET,
) -> Answer:
    """The answer to one event, or to a batch of them, that is posted now."""
    body = json.dumps(told).encode()
    media = ONE if isinstance(told, Mapping) else BATCH
    usual = signed(body, gate.hands.now, media, secret)
    return await gate.send("POST", "/events", body, usual | dict(headers or {}))


def said(answer: Answer) -> tuple[int, int, int, list[tuple[int, str]]]:
    """The status, what was accepted, what was ignored, and what was refused with which code."""
    body = json.loads(answer.text)
    assert body.keys() == {"accepted", "ignored", "refused", "everywhere"}, answer.text
    refused = [(one["index"], one["code"]) for one in body["refused"]]
    return answer.status, body["accepted"], body["ignored"], refused
