"""One attack under way: what it sends, and what the gateway answered, asked, recorded and logged meanwhile."""

import asyncio
import io
from collections.abc import Callable, Iterable
from datetime import datetime, timedelta
from typing import Any

import msgspec
from msgspec import Struct

from gateway.telemetry.events import lines
from gateway.telemetry.levels import Level
from gateway.telemetry.logs import Log
from gateway.telemetry.marks import Marks
from sources.source import SourceAsked
from tests.attacks.stage import Stage
from tests.running import Answer, Gate

GRAPHQL = "application/graphql-response+json"
JSON = "application/json"
USUAL = [("content-type", JSON), ("accept", GRAPHQL)]
CREDENTIALS = {"authorization", "x-api-key"}


class Scene:
    """What a line of the table acts with. `secrets` are the tokens and keys that were shown."""

    def __init__(self, stage: Stage, at: str, who: Callable[["Scene"], list[tuple[str, str]]]) -> None:
        self.stage = stage
        self.gate: Gate = stage.gates[at]
        self.who = who
        self.answers: list[Answer] = []
        self.secrets: set[str] = set()

    @property
    def now(self) -> datetime:
        return self.gate.hands.now

    def wait(self, **time: float) -> None:
        """Let time go by, for everybody on the stage."""
        for gate in self.stage.gates.values():
            gate.hands.now += timedelta(**time)
        self.stage.ticks.now += timedelta(**time).total_seconds()

    async def begin(self) -> None:
        """Begin at a moment at which nothing is remembered of the lines before."""
        self.wait(minutes=61)
        await self.mark()

    async def mark(self, *, warm: bool = False) -> None:
        """Count from here on, with nothing in the cache unless it is to be `warm`."""
        cache: Any = self.gate.gateway.neighbours.cache
        if not warm:  # whoever it is about: decoys are kept, too
            await cache.invalidate()
        journal = self.gate.gateway.settings.journal
        self._recorded = journal.stat().st_size if journal.exists() else 0
        self._heard, self._fetched = len(self.gate.events), len(self.stage.staff.asked)
        self.answers.clear()

    async def ask(self, document: str, who: Any = None, **variables: Any) -> Answer:
        """The answer to an operation; of whoever attacks, unless it says `who`."""
        return await self.post({"query": document, "variables": variables}, who)

    async def post(
        self, body: Any, who: Any = None, *more: tuple[str, str], path: str = "/graphql"
    ) -> Answer:
        """The answer to a body, which is JSON or bytes as they are."""
        content = body if isinstance(body, bytes) else msgspec.json.encode(body)
        return await self.send("POST", path, content, self.headers(who, *more))

    def headers(self, who: Any = None, *more: tuple[str, str]) -> list[tuple[str, str]]:
        own = (who or self.who)(self)
        self.secrets |= {value.rpartition(" ")[2] for name, value in own if name in CREDENTIALS} - {""}
        replaced = {name for name, _ in (*own, *more)}
        return [*(pair for pair in USUAL if pair[0] not in replaced), *own, *more]

    async def send(self, method: str, path: str, body: bytes, headers: Iterable[tuple[str, str]]) -> Answer:
        sent = [(name.encode(), value.encode("latin-1")) for name, value in headers]
        answer = await self.gate.client.request(method, path, content=body, headers=sent)
        self.answers.append(Answer(answer.status_code, dict(answer.headers), answer.text))
        return self.answers[-1]

    async def on_one_wire(self, *requests: tuple[bytes, Iterable[tuple[str, str]]]) -> None:
        """Send bodies on one connection, one after the other; what stands in their headers is sent as it is."""
        host, port = str(self.gate.client.base_url.host), self.gate.client.base_url.port
        reader, writer = await asyncio.open_connection(host, port)
        try:
            for body, headers in requests:
                told = "".join(f"{name}: {value}\r\n" for name, value in headers)
                head = f"POST /graphql HTTP/1.1\r\nhost: here\r\ncontent-length: {len(body)}\r\n{told}\r\n"
                writer.write(head.encode("latin-1") + body)
                self.answers.append(await _read(reader))
        finally:
            writer.close()

    @property
    def heard(self) -> list[Struct]:
        """What happened meanwhile."""
        return self.gate.events[self._heard :]

    @property
    def calls(self) -> int:
        return sum(isinstance(event, SourceAsked) for event in self.heard)

    @property
    def fetches(self) -> int:
        return len(self.stage.staff.asked) - self._fetched

    @property
    def recorded(self) -> str:
        """What was put on record, as it stands there."""
        journal = self.gate.gateway.settings.journal
        return journal.read_text("utf-8")[self._recorded :] if journal.exists() else ""

    @property
    def audit(self) -> str:
        events = [msgspec.json.decode(line) for line in self.recorded.splitlines()]
        return " ".join(f"{event['action']}:{event['rule']}" for event in events)

    @property
    def logged(self) -> list[str]:
        """The lines of the log, of a gateway that is asked for all of them."""
        out, heard = io.StringIO(), self.heard
        log = Log(Marks(b"k" * 32), out, Level.INFO)
        for event in heard:
            log(event)
        said = out.getvalue().splitlines()
        assert len(said) == sum(len(lines(event)) for event in heard), said
        return said


async def _read(reader: asyncio.StreamReader) -> Answer:
    head = (await reader.readuntil(b"\r\n\r\n")).decode("latin-1").split("\r\n")
    headers = {name.lower(): value for name, _, value in (line.partition(": ") for line in head[1:] if line)}
    text = await reader.readexactly(int(headers.get("content-length", "0")))
    return Answer(int(head[0].split(" ")[1]), headers, text.decode())
