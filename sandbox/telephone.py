"""A pretend telephone: it tells a gateway that an officer is in a call with somebody, until Ctrl-C ends the call."""

import hmac
import json
import time
import tomllib
from base64 import b64decode, b64encode
from datetime import UTC, datetime
from hashlib import sha256
from pathlib import Path
from secrets import token_bytes
from typing import Final
from urllib.error import HTTPError
from urllib.request import Request, urlopen
from uuid import uuid4

SYSTEM: Final = "sandbox"
PREFIX: Final = "whsec_"
ALIVE_EVERY: Final = 20.0


class CannotCallError(Exception):
    """The gateway did not take the call; the message says why."""


def telephony_file() -> str:
    """Return a telephony file of a gateway that is to believe this telephone: with a new secret."""
    secret = PREFIX + b64encode(token_bytes(32)).decode()
    return f'[systems.{SYSTEM}]\norganisation = "agency"\nsecrets = ["{secret}"]\n'


def call_number(crn: str) -> str:
    """Return the number that a call of somebody has in the town."""
    return f"C{crn[:9]}"


class Telephone:
    """The telephone of one officer, connected to a gateway."""

    def __init__(self, gateway: str, file: Path, officer: str) -> None:
        """Take the secret from a telephony file; raise `CannotCallError`."""
        try:
            secret = tomllib.loads(file.read_text("utf-8"))["systems"][SYSTEM]["secrets"][0]
            self._secret = b64decode(secret.removeprefix(PREFIX))
        except (OSError, ValueError, KeyError) as error:
            raise CannotCallError(f"{file} holds no secret of this telephone ({error}).") from None
        self._address = f"{gateway.rstrip('/')}/telephony"
        self._officer = officer

    def call(self, crn: str) -> None:
        """Be in a call with somebody until Ctrl-C; raise `CannotCallError`."""
        about = {"officer": self._officer, "callId": call_number(crn)}
        self._tell("call.answered", **about, customer={"crn": crn})
        print(f"{self._officer} is in call {about['callId']} until Ctrl-C.", flush=True)
        try:
            while True:
                time.sleep(ALIVE_EVERY)
                self._tell("alive")
        except KeyboardInterrupt:
            self._tell("call.ended", **about)
            print("The call is over.")

    def _tell(self, type: str, **told: object) -> None:
        body = json.dumps({"type": type, "at": datetime.now(UTC).isoformat(), **told}).encode()
        request = Request(self._address, body, self._signed(body), method="POST")  # noqa: S310
        try:
            urlopen(request, timeout=5).close()  # noqa: S310
        except HTTPError as error:
            raise CannotCallError(f"The gateway answered {error.code}.") from None
        except OSError as error:
            raise CannotCallError(f"The gateway cannot be reached ({error}).") from None

    def _signed(self, body: bytes) -> dict[str, str]:
        number, at = f"msg_{uuid4().hex}", str(int(time.time()))
        signed = hmac.digest(self._secret, f"{number}.{at}.".encode() + body, sha256)
        return {
            "content-type": "application/json",
            "webhook-id": number,
            "webhook-timestamp": at,
            "webhook-signature": f"v1,{b64encode(signed).decode()}",
        }
