"""A newcomer's run: a fresh copy in an empty folder, `make run`, the line it prints, its answer, Ctrl-C."""

import json
import os
import re
import shlex
import shutil
import signal
import socket
import subprocess
import sys
import time
from collections.abc import Iterator
from contextlib import AbstractContextManager, contextmanager, nullcontext
from dataclasses import dataclass
from pathlib import Path
from typing import Any
from urllib.request import Request, urlopen
from uuid import uuid4

import pytest

from tests.house.programs import answers, free_port, group_of, running, wait_until
from tests.house.tree import place_of, project_files

pytestmark = pytest.mark.conformance

HOUSE = Path(__file__).parent.parent
INSTALLING = 600.0
READY = 5.0
FILLED = 10.0
"""Seconds that a run may take once installed, and one that also fills a town; asserted with twice of both."""


@dataclass(frozen=True)
class Run:
    process: subprocess.Popen[bytes]
    log: Path
    port: int

    def ready(self, patience: float) -> float:
        """Wait for the gateway; the seconds it took."""
        begin = time.monotonic()
        wait_until(answers(f"http://127.0.0.1:{self.port}/health/ready"), self.process, self.log, patience)
        return time.monotonic() - begin

    def interrupt(self) -> list[int]:
        """What Ctrl-C does: a signal to everything that was started. Who is left a moment later."""
        os.killpg(self.process.pid, signal.SIGINT)
        self.process.wait(20)
        end = time.monotonic() + 5
        while (left := group_of(self.process)) and time.monotonic() < end:
            time.sleep(0.05)
        return left

    @property
    def said(self) -> str:
        return self.log.read_text("utf-8")


@contextmanager
def make_run(folder: Path, target: str = "run", **variables: str) -> Iterator[Run]:
    log, port = folder.with_suffix(".log"), int(variables.pop("PORT", free_port()))
    settings = [f"{name}={value}" for name, value in variables.items()]
    command = ["make", target, f"PYTHON={sys.executable}", f"PORT={port}", *settings]
    with running(command, without_ours(), folder, log) as process:
        yield Run(process, log, port)


def without_ours() -> dict[str, str]:
    """A newcomer's environment: nothing of this installation, and no setting of the gateway."""
    dropped = ("OVERVIEW_", "VIRTUAL_ENV", "PYTHONPATH", "MAKE", "MFLAGS")
    return {name: value for name, value in os.environ.items() if not name.startswith(dropped)}


