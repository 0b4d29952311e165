"""The journal when things end badly: a process is killed, the disk is full, another process writes too."""

import json
import resource
import subprocess
import sys
from itertools import pairwise
from pathlib import Path
from urllib.error import HTTPError
from urllib.request import urlopen
from uuid import uuid4

import pytest

from gateway.audit.chain import Chain, Damage
from gateway.keyring import open_keyring
from tests.gateway.journals import CHAIN, flaws, written
from tests.house.programs import environment, free_port
from tests.running.command import HOUSE, served
from tests.running.killing import NAME, asked, killed, token

pytestmark = pytest.mark.conformance

KILLS = 10
WRITER = """
import asyncio, sys, time
from pathlib import Path
from gateway.audit.journal import Journal
from tests.gateway.journals import CHAIN, event

async def run(file, begin, start):
    journal = Journal(file, CHAIN)
    print("ready", flush=True)
    while not start.exists():
        time.sleep(0.001)
    for group in range(begin, begin + 200, 5):
        await asyncio.gather(*(journal.append([event(group + one)]) for one in range(5)))

asyncio.run(run(Path(sys.argv[1]), int(sys.argv[2]), Path(sys.argv[3])))
"""


def test_a_gateway_that_is_killed_has_shown_nothing_that_is_not_on_record(tmp_path: Path) -> None:
    for tally in killed(tmp_path, KILLS):
        assert not tally.unrecorded
        chain = Chain(open_keyring(tmp_path / "keyring.json", make=False))
        assert set(flaws(tmp_path / "audit.ndjson", chain).values()) <= {Damage.TORN}
    assert tally.kills == KILLS
    assert tally.shown
    assert tally.between, "no kill came between a decision and its answer"


def ready(port: int) -> tuple[int, str]:
    """The status of the gateway's readiness, and how the journal is."""
    try:
        with urlopen(f"http://127.0.0.1:{port}/health/ready", timeout=10) as answer:
            status, text = answer.status, answer.read()
    except HTTPError as error:
        status, text = error.code, error.read()
    return status, json.loads(text)["checks"]["audit"]


def said(log: Path) -> list[str]:
    """What a gateway said of its journal."""
    told = (json.loads(line) for line in log.read_bytes().splitlines() if line.startswith(b"{"))
    return [one["event"] for one in told if one["event"] in {"audit.unavailable", "audit.available"}]


def test_on_a_full_disk_nothing_is_shown_and_the_chain_stays_whole(tmp_path: Path) -> None:
    """The disk is full for files above the journal's size, so that the database, smaller, is not in the way."""
    bearer, journal, port = token(tmp_path), tmp_path / "audit.ndjson", free_port()
    chain = Chain(open_keyring(tmp_path / "keyring.json", make=False))
    written(journal, range(4_000), chain, together=4_000)
    with served(tmp_path / "log", home=tmp_path, port=port) as process:
        assert NAME in asked(port, bearer, uuid4().hex)[1]
        for room in (0, 1, 100):
            limit = journal.stat().st_size + room
            _, most = resource.prlimit(process.pid, resource.RLIMIT_FSIZE)
            resource.prlimit(process.pid, resource.RLIMIT_FSIZE, (limit, most))
            status, text = asked(port, bearer, uuid4().hex)
            assert (status, "AUDIT_UNAVAILABLE" in text, NAME in text) == (503, True, False)
            assert ready(port) == (503, "failing")
            assert asked(port, bearer, uuid4().hex)[0] == 503
            assert flaws(journal, chain) == {}
            resource.prlimit(process.pid, resource.RLIMIT_FSIZE, (most, most))
            assert ready(port) == (200, "ok")
            assert NAME in asked(port, bearer, uuid4().hex)[1]
    assert flaws(journal, chain) == {}
    assert len(journal.read_bytes().splitlines()) == 4_004
    assert b"event_id" not in (tmp_path / "log").read_bytes()
    assert said(tmp_path / "log") == ["audit.unavailable", "audit.available"] * 3


def test_two_processes_that_write_at_once_make_one_chain(tmp_path: Path) -> None:
    file, start = tmp_path / "audit.ndjson", tmp_path / "start"
    written(file, [1])
    writers = [
        subprocess.Popen(
            [sys.executable, "-c", WRITER, str(file), str(begin), str(start)],
            env=environment(PYTHONPATH=str(HOUSE)),
            stdout=subprocess.PIPE,
        )
        for begin in (1_000, 2_000)
    ]
    try:
        for writer in writers:
            assert writer.stdout is not None
            assert writer.stdout.readline() == b"ready\n"
        start.touch()
        assert [writer.wait(60) for writer in writers] == [0, 0]
    finally:
        for writer in writers:
            writer.kill()
            writer.communicate()
    assert flaws(file, CHAIN) == {}
    numbers = [int(json.loads(told)["event_id"][1:]) for told in file.read_bytes().splitlines()]
    assert sorted(numbers) == [1, *range(1_000, 1_200), *range(2_000, 2_200)]
    turns = sum(one // 1_000 != other // 1_000 for one, other in pairwise(numbers))
    assert turns > 2, "one wrote after the other"
