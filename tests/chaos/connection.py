"""One connection through a proxy: two streams, what bites them, and how they end."""

import asyncio
import socket
import struct
from collections.abc import Callable, Iterable, Sequence
from contextlib import suppress
from random import Random
from typing import Final

from tests.chaos.toxics import STREAMS, Bite, Cut, Reset, Toxic

PIECE: Final = 32 * 1024
HELD: Final = 64
"""Pieces that wait for a stream that is held up; then whoever sends has to wait."""
NO_LINGER: Final = struct.pack("ii", 1, 0)

Streams = tuple[asyncio.StreamReader, asyncio.StreamWriter]


class Connection:
    """A client and a server, and the bytes between them."""

    def __init__(
        self, client: Streams, server: Streams, random: Random, note: Callable[[str, str], None]
    ) -> None:
        self._client, self._server = client, server
        self._random = random
        self._note = note
        self._bites: dict[str, Bite | None] = {}
        self._changed = asyncio.Event()

    def bitten_by(self, toxics: Sequence[Toxic]) -> None:
        """Be bitten by these toxics from now on, and by no others; those that stay go on as they began."""
        kept = {toxic.name: toxic for toxic in toxics}
        for name, bite in list(self._bites.items()):
            if name not in kept or (bite is not None and bite.toxic != kept[name]):
                self._bites.pop(name)
                if bite is not None:
                    bite.over.set()
        for name, toxic in kept.items():
            if name not in self._bites:
                strikes = self._random.random() < toxic.toxicity
                self._bites[name] = Bite(toxic, self._random, self._noting(name)) if strikes else None
        self._changed.set()

    def _noting(self, toxic: str) -> Callable[[str], None]:
        return lambda what: self._note(toxic, what)

    def _of(self, stream: str) -> list[Bite]:
        return [bite for bite in self._bites.values() if bite is not None and bite.toxic.stream == stream]

    async def run(self) -> None:
        """Carry bytes until both streams have ended, or the connection is cut or reset."""
        (client, to_client), (server, to_server) = self._client, self._server
        try:
            async with asyncio.TaskGroup() as group:
                ending = group.create_task(self._ended())
                carrying = [
                    group.create_task(self._carry(*way))
                    for way in ((STREAMS[0], client, to_server), (STREAMS[1], server, to_client))
                ]
                await asyncio.wait(carrying)
                ending.cancel()
        except* Cut:
            pass
        except* (Reset, OSError):
            break_off(to_client, to_server)
        finally:
            for writer in (to_client, to_server):
                writer.close()
            for writer in (to_client, to_server):
                with suppress(OSError):
                    await writer.wait_closed()

    async def _ended(self) -> None:
        """Wait for the toxic whose time is over first, and end the connection as it says."""
        while True:
            self._changed.clear()
            ends = [
                (at, bite) for one in STREAMS for bite in self._of(one) if (at := bite.ends_at) is not None
            ]
            at, first = min(ends, key=lambda end: end[0], default=(None, None))
            left = None if at is None else at - asyncio.get_running_loop().time()
            with suppress(TimeoutError):
                await asyncio.wait_for(self._changed.wait(), left)
                continue
            assert first is not None
            first.note(first.toxic.type)
            raise Reset if first.toxic.type == "reset_peer" else Cut

    async def _carry(self, stream: str, reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        held: asyncio.Queue[tuple[float, bytes]] = asyncio.Queue(HELD)
        async with asyncio.TaskGroup() as group:
            group.create_task(_read(reader, held))
            while (read := await held.get())[1]:
                await self._through(self._of(stream), read[1], read[0], writer)
        for bite in self._of(stream):
            await bite.closing()
        if not writer.can_write_eof():  # of TLS there is no half
            raise Cut
        writer.write_eof()

    async def _through(
        self, bites: Sequence[Bite], piece: bytes, read_at: float, writer: asyncio.StreamWriter
    ) -> None:
        if not bites:
            writer.write(piece)
            await writer.drain()
            return
        async for some in bites[0].work(piece, read_at):
            await self._through(bites[1:], some, read_at, writer)


async def _read(reader: asyncio.StreamReader, held: asyncio.Queue[tuple[float, bytes]]) -> None:
    piece = b" "
    while piece:
        piece = await reader.read(PIECE)
        await held.put((asyncio.get_running_loop().time(), piece))


def break_off(*writers: asyncio.StreamWriter) -> None:
    """Send a reset: whoever is at the other end reads no further, not even what was sent before."""
    for writer in writers:
        if (connection := raw(writer)) is not None:
            connection.setsockopt(socket.SOL_SOCKET, socket.SO_LINGER, NO_LINGER)
        writer.transport.abort()


def raw(writer: asyncio.StreamWriter) -> socket.socket | None:
    """Return the socket below a stream; None when it is gone."""
    found: socket.socket | None = writer.get_extra_info("socket")
    return found if found is not None and found.fileno() >= 0 else None


def drop(connections: Iterable[asyncio.Task[None]]) -> list[asyncio.Task[None]]:
    """Let go of connections; return what is to be waited for."""
    gone = list(connections)
    for task in gone:
        task.cancel()
    return gone
