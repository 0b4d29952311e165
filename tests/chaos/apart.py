"""A gateway in a process of its own, whose clock and files are as a test says, and what is seen of it from outside."""

import asyncio
import json
import time
from collections.abc import AsyncIterator, Iterator, Mapping
from contextlib import asynccontextmanager, contextmanager
from pathlib import Path
from typing import Any, Final
from urllib.request import urlopen

from httpx2 import AsyncClient
from prometheus_client.parser import text_string_to_metric_families

from sources.crn import Crn
from tests.chaos.stage import QUESTION, Asked
from tests.house.programs import answers, environment, free_port, running, wait_until
from tests.running.answers import Answer
from tests.running.command import HOUSE, OVERVIEW, overview

SKEWED: Final = """
from datetime import UTC, datetime, timedelta
import time_machine
time_machine.travel(datetime.now(UTC) + timedelta(seconds={seconds}), tick=True).start()
from gateway.cli import main; main()
"""
"""A gateway whose machine's clock is off by so many seconds, and whose even clock is not."""


class Apart:
    """The gateway. `process` is its number."""

    def __init__(
        self, home: Path, port: int, admin: int, process: int, client: AsyncClient, token: str
    ) -> None:
        self.home, self.process, self.client = home, process, client
        self._ready: Final = answers(f"http://127.0.0.1:{port}/health/ready")
        self.port: Final = port
        self._admin = f"http://127.0.0.1:{admin}/metrics"
        self._headers = {"authorization": f"Bearer {token}", "content-type": "application/json"}
        self.asked: list[Asked] = []

    async def ask(self, *crns: Crn) -> Asked:
        """Ask about people in one question."""
        began = time.perf_counter()
        body = json.dumps({"query": QUESTION, "variables": {"crns": crns}})
        told = await self.client.post("/graphql", content=body, headers=self._headers)
        answer = Answer(told.status_code, dict(told.headers), told.text)
        self.asked.append(Asked(crns, answer, time.perf_counter() - began))
        return self.asked[-1]

    def metrics(self) -> dict[tuple[str, str], float]:
        """Every sample of one label at most, by its name and that label's value."""
        with urlopen(self._admin, timeout=10) as answer:
            families = list(text_string_to_metric_families(answer.read().decode()))
        samples = [sample for family in families for sample in family.samples if len(sample.labels) < 2]
        return {(one.name, next(iter(one.labels.values()), "")): one.value for one in samples}

    @property
    def log(self) -> list[dict[str, Any]]:
        """Its log so far."""
        written = (self.home / "log").read_bytes().rpartition(b"\n")[0].splitlines()
        return [json.loads(line) for line in written if line.startswith(b"{")]

    @property
    def journal(self) -> list[dict[str, Any]]:
        """What is on record."""
        return [json.loads(line) for line in (self.home / "audit.ndjson").read_text("utf-8").splitlines()]

    @property
    def files(self) -> int:
        """How many files and connections it has open."""
        return len(list(Path(f"/proc/{self.process}/fd").iterdir()))

    async def until_ready(self, patience: float = 8.0) -> None:
        """Return once it is ready."""
        async with asyncio.timeout(patience):
            while not await asyncio.to_thread(self._ready):  # noqa: ASYNC110
                await asyncio.sleep(0.1)

    async def until_logged(self, event: str, patience: float = 15.0) -> dict[str, Any]:
        """Return the first line of an event, once it is there."""
        async with asyncio.timeout(patience):
            while True:
                for line in self.log:
                    if line["event"] == event:
                        return line
                await asyncio.sleep(0.1)


@contextmanager
def _started(
    home: Path, before: list[str], code: str, settings: Mapping[str, str]
) -> Iterator[tuple[int, ...]]:
    port, admin, log = free_port(), free_port(), home / "log"
    words = ["serve", "--port", str(port), "--admin-port", str(admin)]
    patient = {f"OVERVIEW_DEADLINE_{kind}": "60" for kind in ("STAFF", "PARTNER", "SERVICE")}
    usual = {"OVERVIEW_PLACES_LATE_SECONDS": "0", "OVERVIEW_SOURCE_SECONDS": "10", **patient}
    env = environment(PYTHONPATH=str(HOUSE), OVERVIEW_HOME=str(home), **usual, **settings)
    with running([*before, *OVERVIEW[:2], code, *words], env, home, log) as process:
        wait_until(answers(f"http://127.0.0.1:{port}/health/ready"), process, log)
        yield port, admin, process.pid


@asynccontextmanager
async def apart(
    home: Path, settings: Mapping[str, str], *, off: float = 0.0, files: int | None = None
) -> AsyncIterator[Apart]:
    """A gateway whose clock is `off` by so many seconds, and that may open so many files."""
    token = await asyncio.to_thread(_prepared, home, settings)
    before = ["sh", "-c", f'ulimit -n {files} && exec "$@"', "sh"] if files is not None else []
    code = SKEWED.format(seconds=off) if off else OVERVIEW[2]
    with _started(home, before, code, settings) as (port, admin, process):
        async with AsyncClient(base_url=f"http://127.0.0.1:{port}", timeout=60) as client:
            yield Apart(home, port, admin, process, client, token)


def _prepared(home: Path, settings: Mapping[str, str]) -> str:
    home.mkdir(exist_ok=True)
    migrated = overview("migrate", home=home, **settings)
    assert migrated.returncode == 0, migrated.stderr
    return overview("token", "officer", home=home, **settings).stdout.decode().strip()
