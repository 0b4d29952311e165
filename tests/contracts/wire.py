"""A wire between the gateway and a server: what comes back over it is spoilt as a test wants it."""

import asyncio
import socket
import struct
from collections.abc import AsyncIterator, Awaitable, Callable, Iterator
from contextlib import asynccontextmanager, contextmanager, suppress
from typing import TypeAlias

Peer: TypeAlias = tuple[asyncio.StreamReader, asyncio.StreamWriter]
Way: TypeAlias = Callable[[bytes, asyncio.StreamWriter], Awaitable[None]]
"""What becomes of the bytes that a server sent."""

A_BYTE = 0.05
NOISE = b"E\x00\x00\x00\x0b\xff\xfe\x9d\x00\x8f\x00\x00D\x00\x00\x00\x0a\x7f\xff\xff\xff\xff\xff"
"""The frames of an answer, and nothing in them that could be one."""


async def through(answer: bytes, writer: asyncio.StreamWriter) -> None:
    writer.write(answer)
    await writer.drain()


async def drips(answer: bytes, writer: asyncio.StreamWriter) -> None:
    for byte in answer:
        await through(bytes([byte]), writer)
        await asyncio.sleep(A_BYTE)


async def truncates(answer: bytes, writer: asyncio.StreamWriter) -> None:
    await through(answer[: len(answer) // 2], writer)
    writer.close()


async def resets(answer: bytes, writer: asyncio.StreamWriter) -> None:
    await through(answer[: len(answer) // 2], writer)
    await asyncio.sleep(0.02)  # what was sent shall arrive before the connection breaks
    connection: socket.socket = writer.get_extra_info("socket")
    connection.setsockopt(socket.SOL_SOCKET, socket.SO_LINGER, struct.pack("ii", 1, 0))
    writer.transport.abort()


async def babbles(_: bytes, writer: asyncio.StreamWriter) -> None:
    await through(NOISE, writer)
    writer.close()


class Wire:
    """A port of this machine. `beyond` connects to the server, and `way` is what becomes of its answers."""

    def __init__(self, beyond: Callable[[], Awaitable[Peer]], port: int = 0) -> None:
        self.port = port
        self.way: Way = through
        self._beyond = beyond
        self._server: asyncio.Server | None = None
        self._calls: set[asyncio.Task[None]] = set()

    async def open(self) -> None:
        """Listen, on the same port as before."""
        self._server = await asyncio.start_server(self._taken, "127.0.0.1", self.port)
        self.port = self._server.sockets[0].getsockname()[1]

    async def close(self) -> None:
        """Stop listening and drop every connection."""
        if self._server is not None:
            self._server.close()
            self._server = None
        await self.drop()

    async def drop(self) -> None:
        """Break every connection."""
        for call in self._calls:
            call.cancel()
        await asyncio.gather(*self._calls, return_exceptions=True)

    def _taken(self, reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        call = asyncio.create_task(self._call((reader, writer)))
        self._calls.add(call)
        call.add_done_callback(self._calls.discard)

    async def _call(self, near: Peer) -> None:
        far: Peer | None = None
        try:
            with suppress(OSError):
                far = await self._beyond()
                await self._talk(near, far)
        finally:
            for peer in (near, far):
                if peer is not None:
                    peer[1].transport.abort()

    async def _talk(self, near: Peer, far: Peer) -> None:
        ways = [
            asyncio.create_task(self._carry(near[0], far[1], lambda: through)),
            asyncio.create_task(self._carry(far[0], near[1], lambda: self.way)),
        ]
        try:
            await asyncio.wait(ways, return_when=asyncio.FIRST_COMPLETED)
        finally:
            for way in ways:
                way.cancel()
            await asyncio.gather(*ways, return_exceptions=True)

    async def _carry(
        self, reader: asyncio.StreamReader, writer: asyncio.StreamWriter, way: Callable[[], Way]
    ) -> None:
        while not writer.is_closing() and (said := await reader.read(65_536)):
            await way()(said, writer)


@asynccontextmanager
async def babbling(port: int) -> AsyncIterator[None]:
    """A port at which every question is answered with noise."""

    async def talk(reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        with suppress(OSError):
            await reader.read(65_536)
            await babbles(b"", writer)

    server = await asyncio.start_server(talk, "127.0.0.1", port)
    try:
        yield
    finally:
        server.close()


@contextmanager
def deaf(port: int) -> Iterator[None]:
    """A port at which nobody takes a connection: those that wait are already too many."""
    with socket.socket() as listener:
        listener.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
        listener.bind(("127.0.0.1", port))
        listener.listen(0)
        crowd = [socket.socket() for _ in range(8)]
        for each in crowd:
            each.setblocking(False)
            each.connect_ex(listener.getsockname())
        try:
            yield
        finally:
            for each in crowd:
                each.close()
