"""A gateway that is killed between a decision and its answer, again and again, and what it had shown by then."""

import http.client
import json
import os
import signal
import time
from collections.abc import Iterator
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass, field
from pathlib import Path
from urllib.error import HTTPError, URLError
from urllib.request import Request, urlopen
from uuid import uuid4

from sources.parts.customer import Name, NameKind
from tests.house.programs import free_port
from tests.running.command import importing, overview, served
from tests.running.people import ANNE, person
from tests.sources.specimens import line

NAME = "Featherstonehaugh"
ONE = "query($crn: CRN!) { customer(crn: $crn) { id profile { names { family } } } }"
ASKED = json.dumps({"query": ONE, "variables": {"crn": ANNE}}).encode()
CALLERS = 4


@dataclass
class Tally:
    """What came of so many kills: the requests that were answered with a name, and those that are on record."""

    kills: int = 0
    shown: set[str] = field(default_factory=set)
    recorded: set[str] = field(default_factory=set)
    between: int = 0
    """Kills of which a decision was on record that nobody had been answered on."""

    @property
    def unrecorded(self) -> set[str]:
        """What must be empty: what was shown and is not on record."""
        return self.shown - self.recorded


def token(home: Path) -> str:
    """The token of an officer who may see Anne, whom the database knows."""
    names = (Name(NameKind.LEGAL, NAME),)
    assert importing(line(person(ANNE, names=names)) + b"\n", home).returncode == 0
    return overview("token", "officer", home=home).stdout.decode().strip()


def asked(port: int, bearer: str, number: str) -> tuple[int, str]:
    """The status and the text that a request for Anne is answered with."""
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


def killed(home: Path, kills: int, most_lines: int = 21) -> Iterator[Tally]:
    """The tally after each kill, always the same one, grown."""
    bearer, journal, tally, read = token(home), home / "audit.ndjson", Tally(), 0
    for kill in range(kills):
        port = free_port()
        with served(home / "log", home=home, port=port) as process, ThreadPoolExecutor(CALLERS) as pool:
            callers = [pool.submit(_shown_until_it_dies, port, bearer) for _ in range(CALLERS)]
            _kill_in_the_middle(process.pid, journal, 3 + 2 * kill % (most_lines - 2))
            shown = set[str]().union(*(caller.result() for caller in callers))
        recorded, read = _recorded(journal, read)
        tally.kills += 1
        tally.shown |= shown
        tally.recorded |= recorded
        tally.between += not recorded <= shown
        yield tally


def _shown_until_it_dies(port: int, bearer: str) -> set[str]:
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


def _kill_in_the_middle(pid: int, journal: Path, lines: int) -> None:
    """Kill a gateway when its journal has just grown: what was decided on has not been answered yet."""
    size = journal.stat().st_size if journal.exists() else 0
    for _ in range(lines):
        end = time.monotonic() + 10
        while (now := journal.stat().st_size if journal.exists() else 0) == size:
            assert time.monotonic() < end, "nothing is written"
        size = now
    os.kill(pid, signal.SIGKILL)


def _recorded(journal: Path, begin: int) -> tuple[set[str], int]:
    """The numbers of requests whose lines are whole, from a byte on, and where that was read up to."""
    text = journal.read_bytes()[begin:]
    whole = [told for told in text.splitlines() if told[-2:] == b'"}']
    return {json.loads(told)["request_id"] for told in whole}, begin + text.rfind(b"\n") + 1
