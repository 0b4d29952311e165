"""The client: so many connections that each ask one thing after the other, over requests that are made beforehand.

Every answer is looked at: it has the status 200, and no errors.
"""

import asyncio
import re
import time
from collections.abc import Iterator, Sequence
from itertools import cycle
from statistics import median, quantiles
from typing import Any, Final

from msgspec import Struct

PATIENCE: Final = 30.0
"""Seconds within which the last answers are here."""
_LENGTH: Final = re.compile(rb"\r\ncontent-length: *(\d+)\r\n", re.IGNORECASE)


class BadAnswerError(Exception):
    """An answer that is none; its text is how it begins."""


class Went(Struct, frozen=True):
    """What clients saw: how many answers, and in how many seconds; how many milliseconds half of them took at most
    (`middle`), and 99 of 100 (`worst`); and how many bytes the last of them had."""

    count: int
    seconds: float
    middle: float
    worst: float
    size: int

    @property
    def rate(self) -> float:
        """Answers a second."""
        return self.count / self.seconds


def seen(times: Sequence[float], seconds: float, size: int) -> Went:
    """Return what was seen, by how many seconds each answer took."""
    worst = quantiles(times, n=100)[98] if len(times) > 1 else median(times)
    return Went(len(times), seconds, median(times) * 1000, worst * 1000, size)


def request(body: bytes, port: int, headers: bytes = b"") -> bytes:
    """Return a request as it goes over the wire."""
    return (
        b"POST /graphql HTTP/1.1\r\nhost: 127.0.0.1:%d\r\ncontent-type: application/json\r\n" % port
        + headers
        + b"content-length: %d\r\n\r\n" % len(body)
        + body
    )


class _Asking(asyncio.Protocol):
    """One kept connection. It asks again as soon as it is answered, until it is time to stop."""

    def __init__(self, requests: Iterator[bytes], times: list[float]) -> None:
        self.done: asyncio.Future[None] = asyncio.get_running_loop().create_future()
        self.until = 0.0
        self.least = 0
        self.size = 0
        self._requests = requests
        self._times = times
        self._transport: Any = None
        self._came: list[bytes] = []
        self._missing: int | None = None
        self._begun = 0.0

    def connection_made(self, transport: Any) -> None:
        """Keep how it is asked."""
        self._transport = transport

    def ask(self) -> None:
        self._begun = time.perf_counter()
        self._transport.write(next(self._requests))

    def data_received(self, data: bytes) -> None:
        """Take a piece of an answer; after the last one ask again."""
        self._came.append(data)
        if self._missing is None:
            self._begin()
        else:
            self._missing -= len(data)
        if self._missing == 0:
            self._end()

    def _begin(self) -> None:
        whole = b"".join(self._came)
        self._came = [whole]
        end = whole.find(b"\r\n\r\n")
        if end < 0:
            return
        length = _LENGTH.search(whole, 0, end + 2)
        if length is None or not whole.startswith(b"HTTP/1.1 200"):
            self._fail(whole)
            return
        self.size = int(length[1])
        self._missing = end + 4 + self.size - len(whole)

    def _end(self) -> None:
        now = time.perf_counter()
        whole = b"".join(self._came)
        if b'"errors"' in whole:
            self._fail(whole)
            return
        self._times.append(now - self._begun)
        self._came, self._missing = [], None
        if now < self.until or len(self._times) < self.least:
            self.ask()
        elif not self.done.done():
            self.done.set_result(None)

    def _fail(self, answer: bytes) -> None:
        if not self.done.done():
            self.done.set_exception(BadAnswerError(answer[:2000].decode("utf-8", "replace")))
        self._transport.close()

    def connection_lost(self, exc: Exception | None) -> None:
        """Say so, unless it was done."""
        if not self.done.done():
            self.done.set_exception(BadAnswerError("the connection was closed"))

    def close(self) -> None:
        self._transport.close()


async def asked(port: int, requests: Sequence[bytes], clients: int, seconds: float, least: int = 0) -> Went:
    """Return what so many clients saw who ask so long, and `least` so often in all; raise `BadAnswerError`."""
    loop, times, left = asyncio.get_running_loop(), list[float](), cycle(requests)
    connections = [
        (await loop.create_connection(lambda: _Asking(left, times), "127.0.0.1", port))[1]
        for _ in range(clients)
    ]
    try:
        begun = time.perf_counter()
        for one in connections:
            one.until, one.least = begun + seconds, least
            one.ask()
        async with asyncio.timeout(seconds + PATIENCE):
            await asyncio.gather(*(one.done for one in connections))
        return seen(times, time.perf_counter() - begun, connections[0].size)
    finally:
        for one in connections:
            one.close()