@pytest.fixture(scope="module")
def folder(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A copy of what a clone would hold, installed by its first run."""
    folder = tmp_path_factory.mktemp("newcomer") / "a clean clone"
    for path in project_files(HOUSE):
        copy = folder / place_of(path, HOUSE)
        copy.parent.mkdir(parents=True, exist_ok=True)
        shutil.copy2(path, copy)
    with make_run(folder) as run:
        run.ready(INSTALLING)
        run.interrupt()
    return folder


@pytest.fixture
def town(folder: Path) -> Path:
    """Today's town, as the first run made it."""
    (town,) = (folder / ".run").glob("town-*.db")
    return town


def ask(line: str) -> Any:
    """Do what a printed `curl` line does."""
    words = shlex.split(line)
    headers = [words[place + 1].partition(": ") for place, word in enumerate(words) if word == "-H"]
    request = Request(
        words[2], words[words.index("-d") + 1].encode(), {name: text for name, _, text in headers}
    )
    with urlopen(request, timeout=10) as answer:
        return json.load(answer)


class Asking:
    """A front end with the token that a run printed, about the first of its people."""

    def __init__(self, run: Run) -> None:
        self.base = f"http://127.0.0.1:{run.port}"
        (line,) = re.findall(r"^ *(curl .*)$", run.said, re.MULTILINE)
        (token,) = re.findall(r"authorization: (Bearer \S+?)'", line)
        self.headers = {"authorization": token, "content-type": "application/json"}
        self.crn = re.findall(r"^  (\d{9}[A-Z])  ", run.said, re.MULTILINE)[0]

    def asked(self, query: str, **variables: Any) -> Any:
        body = json.dumps({"query": query, "variables": variables}).encode()
        with urlopen(Request(f"{self.base}/graphql", body, self.headers), timeout=10) as answer:
            told = json.load(answer)
        assert "errors" not in told, told
        return told["data"]

    def card_with_a_document(self) -> Any:
        told = self.asked(
            "query($crn: CRN!) { customer(crn: $crn) { overview { cards { edges { node { title readState"
            " document { id fallback } } } } } } }",
            crn=self.crn,
        )
        edges = told["customer"]["overview"]["cards"]["edges"]
        return next(edge["node"] for edge in edges if edge["node"]["document"] is not None)

    def opened(self, id: str) -> str:
        told = self.asked(
            "mutation($input: OpenDocumentInput!) { openDocument(input: $input) {"
            " ... on DocumentOpened { address } } }",
            input={"id": id, "idempotencyKey": f"newcomer-{uuid4().hex}"},
        )
        return str(told["openDocument"]["address"])

    def fetched(self, address: str) -> bytes:
        with urlopen(Request(self.base + address, headers=self.headers), timeout=10) as answer:
            return bytes(answer.read())


def test_a_newcomer_sees_one_persons_overview_and_leaves_nothing_running(folder: Path, town: Path) -> None:
    with make_run(folder) as run:
        run.ready(INSTALLING)
        (line,) = re.findall(r"^ *(curl .*)$", run.said, re.MULTILINE)
        stories = re.findall(r"^  (\d{9}[A-Z])  (\S.*)$", run.said, re.MULTILINE)
        answer = ask(line)
        assert run.interrupt() == []
    assert len(stories) == 5
    assert "errors" not in answer
    assert answer["data"]["customer"]["crn"] == stories[0][0]
    assert answer["data"]["customer"]["overview"]["cards"]["edges"]
    with pytest.raises(ConnectionRefusedError):
        socket.create_connection(("127.0.0.1", run.port), timeout=1)


@contextmanager
def taken(port: int) -> Iterator[None]:
    """The port, held by somebody else; by whom does not matter."""
    try:
        listener = socket.create_server(("127.0.0.1", port))
    except OSError:
        yield
        return
    with listener:
        yield


@pytest.mark.parametrize("somebody_prints", [False, True], ids=["alone", "beside another run"])
def test_a_newcomer_opens_a_letter_as_its_customer_saw_it(
    somebody_prints: bool, folder: Path, town: Path
) -> None:
    held: AbstractContextManager[None] = taken(8108) if somebody_prints else nullcontext()
    with held, make_run(folder) as run:
        run.ready(INSTALLING)
        asking = Asking(run)
        card = asking.card_with_a_document()
        assert card["document"]["fallback"] is None
        assert asking.fetched(asking.opened(card["document"]["id"])).startswith(b"%PDF-")
        assert asking.card_with_a_document()["readState"] == "READ"
        assert run.interrupt() == []


def test_the_first_query_of_the_readme_gets_its_answer(folder: Path, town: Path) -> None:
    readme = (folder / "README.md").read_text("utf-8")
    (query,) = (block for block in re.findall(r"```sh\n(.*?)```", readme, re.DOTALL) if "curl" in block)
    (answer,) = re.findall(r"```json\n(.*?)```", readme, re.DOTALL)
    with make_run(folder) as run:
        run.ready(INSTALLING)
        query = query.replace("127.0.0.1:8000", f"127.0.0.1:{run.port}")
        said = subprocess.run(["sh", "-euc", query], cwd=folder, capture_output=True, check=True).stdout
        run.interrupt()
    assert json.loads(said) == json.loads(answer)


def test_the_same_town_answers_from_seven_systems_and_leaves_nothing_running(
    folder: Path, town: Path
) -> None:
    with make_run(folder, "run-services", PEOPLE="60") as run:
        run.ready(INSTALLING)
        (line,) = re.findall(r"^ *(curl .*)$", run.said, re.MULTILINE)
        answer = ask(line)
        systems = dict(re.findall(r"^(\w+) +http://127\.0\.0\.1:(\d+)$", run.said, re.MULTILINE))
        with urlopen(f"http://127.0.0.1:{systems['control']}/_sim/calls", timeout=5) as told:
            calls = json.load(told)
        assert run.interrupt() == []
    assert answer["data"]["customer"]["overview"]["completeness"] == "COMPLETE"
    assert answer["data"]["customer"]["overview"]["cards"]["edges"]
    assert calls["interaction"]["requests"] == 1
    with pytest.raises(ConnectionRefusedError):
        socket.create_connection(("127.0.0.1", int(systems["debt"])), timeout=1)


def test_a_second_run_reuses_what_is_there(folder: Path, town: Path) -> None:
    installed, filled = (folder / ".venv/.runs").stat().st_mtime_ns, town.stat().st_ino
    with make_run(folder) as run:
        assert run.ready(INSTALLING) < READY * 2
        run.interrupt()
    assert "Installing" not in run.said
    assert ((folder / ".venv/.runs").stat().st_mtime_ns, town.stat().st_ino) == (installed, filled)


def test_another_day_gets_another_town_in_time(folder: Path, town: Path) -> None:
    yesterday = town.with_name(re.sub(r"\d{4}-\d\d-\d\d", "2001-01-01", town.name))
    town.rename(yesterday)
    with make_run(folder) as run:
        assert run.ready(INSTALLING) < FILLED * 2
        run.interrupt()
    assert town.exists()
    assert not yesterday.exists()


def test_a_fill_that_is_killed_leaves_no_half_town(folder: Path, town: Path) -> None:
    with make_run(folder, PEOPLE="20000") as run:
        wait_until(lambda: any(town.parent.glob("filling-*")), run.process, run.log)
        os.killpg(run.process.pid, signal.SIGKILL)
        run.process.wait()
    assert list(town.parent.glob("town-*.db")) == [town]
    with make_run(folder) as run:
        run.ready(INSTALLING)
        run.interrupt()
    assert list(town.parent.glob("filling-*")) == []


def test_a_fill_that_is_interrupted_stops_at_once(folder: Path, town: Path) -> None:
    with make_run(folder, PEOPLE="20000") as run:
        wait_until(lambda: any(town.parent.glob("filling-*")), run.process, run.log)
        assert run.interrupt() == []
    assert list(town.parent.glob("town-*.db")) == [town]


def test_a_port_that_is_taken_is_named_with_the_way_out(folder: Path) -> None:
    with socket.create_server(("127.0.0.1", 0)) as listener:
        port = str(listener.getsockname()[1])
        with make_run(folder, PORT=port) as run:
            assert run.process.wait(20) != 0
    assert f"Port {port} on 127.0.0.1 is taken" in run.said
    assert "make run PORT=" in run.said
