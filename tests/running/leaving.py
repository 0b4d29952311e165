"""A caller that can leave: its request over a socket of its own."""

import asyncio
import socket
import struct
import time
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager, suppress
from typing import Any
from urllib.parse import urlsplit

import msgspec

from tests.running.serving import Gate


class Asking:
    """A request on its way."""

    def __init__(self, reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        self._reader = reader
        self._writer = writer

    def leave(self, *, abruptly: bool = False) -> float:
        """Close the connection, or break it off; return when."""
        if abruptly:
            connection: socket.socket = self._writer.get_extra_info("socket")
            connection.setsockopt(socket.SOL_SOCKET, socket.SO_LINGER, struct.pack("ii", 1, 0))
            self._writer.transport.abort()
        else:
            self._writer.close()
        return time.perf_counter()

    async def status(self) -> int:
        """The status of the answer."""
        return int((await self._reader.readline()).split()[1])


@asynccontextmanager
async def asking(
    gate: Gate, document: str, persona: str = "officer", **variables: Any
) -> AsyncIterator[Asking]:
    """Send an operation, and do not wait for its answer."""
    body = msgspec.json.encode({"query": document, "variables": variables})
    head = (
        f"POST /graphql HTTP/1.1\r\nHost: gateway\r\nAuthorization: Bearer {gate.token(persona)}\r\n"
        f"Content-Type: application/json\r\nContent-Length: {len(body)}\r\n\r\n"
    )
    async with sending(gate, head.encode() + body) as sent:
        yield sent


@asynccontextmanager
async def sending(gate: Gate, told: bytes) -> AsyncIterator[Asking]:
    """Send bytes to a gateway, and do not wait for its answer."""
    address = urlsplit(str(gate.client.base_url))
    reader, writer = await asyncio.open_connection(address.hostname, address.port)
    writer.write(told)
    await writer.drain()
    try:
        yield Asking(reader, writer)
    finally:
        writer.close()
        with suppress(OSError):
            await writer.wait_closed()
