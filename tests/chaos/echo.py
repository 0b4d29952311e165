"""A server that says back whatever it hears, and clients of it."""

import asyncio
import ssl
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager, suppress

from tests.chaos.connection import Streams
from tests.chaos.proxy import Proxy


class Echo:
    """The server, while it listens. `heard` is everything that it heard."""

    def __init__(self, address: str) -> None:
        self.address = address
        self.heard = b""


@asynccontextmanager
async def echoing() -> AsyncIterator[Echo]:
    """A server, for as long as a test needs it."""
    echo = Echo("")

    async def talk(reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        with suppress(OSError):
            while heard := await reader.read(65536):
                echo.heard += heard
                writer.write(heard)
                await writer.drain()
        writer.close()

    server = await asyncio.start_server(talk, "127.0.0.1", 0)
    host, port = server.sockets[0].getsockname()
    echo.address = f"{host}:{port}"
    try:
        yield echo
    finally:
        server.close()


@asynccontextmanager
async def caller(proxy: Proxy, tls: ssl.SSLContext | None = None) -> AsyncIterator[Streams]:
    """A connection through a proxy."""
    reader, writer = await asyncio.open_connection(proxy.host, proxy.port, ssl=tls)
    try:
        yield reader, writer
    finally:
        writer.close()
        with suppress(OSError):
            await writer.wait_closed()


async def said(streams: Streams, text: bytes) -> bytes:
    """Say something and nothing more; return all that comes back."""
    reader, writer = streams
    writer.write(text)
    if writer.can_write_eof():
        writer.write_eof()
    return await reader.read()
