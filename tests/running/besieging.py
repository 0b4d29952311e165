"""A gateway in a process of its own, all its neighbours, and everything that comes out of any of them."""

import asyncio
import json
import re
from collections import defaultdict
from collections.abc import AsyncIterator, Iterable, Iterator, Mapping
from contextlib import asynccontextmanager, contextmanager, suppress
from dataclasses import dataclass, field
from pathlib import Path
from subprocess import Popen
from typing import Any

from httpx2 import AsyncClient, HTTPError

from tests.house.programs import environment
from tests.running.command import HOUSE, OVERVIEW, served


@dataclass(frozen=True)
class Said:
    """An answer, and who got it for what."""

    caller: str
    document: str
    status: int
    headers: str
    text: str

    @property
    def body(self) -> Any:
        with suppress(ValueError):
            return json.loads(self.text)
        return None

    @property
    def values(self) -> str:
        """The data, without the names that its caller chose for fields."""
        body = self.body
        data = body.get("data") if isinstance(body, dict) else None
        return "\n".join(_values(data))

    @property
    def complaints(self) -> str:
        """The errors, without the names of fields in their paths; all of an answer that is no GraphQL."""
        body = self.body
        if not isinstance(body, dict) or not {"data", "errors"} & body.keys():
            return self.text
        return json.dumps([{**error, "path": None} for error in body.get("errors", [])])

    @property
    def codes(self) -> list[str]:
        body = self.body
        errors = body.get("errors", []) if isinstance(body, dict) else []
        return [error["extensions"]["code"] for error in errors]


def _values(told: Any) -> Iterable[str]:
    if isinstance(told, dict | list):
        for one in told.values() if isinstance(told, dict) else told:
            yield from _values(one)
    elif told is not None:
        yield str(told)


