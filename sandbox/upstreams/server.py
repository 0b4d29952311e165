"""A small HTTP/1.1 server whose bytes can be got at: what is wrong on purpose is put on the socket as it is."""

import asyncio
from collections.abc import Awaitable, Callable, Mapping
from contextlib import suppress
from dataclasses import dataclass, field
from email.utils import formatdate
from http import HTTPStatus
from typing import Any, Final
from urllib.parse import parse_qsl, unquote

import msgspec

LONGEST_HEAD: Final = 128 * 1024
LONGEST_BODY: Final = 256 * 1024 * 1024


@dataclass(frozen=True)
class Request:
    """What was asked. Names of headers are in small letters."""

    method: str
    path: str
    query: Mapping[str, str]
    headers: Mapping[str, str]
    body: bytes

    @property
    def segments(self) -> list[str]:
        """The parts of the path, unescaped."""
        return [unquote(part) for part in self.path.strip("/").split("/")]


@dataclass(frozen=True)
class Answer:
    """What is answered, before anything happens to it."""

    status: int
    body: bytes = b""
    headers: Mapping[str, str] = field(default_factory=dict)


Talk = Callable[[Request, asyncio.StreamReader, asyncio.StreamWriter], Awaitable[bool]]
"""Answers one request; tells whether the connection may be used for the next."""


class NotHttpError(Exception):
    """What came is no request that this server takes."""


def in_json(status: int, told: Any, headers: Mapping[str, str] | None = None) -> Answer:
    """Return an answer in JSON."""
    return Answer(
        status,
        msgspec.json.encode(told),
        {"Content-Type": "application/json; charset=utf-8", **(headers or {})},
    )


def head_of(answer: Answer, length: int | None) -> bytes:
    """Return the bytes before the body; without a length the headers must say how it ends."""
    try:
        phrase = HTTPStatus(answer.status).phrase
    except ValueError:
        phrase = "Unusual"
    lines = [
        f"HTTP/1.1 {answer.status} {phrase}",
        f"Date: {formatdate(usegmt=True)}",
        *(f"{name}: {told}" for name, told in answer.headers.items()),
    ]
    if length is not None and answer.status not in {204, 304}:
        lines.append(f"Content-Length: {length}")
    return ("\r\n".join(lines) + "\r\n\r\n").encode()


async def send(answer: Answer, writer: asyncio.StreamWriter) -> None:
    """Send a whole answer."""
    writer.write(head_of(answer, len(answer.body)) + answer.body)
    await writer.drain()


class Listener:
    """One port of this machine. It can be closed and opened again on the same port."""

    def __init__(self, host: str, port: int, talk: Talk) -> None:
        self.host, self.port = host, port
        self._talk = talk
        self._server: asyncio.Server | None = None
        self._connections: dict[asyncio.Task[None], asyncio.StreamWriter] = {}

    @property
    def address(self) -> str:
        """Where it listens."""
        return f"http://{f'[{self.host}]' if ':' in self.host else self.host}:{self.port}"

    async def open(self) -> None:
        """Listen; raise `OSError` when the port is taken."""
        if self._server is None:
            self._server = await asyncio.start_server(
                self._connected, self.host, self.port, limit=LONGEST_HEAD
            )
            self.port = self._server.sockets[0].getsockname()[1]

    async def close(self) -> None:
        """Stop listening and drop every connection."""
        if self._server is not None:
            self._server.close()
            self._server = None
        tasks = list(self._connections)
        for task in tasks:
            self._connections[task].transport.abort()
            task.cancel()
        await asyncio.gather(*tasks, return_exceptions=True)

    def _connected(self, reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        if self._server is None:
            writer.transport.abort()
            return
        task = asyncio.get_running_loop().create_task(self._converse(reader, writer))
        self._connections[task] = writer
        task.add_done_callback(self._connections.pop)

    async def _converse(self, reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        try:
            while (request := await _request(reader)) is not None:
                if not await self._talk(request, reader, writer) or _is_last(request):
                    break
        except NotHttpError as error:
            with suppress(OSError):
                await send(in_json(400, {"error": str(error)}, {"Connection": "close"}), writer)
        except (OSError, asyncio.IncompleteReadError, asyncio.LimitOverrunError):
            pass
        finally:
            writer.close()
            with suppress(OSError):
                await writer.wait_closed()


async def _request(reader: asyncio.StreamReader) -> Request | None:
    try:
        head = await reader.readuntil(b"\r\n\r\n")
    except asyncio.IncompleteReadError as error:
        if error.partial:
            raise
        return None
    first, *lines = head.decode("latin-1").split("\r\n")
    words = first.split(" ")
    if len(words) != 3 or not words[2].startswith("HTTP/1."):
        raise NotHttpError("this is no HTTP/1.1 request")
    pairs = (line.partition(":") for line in lines if line)
    headers = {name.strip().lower(): told.strip() for name, _, told in pairs} | {":version": words[2]}
    path, _, query = words[1].partition("?")
    told = dict(parse_qsl(query, keep_blank_values=True))
    return Request(words[0], path, told, headers, await _body(reader, headers))


async def _body(reader: asyncio.StreamReader, headers: Mapping[str, str]) -> bytes:
    if "transfer-encoding" in headers:
        raise NotHttpError("a body needs a Content-Length here")
    length = headers.get("content-length", "0")
    if not length.isdecimal() or int(length) > LONGEST_BODY:
        raise NotHttpError("this Content-Length is not taken")
    return await reader.readexactly(int(length))


def _is_last(request: Request) -> bool:
    kept = request.headers[":version"] == "HTTP/1.1"
    return request.headers.get("connection", "").lower() == "close" or not kept
