"""A system that speaks JSON on a real socket: it answers by path, and remembers what it was asked."""

import asyncio
from collections.abc import AsyncIterator, Awaitable, Callable, Mapping
from contextlib import asynccontextmanager
from dataclasses import dataclass, field
from typing import Any, NamedTuple
from urllib.parse import parse_qsl, unquote, urlsplit

from msgspec import json


@dataclass(frozen=True)
class Asked:
    """One request. `headers` are for whoever looks for one."""

    method: str
    path: str
    query: tuple[tuple[str, str], ...]
    body: Any
    headers: Mapping[str, str] = field(default_factory=dict, compare=False)

    def parameter(self, name: str) -> str | None:
        return dict(self.query).get(name)


class Said(NamedTuple):
    """An answer that is more than a JSON body with 200. Bytes are sent as they are; no status is an end without one."""

    body: Any = None
    status: str | None = "200 OK"
    head: bytes = b""


Answer = Any | Callable[[Asked], Any]


class JsonSystem:
    """`answers` are by path: a value, a `Said`, or a function of the request; what no path answers is a 404.

    While it is not `open`, it holds its answers back.
    """

    def __init__(self, answers: Mapping[str, Answer]) -> None:
        self.answers = dict(answers)
        self.asked: list[Asked] = []
        self.port = 0
        self.open = asyncio.Event()
        self.open.set()
        self._arrival = asyncio.Condition()

    @property
    def address(self) -> str:
        return f"http://127.0.0.1:{self.port}"

    @property
    def paths(self) -> list[str]:
        return [asked.path for asked in self.asked]

    async def reached(self, calls: int = 1) -> None:
        """Wait until so many calls have come."""
        async with asyncio.timeout(5), self._arrival:
            await self._arrival.wait_for(lambda: len(self.asked) >= calls)

    async def talk(self, reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        try:
            while True:
                asked = await _read(reader)
                async with self._arrival:
                    self.asked.append(asked)
                    self._arrival.notify_all()
                await self.open.wait()
                said = await self._said(asked)
                if said.status is None:
                    return
                writer.write(_written(said))
                await writer.drain()
        except (asyncio.IncompleteReadError, OSError):
            pass
        finally:
            writer.close()

    async def _said(self, asked: Asked) -> Said:
        found = self.answers.get(asked.path, Said({"error": "not found"}, "404 Not Found"))
        if callable(found):
            found = found(asked)
            if isinstance(found, Awaitable):
                found = await found
        return found if isinstance(found, Said) else Said(found)


async def _read(reader: asyncio.StreamReader) -> Asked:
    head = (await reader.readuntil(b"\r\n\r\n")).decode("ascii")
    line, *headers = head.split("\r\n")
    method, target, _ = line.split(" ")
    told = {name.lower(): value for name, _, value in (one.partition(": ") for one in headers if one)}
    body = await reader.readexactly(int(told.get("content-length", 0)))
    parts = urlsplit(target)
    query = tuple(parse_qsl(parts.query, keep_blank_values=True))
    return Asked(method, unquote(parts.path), query, json.decode(body) if body else None, told)


def _written(said: Said) -> bytes:
    body = said.body if isinstance(said.body, bytes) else json.encode(said.body)
    length = str(len(body)).encode()
    status = (said.status or "").encode()
    return b"HTTP/1.1 " + status + b"\r\ncontent-length: " + length + b"\r\n" + said.head + b"\r\n" + body


@asynccontextmanager
async def json_system(answers: Mapping[str, Answer]) -> AsyncIterator[JsonSystem]:
    system = JsonSystem(answers)
    server = await asyncio.start_server(system.talk, "127.0.0.1", 0)
    system.port = server.sockets[0].getsockname()[1]
    try:
        yield system
    finally:
        system.open.set()
        server.close()
