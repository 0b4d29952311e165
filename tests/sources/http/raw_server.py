"""A server that puts bytes on a real socket as a test wants them, right or wrong."""

import asyncio
import socket
import struct
from collections.abc import AsyncIterator, Awaitable, Callable
from contextlib import asynccontextmanager

Conversation = Callable[[asyncio.StreamReader, asyncio.StreamWriter], Awaitable[None]]


class RawServer:
    """Where it listens, how many connections it took, and the heads of the requests that it read."""

    def __init__(self, port: int) -> None:
        self.port = port
        self.connections = 0
        self.heads: list[bytes] = []

    @property
    def address(self) -> str:
        return f"http://127.0.0.1:{self.port}"


@asynccontextmanager
async def raw_server(*answers: Conversation) -> AsyncIterator[RawServer]:
    """Answers the first request with the first of the answers, and so on; the last one serves all that follow."""

    async def talk(reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        told.connections += 1
        try:
            while True:
                told.heads.append(await reader.readuntil(b"\r\n\r\n"))
                number = min(len(told.heads), len(answers)) - 1
                await answers[number](reader, writer)
        except (asyncio.IncompleteReadError, OSError):
            pass
        finally:
            writer.close()

    server = await asyncio.start_server(talk, "127.0.0.1", 0)
    told = RawServer(server.sockets[0].getsockname()[1])
    try:
        yield told
    finally:
        server.close()


def says(body: bytes, head: bytes = b"", status: bytes = b"200 OK") -> Conversation:
    """A whole answer."""

    async def answer(_: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        length = str(len(body)).encode()
        writer.write(
            b"HTTP/1.1 " + status + b"\r\ncontent-length: " + length + b"\r\n" + head + b"\r\n" + body
        )
        await writer.drain()

    return answer


def sends(raw: bytes) -> Conversation:
    """These bytes, and then the end."""

    async def answer(_: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        writer.write(raw)
        await writer.drain()
        writer.close()

    return answer


def drips(body: bytes, seconds: float) -> Conversation:
    """An answer a byte at a time."""

    async def answer(_: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        writer.write(b"HTTP/1.1 200 OK\r\ncontent-length: " + str(len(body)).encode() + b"\r\n\r\n")
        for byte in body:
            writer.write(bytes([byte]))
            await writer.drain()
            await asyncio.sleep(seconds)

    return answer


async def hangs(_: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
    await asyncio.sleep(30)


async def closes(_: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
    writer.close()


async def resets(_: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
    """Half an answer, then a TCP reset."""
    writer.write(b"HTTP/1.1 200 OK\r\ncontent-length: 100\r\n\r\n[1, 2")
    await writer.drain()
    await asyncio.sleep(0.02)
    plain: socket.socket = writer.get_extra_info("socket")
    plain.setsockopt(socket.SOL_SOCKET, socket.SO_LINGER, struct.pack("ii", 1, 0))
    writer.transport.abort()
