"""Whoever follows the journal of a gateway that serves: SQL and standard output get every event, and delay nobody."""

import asyncio
import fcntl
import json
import os
import subprocess
from collections.abc import AsyncIterator, Callable, Iterator
from contextlib import contextmanager
from pathlib import Path
from threading import Event
from uuid import uuid4

import pytest
from msgspec import Struct
from sqlalchemy import text

from gateway.audit.shipping import ShippingFailed, ShippingResumed
from gateway.audit.stdout import AuditStdout, LinesLost
from tests.house.programs import answers, environment, free_port, wait_until
from tests.running import Gate, serving
from tests.running.command import HOUSE, OVERVIEW
from tests.running.killing import NAME, asked, token
from tests.running.people import ANNE, BORIS, person
from tests.sources.sql.audits import filed, whole

ONE = "query($crn: CRN!) { customer(crn: $crn) { id } }"
LINE = b'{"event_id":"e"}\n'


@pytest.fixture
async def gate(tmp_path: Path) -> AsyncIterator[Gate]:
    async with serving(tmp_path, person(ANNE), person(BORIS)) as serves:
        yield serves


async def until(holds: Callable[[], bool]) -> None:
    async with asyncio.timeout(20):
        while not holds():  # noqa: ASYNC110
            await asyncio.sleep(0.02)


async def all_shipped(gate: Gate) -> None:
    async with asyncio.timeout(20):
        while await filed(gate.gateway.engine) != whole(gate.gateway.settings.journal):  # noqa: ASYNC110
            await asyncio.sleep(0.05)


async def test_what_was_decided_on_is_in_sql_soon_after(gate: Gate) -> None:
    for owner in (ANNE, BORIS):
        await gate.ask(ONE, crn=owner)
    await all_shipped(gate)
    assert len(await filed(gate.gateway.engine)) == 2


async def test_a_database_that_takes_no_events_delays_nobody_and_gets_them_when_it_does_again(
    gate: Gate,
) -> None:
    async with gate.gateway.engine.begin() as connection:
        await connection.execute(text("ALTER TABLE audit_event RENAME TO gone"))
    for _ in range(3):
        assert (await gate.ask(ONE, crn=ANNE)).data["customer"]
    await until(lambda: ShippingFailed("SOURCE_UNAVAILABLE") in gate.events)
    async with gate.gateway.engine.begin() as connection:
        await connection.execute(text("ALTER TABLE gone RENAME TO audit_event"))
    await until(lambda: ShippingResumed() in gate.events)
    await all_shipped(gate)
    told = [event for event in gate.events if isinstance(event, ShippingFailed | ShippingResumed)]
    assert len(told) == 2


@contextmanager
def collected(home: Path, port: int) -> Iterator[subprocess.Popen[bytes]]:
    """A gateway whose standard output is a pipe that takes 4 KiB, which nobody has read."""
    command = [*OVERVIEW, "serve", "--port", str(port)]
    env = environment(PYTHONPATH=str(HOUSE), OVERVIEW_HOME=str(home), OVERVIEW_AUDIT_STDOUT="true")
    with (home / "log").open("wb") as log:
        process = subprocess.Popen(command, env=env, cwd=home, stdout=subprocess.PIPE, stderr=log)
    try:
        assert process.stdout is not None
        fcntl.fcntl(process.stdout, fcntl.F_SETPIPE_SZ, 4_096)
        wait_until(answers(f"http://127.0.0.1:{port}/health/ready"), process, home / "log")
        yield process
    finally:
        process.kill()
        process.communicate()


def test_every_event_goes_to_standard_output_once_it_is_on_disk_and_nothing_else_does(tmp_path: Path) -> None:
    bearer, port = token(tmp_path), free_port()
    with collected(tmp_path, port) as process:
        for _ in range(3):
            assert NAME in asked(port, bearer, uuid4().hex)[1]
        process.terminate()
        out, _ = process.communicate(timeout=30)
    assert out == (tmp_path / "audit.ndjson").read_bytes()
    assert len([json.loads(line) for line in out.splitlines()]) == 3
    assert b"Serving on" in (tmp_path / "log").read_bytes()


def test_a_reader_of_standard_output_that_is_stuck_keeps_no_request_waiting(tmp_path: Path) -> None:
    bearer, port, journal = token(tmp_path), free_port(), tmp_path / "audit.ndjson"
    with collected(tmp_path, port) as process:
        for _ in range(20):
            assert asked(port, bearer, uuid4().hex)[0] == 200
        assert journal.stat().st_size > 8_192
        process.terminate()
        assert process.wait(20) is not None


def heard() -> tuple[list[Struct], Event, Callable[[Struct], None]]:
    """What is said, and the moment at which something is."""
    said, something = list[Struct](), Event()

    def observe(event: Struct) -> None:
        said.append(event)
        something.set()

    return said, something, observe


def test_lines_for_which_there_is_no_room_are_lost_and_counted() -> None:
    said, _, observe = heard()
    reader, writer = os.pipe()
    os.set_blocking(writer, True)
    try:
        out = AuditStdout(writer, observe, most=4)
        out.put(b'"' + b"x" * 200_000 + b'"\n')  # more than a pipe takes: the thread is stuck from now on
        for _ in range(10):
            out.put(LINE)
        out.close()
    finally:
        os.close(reader)
    lost = sum(event.lines for event in said if isinstance(event, LinesLost))
    assert 9 <= lost <= 11
    assert len(said) == 2


def test_a_reader_that_has_gone_costs_lines_and_nothing_else() -> None:
    said, something, observe = heard()
    reader, writer = os.pipe()
    os.close(reader)
    out = AuditStdout(writer, observe)
    while not something.is_set():
        out.put(LINE)
    out.put(LINE)
    out.close()
    os.close(writer)
    assert all(isinstance(event, LinesLost) for event in said)
    assert len(said) == 2


def test_lines_that_wait_are_written_before_the_gateway_ends() -> None:
    said, _, observe = heard()
    reader, writer = os.pipe()
    out = AuditStdout(writer, observe)
    out.put(LINE * 3)
    out.close()
    os.close(writer)
    with os.fdopen(reader, "rb") as read:
        assert read.read() == LINE * 3
    assert said == []
