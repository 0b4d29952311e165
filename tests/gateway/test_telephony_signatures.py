"""Who is believed when a message of a telephone system comes in: signatures, secrets, and the file that names them."""

import json
from collections.abc import AsyncIterator
from datetime import timedelta
from pathlib import Path
from typing import Any

import pytest

from gateway.edge.telephony import TelephonyHeard
from gateway.settings import Settings
from gateway.telephony.systems import read_systems
from gateway.webhooks.signature import signature
from sources.toml_file import BadFileError
from tests.running import NOON, Answer, Gate, serving
from tests.running.people import ANNE, everything_of
from tests.running.telephones import (
    FILE,
    OLD_SECRET,
    SECRET,
    message,
    rings,
    signed,
    telephony_file,
)


@pytest.fixture
async def gate(tmp_path: Path) -> AsyncIterator[Gate]:
    settings = Settings(home=tmp_path, telephony_file=telephony_file(tmp_path))
    async with serving(tmp_path, *everything_of(ANNE, NOON), settings=settings) as serves:
        yield serves


def said(answer: Answer) -> tuple[int, Any]:
    body = json.loads(answer.text)
    return answer.status, body.get("status") or body["errors"][0]["extensions"]["code"]


async def sent(gate: Gate, body: bytes, headers: dict[str, str]) -> tuple[int, Any]:
    return said(await gate.send("POST", "/telephony", body, headers))


async def test_only_a_signature_of_a_known_secret_and_of_now_is_believed(gate: Gate) -> None:
    now, body = gate.hands.now, json.dumps(message(gate.hands.now)).encode()
    good = signed(body, now)
    refused = (401, "UNAUTHENTICATED")
    assert await sent(gate, body.replace(b"officer-1", b"officer-2"), good) == refused
    assert await sent(gate, body, good | {"webhook-id": "msg_other"}) == refused
    assert await sent(gate, body, signed(body, now, "whsec_" + "A" * 32)) == refused
    for name in ("webhook-id", "webhook-timestamp", "webhook-signature"):
        assert await sent(gate, body, {key: value for key, value in good.items() if key != name}) == refused
        assert await sent(gate, body, good | {name: ""}) == refused
        assert await sent(gate, body, good | {name: "v1, ,v1,!!! v2,AAAA " + "x" * 300}) == refused
    for minutes in (-5, 5):
        assert (await sent(gate, body, signed(body, now + timedelta(minutes=minutes))))[0] == 202
        beyond = now + timedelta(minutes=minutes, seconds=1 if minutes > 0 else -1)
        assert await sent(gate, body, signed(body, beyond)) == refused
    assert gate.log == [], "what nobody known signed fills no log"
    heard = [one for one in gate.events if isinstance(one, TelephonyHeard) and one.system is None]
    assert len(heard) > 10


async def test_both_secrets_are_good_while_they_change(gate: Gate) -> None:
    body = json.dumps(message(gate.hands.now)).encode()
    assert await sent(gate, body, signed(body, gate.hands.now, OLD_SECRET)) == (202, "taken")
    two = signed(body, gate.hands.now, "whsec_" + "A" * 32)
    two["webhook-signature"] += " " + signature(
        SECRET.encode(), two["webhook-id"], int(gate.hands.now.timestamp()), body
    )
    assert (await sent(gate, body, two))[0] == 401, "the secret itself is no key"


async def test_ours_signs_as_other_peoples_library_does() -> None:
    secret = b"a secret of twenty-four b"
    headers = signed(b"{}", NOON)
    assert headers["webhook-signature"] == signature(
        secret, headers["webhook-id"], int(NOON.timestamp()), b"{}"
    )


async def test_a_message_is_posted_as_json_and_small(gate: Gate) -> None:
    now = gate.hands.now
    body = json.dumps(message(now)).encode()
    assert await sent(gate, body, signed(body, now) | {"content-type": "text/plain"}) == (
        415,
        "UNSUPPORTED_MEDIA_TYPE",
    )
    large = json.dumps(message(now, mood="x" * 20_000)).encode()
    assert await sent(gate, large, signed(large, now)) == (413, "REQUEST_TOO_LARGE")
    assert said(await gate.send("GET", "/telephony", b"", {})) == (405, "METHOD_NOT_ALLOWED")


async def test_an_address_that_shows_no_good_signature_too_often_is_held_off(tmp_path: Path) -> None:
    settings = Settings(home=tmp_path, telephony_file=telephony_file(tmp_path))
    async with serving(tmp_path, settings=settings, unproved=3) as gate:
        body = b"{}"
        unsigned = {"content-type": "application/json"}
        answers = [(await sent(gate, body, unsigned))[0] for _ in range(4)]
        assert answers == [401, 401, 401, 429]
        assert (await rings(gate)).status == 202, "whoever signs gets in all the same"


@pytest.mark.parametrize(
    ("text", "complaint"),
    [
        ("", "a table [systems.NAME] is needed"),
        ("[system.a]\n", "there is no such table; did you mean `systems`"),
        (FILE.replace("secrets", "secret"), "there is no such key; did you mean `secrets`"),
        (FILE.replace(SECRET, "whsec_c2hvcnQ="), "24 bytes or more in base64"),
        (FILE.replace(SECRET, SECRET.removeprefix("whsec_")), "a secret is whsec_"),
        ('[systems.a]\norganisation = "agency"\nsecrets = []\n', "at least one secret"),
        (f'[systems.a]\norganisation = " "\nsecrets = ["{SECRET}"]\n', "it is empty"),
        (f'{FILE}[systems.b]\norganisation = "other"\nsecrets = ["{OLD_SECRET}"]\n', "the same secret"),
        (f'[systems."a b"]\norganisation = "agency"\nsecrets = ["{SECRET}"]\n', "letters, digits"),
    ],
)
def test_a_mistake_in_the_file_stops_the_start_and_shows_no_secret(
    text: str, complaint: str, tmp_path: Path
) -> None:
    with pytest.raises(BadFileError) as refused:
        read_systems(telephony_file(tmp_path, text))
    assert complaint in str(refused.value)
    assert SECRET not in str(refused.value)
    assert "c2hvcnQ" not in str(refused.value)
