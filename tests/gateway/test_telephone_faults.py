"""Whose call is shown when not all is well: its own system is silent, or another gateway kept it."""

import json
from base64 import b64encode
from datetime import timedelta
from pathlib import Path
from typing import Any

import msgspec
from sqlalchemy import text

from gateway.settings import Settings
from tests.running import Gate, serving
from tests.running.people import ANNE
from tests.running.telephones import FILE, message, rings, signed, telephony_file

PEOPLE = {"crn": ANNE}


async def line(gate: Gate) -> tuple[str, Any]:
    viewer = (await gate.ask("{ viewer { telephony currentCall { callId } } }")).data["viewer"]
    return viewer["telephony"], viewer["currentCall"]


async def test_a_call_is_not_shown_while_its_own_system_is_silent_though_another_is_not(
    tmp_path: Path,
) -> None:
    """BR-CO-9."""
    other = f"whsec_{b64encode(b'the secret of a second system').decode()}"
    two = f'{FILE}\n[systems.second]\norganisation = "agency"\nsecrets = ["{other}"]\n'
    settings = Settings(home=tmp_path, telephony_file=telephony_file(tmp_path, two))
    async with serving(tmp_path, settings=settings) as gate:
        await rings(gate, customer=PEOPLE)
        gate.hands.now += timedelta(seconds=61)
        body = json.dumps(message(gate.hands.now, "alive")).encode()
        heard = await gate.send("POST", "/telephony", body, signed(body, gate.hands.now, other))
        assert heard.status == 202
        assert await line(gate) == ("DOWN", None)
        await rings(gate, "alive")
        assert await line(gate) == ("UP", {"callId": "C1"})


async def test_a_call_that_a_gateway_of_another_version_kept_is_not_shown_and_breaks_nothing(
    tmp_path: Path,
) -> None:
    settings = Settings(home=tmp_path, telephony_file=telephony_file(tmp_path))
    async with serving(tmp_path, settings=settings) as gate:
        await rings(gate, customer=PEOPLE)
        bound = msgspec.msgpack.encode(("agency", "officer-1"))
        strange = gate.gateway.sealer.seal("call", msgspec.msgpack.encode(("C1", "by fax")), bound)
        async with gate.gateway.engine.begin() as connection:
            await connection.execute(text("UPDATE officer_call SET sealed = :strange"), {"strange": strange})
        assert await line(gate) == ("UP", None)
        gate.hands.now += timedelta(seconds=1)
        await rings(gate, customer=PEOPLE)
        assert await line(gate) == ("UP", {"callId": "C1"})
