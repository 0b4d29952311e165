"""The pretend telephone rings at a real gateway, and stops ringing."""

import asyncio
import signal
import sys
from asyncio.subprocess import PIPE, Process, create_subprocess_exec
from contextlib import suppress
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

import pytest

from gateway.settings import Settings
from sandbox.telephone import telephony_file
from tests.running import Gate, serving
from tests.running.people import person
from tests.sources.specimens import crn

NADIA = crn(54)
LINE = "{ viewer { telephony currentCall { callId customer { crn } } } }"


async def dialled(*arguments: str) -> Process:
    return await create_subprocess_exec(
        sys.executable, "-m", "sandbox", "call", *arguments, stdout=PIPE, stderr=PIPE
    )


async def line(gate: Gate) -> Any:
    return (await gate.ask(LINE)).data["viewer"]


async def test_whoever_is_called_about_is_on_the_line_until_it_ends(tmp_path: Path) -> None:
    file = tmp_path / "telephony.toml"
    file.write_text(telephony_file(), "utf-8")
    settings = Settings(home=tmp_path, telephony_file=file)
    async with serving(tmp_path, person(NADIA), settings=settings, now=datetime.now(UTC)) as gate:
        ringing = await dialled("--gateway", str(gate.client.base_url), "--file", str(file))
        try:
            assert ringing.stdout is not None
            async with asyncio.timeout(20):
                assert b"is in call C000000054" in await ringing.stdout.readline()
            gate.hands.now = datetime.now(UTC)
            assert (await line(gate))["currentCall"] == {"callId": "C000000054", "customer": {"crn": NADIA}}
            ringing.send_signal(signal.SIGINT)
            async with asyncio.timeout(20):
                assert await ringing.wait() == 0
            assert (await line(gate)) == {"telephony": "UP", "currentCall": None}
        finally:
            with suppress(ProcessLookupError):
                ringing.kill()


@pytest.mark.parametrize(
    ("text", "complaint"), [("", b"holds no secret"), (telephony_file(), b"cannot be reached")]
)
async def test_a_call_that_nobody_takes_says_why(text: str, complaint: bytes, tmp_path: Path) -> None:
    file = tmp_path / "telephony.toml"
    file.write_text(text, "utf-8")
    ringing = await dialled("--gateway", "http://127.0.0.1:1", "--file", str(file))
    async with asyncio.timeout(20):
        _, errors = await ringing.communicate()
    assert (ringing.returncode, complaint in errors) == (1, True)
    assert b"Traceback" not in errors
