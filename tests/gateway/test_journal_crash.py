"""The journal when things end badly: a process is killed, the disk is full, another process writes too."""

import http.client
import json
import os
import resource
import signal
import subprocess
import sys
import time
from concurrent.futures import ThreadPoolExecutor
from itertools import pairwise
from pathlib import Path
from urllib.error import HTTPError, URLError
from urllib.request import Request, urlopen
from uuid import uuid4

from gateway.chain import Chain, Damage
from gateway.keyring import open_keyring
from sources.parts.customer import Name, NameKind
from tests.gateway.journals import CHAIN, flaws, written
from tests.house.programs import environment, free_port
from tests.running.command import HOUSE, importing, overview, served
from tests.running.people import ANNE, person
from tests.sources.specimens import line

NAME = "Featherstonehaugh"
ONE = "query($crn: CRN!) { customer(crn: $crn) { id profile { names { family } } } }"
ASKED = json.dumps({"query": ONE, "variables": {"crn": ANNE}}).encode()
KILLS, CALLERS = 10, 4
WRITER = """
import asyncio, sys, time
from pathlib import Path
from gateway.audit import Journal
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


def token(home: Path) -> str:
    """The token of an officer who may see Anne, whom the database knows."""
    names = (Name(NameKind.LEGAL, NAME),)
    assert importing(line(person(ANNE, names=names)) + b"\n", home).returncode == 0
    return overview("token", "officer", home=home).stdout.decode().strip()


def asked(port: int, bearer: str, number: str) -> tuple[int, str]:
    headers = {
        "content-type": "application/json",
        "authorization": f"Bearer {bearer}",
        "x-request-id": number,
    }
    try:
        with urlopen(Request(f"http://127.0.0.1:{port}/graphql", ASKED, headers), timeout=10) as answer:
            return answer.status, answer.read().decode()
    except HTTPError as error:
        return error.code, error.read().decode()


def shown_until_it_dies(port: int, bearer: str) -> set[str]:
    """The numbers of requests that were answered with Anne's name."""
    shown = set[str]()
    while True:
        number = uuid4().hex
        try:
            _, text = asked(port, bearer, number)
        except (URLError, OSError, http.client.HTTPException):
            return shown
        assert NAME in text
        shown.add(number)


def kill_in_the_middle(pid: int, journal: Path, lines: int) -> None:
    """Kill a gateway when its journal has just grown: what was decided on has not been answered yet."""
    size = journal.stat().st_size if journal.exists() else 0
    for _ in range(lines):
        end = time.monotonic() + 10
        while (now := journal.stat().st_size if journal.exists() else 0) == size:
            assert time.monotonic() < end, "nothing is written"
        size = now
    os.kill(pid, signal.SIGKILL)


def test_a_gateway_that_is_killed_has_shown_nothing_that_is_not_on_record(tmp_path: Path) -> None:
    bearer, journal, shown, between = token(tmp_path), tmp_path / "audit.ndjson", set[str](), 0
    for kill in range(KILLS):
        port = free_port()
        with (
            served(tmp_path / "log", home=tmp_path, port=port) as process,
            ThreadPoolExecutor(CALLERS) as pool,
        ):
            callers = [pool.submit(shown_until_it_dies, port, bearer) for _ in range(CALLERS)]
            kill_in_the_middle(process.pid, journal, 3 + 2 * kill)
            shown.update(*(caller.result() for caller in callers))
        recorded = {
            json.loads(told)["request_id"] for told in journal.read_bytes().splitlines() if told[-2:] == b'"}'
        }
        assert shown <= recorded
        between += len(recorded) - len(shown)
        chain = Chain(open_keyring(tmp_path / "keyring.json", make=False))
        assert set(flaws(journal, chain).values()) <= {Damage.TORN}
    assert shown
    assert between, "no kill came between a decision and its answer"


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
            assert flaws(journal, chain) == {}
            resource.prlimit(process.pid, resource.RLIMIT_FSIZE, (most, most))
            assert NAME in asked(port, bearer, uuid4().hex)[1]
    assert flaws(journal, chain) == {}
    assert len(journal.read_bytes().splitlines()) == 4_004


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