@dataclass
class Gateway:
    """A gateway as everybody meets it: its callers, its operators, and whoever reads its log."""

    home: Path
    port: int
    settings: Mapping[str, str]
    client: AsyncClient
    callers: dict[str, dict[str, str]] = field(default_factory=dict)
    said: list[Said] = field(default_factory=list)
    addresses: dict[tuple[str, str], str] = field(default_factory=dict)
    out: dict[str, bytes] = field(default_factory=lambda: defaultdict(bytes))

    @property
    def log(self) -> Path:
        return self.home.parent / f"{self.home.name}.log"

    @property
    def journal(self) -> Path:
        return Path(self.settings.get("OVERVIEW_AUDIT_FILE", self.home / "audit.ndjson"))

    def lines(self, since: int = 0) -> list[dict[str, Any]]:
        """Its log from a byte on."""
        written = self.log.read_bytes()[since:].rpartition(b"\n")[0].splitlines()
        return [json.loads(line) for line in written if line.startswith(b"{")]

    def events(self, since: int = 0) -> set[str]:
        return {line["event"] for line in self.lines(since)}

    @property
    def written(self) -> int:
        """How long its log is."""
        return self.log.stat().st_size

    async def until(self, event: str, seconds: float = 10) -> None:
        """Return once an event is in the log."""
        async with asyncio.timeout(seconds):
            while event not in self.events():  # noqa: ASYNC110
                await asyncio.sleep(0.02)

    async def ask(
        self, caller: str, document: str, headers: Mapping[str, str] | None = None, **variables: Any
    ) -> Said:
        """The answer to an operation."""
        body = json.dumps({"query": document, "variables": variables}).encode()
        return await self.post(caller, body, headers, document)

    async def post(
        self, caller: str, body: bytes, headers: Mapping[str, str] | None = None, document: str = ""
    ) -> Said:
        """The answer to a body as it is."""
        told = {"content-type": "application/json", **self.callers[caller], **(headers or {})}
        sent = [(name.encode(), value.encode()) for name, value in told.items()]
        try:
            answer = await self.client.post("/graphql", content=body, headers=sent)
        except HTTPError:  # it broke off in the middle: that is an answer, too
            return Said(caller, document, 0, "", "")
        told_back = "\n".join(f"{name}: {value}" for name, value in answer.headers.multi_items())
        said = Said(caller, document, answer.status_code, told_back, answer.text)
        self.said.append(said)
        return said

    async def fetch(self, caller: str, address: str) -> Said:
        """What an address gives to a caller; of a document that it is one, not what stands in it."""
        sent = [(name.encode(), value.encode()) for name, value in self.callers[caller].items()]
        try:
            answer = await self.client.get(address, headers=sent)
        except HTTPError:
            return Said(caller, "", 0, "", "")
        told_back = "\n".join(f"{name}: {value}" for name, value in answer.headers.multi_items())
        text = "" if answer.content.startswith(b"%PDF-") else answer.text
        said = Said(caller, f"document {bool(not text)}", answer.status_code, told_back, text)
        self.said.append(said)
        return said

    async def send(self, raw: bytes) -> None:
        """Send bytes as they are, and keep what comes back."""
        reader, writer = await asyncio.open_connection("127.0.0.1", self.port)
        try:
            writer.write(raw)
            writer.write_eof()
            async with asyncio.timeout(15):
                self.out["raw answers"] += await reader.read()
        except OSError:
            pass
        finally:
            writer.close()

    async def command(self, *words: str, told: bytes = b"", **settings: str) -> tuple[int, bytes, bytes]:
        """What a command says beside a gateway that runs: its status, its output, its complaints."""
        env = environment(PYTHONPATH=str(HOUSE), **{**self.settings, **settings})
        process = await asyncio.create_subprocess_exec(
            *OVERVIEW,
            *words,
            env=env,
            cwd=self.home,
            stdin=asyncio.subprocess.PIPE,
            stdout=asyncio.subprocess.PIPE,
            stderr=asyncio.subprocess.PIPE,
        )
        said, complained = await asyncio.wait_for(process.communicate(told), 60)
        assert process.returncode is not None
        return process.returncode, said, complained

    async def look(self, *words: str, told: bytes = b"", into: str = "commands", **settings: str) -> None:
        """Keep what a command says."""
        _, said, complaints = await self.command(*words, told=told, **settings)
        self.out[into] += " ".join(words).encode() + b"\n" + said + complaints

    async def scrape(self, port: int) -> None:
        """Keep what is counted."""
        self.out["metrics"] = (await self.client.get(f"http://127.0.0.1:{port}/metrics")).content

    @contextmanager
    def served(self, *words: str) -> Iterator[Popen[bytes]]:
        """The gateway itself."""
        settings = {name: told for name, told in self.settings.items() if name != "OVERVIEW_HOME"}
        with served(self.log, *words, home=self.home, port=self.port, **settings) as process:
            yield process

    @property
    def files(self) -> bytes:
        """The names of its own files."""
        return "\n".join(str(file.relative_to(self.home)) for file in self.home.rglob("*")).encode()


def arguments(processes: Iterable[int]) -> bytes:
    """What a list of processes shows of some."""
    return b"\n".join(Path(f"/proc/{number}/cmdline").read_bytes() for number in processes)


class Heard:
    """Every command that a Valkey got."""

    def __init__(self) -> None:
        self.raw = b""

    async def listen(self, reader: asyncio.StreamReader) -> None:
        while piece := await reader.read(65536):
            self.raw += piece


@asynccontextmanager
async def listening_in(url: str) -> AsyncIterator[Heard]:
    """Hear what is said to a Valkey."""
    port = re.search(r":(\d+)/", url)
    assert port is not None
    reader, writer = await asyncio.open_connection("127.0.0.1", int(port[1]))
    heard = Heard()
    writer.write(b"MONITOR\r\n")
    await writer.drain()
    task = asyncio.create_task(heard.listen(reader))
    try:
        yield heard
    finally:
        writer.close()
        task.cancel()
        await asyncio.gather(task, return_exceptions=True)


@asynccontextmanager
async def besieged(home: Path, port: int, **settings: str) -> AsyncIterator[Gateway]:
    """The ways to a gateway that is started beside."""
    told = {
        "OVERVIEW_HOME": str(home),
        "OVERVIEW_LOG_LEVEL": "info",
        "OVERVIEW_RATE_STAFF": "600000",
        **settings,
    }
    async with AsyncClient(base_url=f"http://127.0.0.1:{port}", timeout=30, trust_env=False) as client:
        yield Gateway(home, port, told, client)
