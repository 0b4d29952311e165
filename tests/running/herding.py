"""A herd at the door of a gateway: requests that come at a rate, whether those before are answered or not."""

import asyncio
import time
from collections.abc import Callable, Iterable
from contextlib import suppress
from statistics import quantiles
from typing import Final
from urllib.parse import urlsplit

import msgspec
from msgspec import Struct

PATIENCE: Final = 20.0
"""Seconds after which nobody of a herd waits any longer."""
MOST: Final = 4_000
"""So many are under way at once at most: a herd is bounded, whatever becomes of it."""


class Come(Struct, frozen=True):
    """One request: its class, its bytes, and when it comes, in seconds from the beginning."""

    kind: str
    raw: bytes
    at: float = 0.0


class Went(Struct, frozen=True):
    """What came of one: its status (0 for none), how long it took and when it ended; whether it may come again soon,
    and whether what it was shown is all there is."""

    kind: str
    status: int
    seconds: float
    ended: float
    again: bool = False
    whole: bool = False
    json: bool = False


class Herd:
    """Sends over connections that are kept, as a balancer does."""

    def __init__(self, address: str) -> None:
        found = urlsplit(address)
        self._host, self._port = found.hostname, found.port
        self._idle: list[tuple[asyncio.StreamReader, asyncio.StreamWriter]] = []

    async def ramp(self, coming: Iterable[Come]) -> list[Went]:
        """Send each at its time; return what came of all."""
        began, under_way, went = time.perf_counter(), set[asyncio.Task[None]](), list[Went]()

        async def one(come: Come) -> None:
            went.append(await self.send(come, began))

        for come in coming:
            if (early := began + come.at - time.perf_counter()) > 0:
                await asyncio.sleep(early)
            if len(under_way) < MOST:
                task = asyncio.create_task(one(come))
                under_way.add(task)
                task.add_done_callback(under_way.discard)
        await asyncio.gather(*under_way)
        return went

    async def crowd(self, many: int, seconds: float, next_one: Callable[[], Come]) -> list[Went]:
        """Let so many ask one thing after the other for a while; return what came of all."""
        began, went = time.perf_counter(), list[Went]()

        async def one() -> None:
            while time.perf_counter() - began < seconds:
                went.append(await self.send(next_one(), began))

        await asyncio.gather(*(one() for _ in range(many)))
        return went

    async def send(self, come: Come, began: float) -> Went:
        """Send one, and say what came of it."""
        sent, connection, status, head, body = time.perf_counter(), None, 0, b"", b""
        with suppress(OSError, asyncio.IncompleteReadError, TimeoutError, ValueError):
            async with asyncio.timeout(PATIENCE):
                connection = self._kept() or await asyncio.open_connection(self._host, self._port)
                reader, writer = connection
                writer.write(come.raw)
                head = (await reader.readuntil(b"\r\n\r\n")).lower()
                body = await reader.readexactly(int(head.partition(b"content-length: ")[2].split(b"\r")[0]))
                status = int(head.split(b" ", 2)[1])
                self._idle.append(connection)
        if not status and connection is not None:
            connection[1].transport.abort()
        now = time.perf_counter()
        return Went(
            kind=come.kind,
            status=status,
            seconds=now - sent,
            ended=now - began,
            again=b"\r\nretry-after: " in head,
            whole=status == 200 and b'"errors"' not in body and b'"PARTIAL"' not in body,
            json=b"json" in head.partition(b"content-type: ")[2].split(b"\r")[0],
        )

    def _kept(self) -> tuple[asyncio.StreamReader, asyncio.StreamWriter] | None:
        """Return a connection that was not closed meanwhile, the one that was used last."""
        while self._idle:
            reader, writer = self._idle.pop()
            if not reader.at_eof():
                return reader, writer
        return None

    async def close(self) -> None:
        """Close what is kept."""
        for _, writer in self._idle:
            writer.close()


def operation(token: str, document: str, **variables: object) -> bytes:
    """The bytes of a request for an operation."""
    body = msgspec.json.encode({"query": document, "variables": variables})
    head = (
        f"POST /graphql HTTP/1.1\r\nHost: gateway\r\nAuthorization: Bearer {token}\r\n"
        f"Content-Type: application/json\r\nContent-Length: {len(body)}\r\n\r\n"
    )
    return head.encode() + body


def middle_and_worst(seconds: list[float]) -> tuple[float, float]:
    """The median and the 99th percentile; 0 of none."""
    if len(seconds) < 2:
        return (seconds[0], seconds[0]) if seconds else (0.0, 0.0)
    parts = quantiles(seconds, n=100, method="inclusive")
    return parts[49], parts[98]
