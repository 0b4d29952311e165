"""A system that takes every question and never answers; it notes who asked, and when they left."""

import asyncio
import time
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager, suppress


class Silent:
    """`asked` are the times at which questions arrived, `left` those at which their connections ended."""

    def __init__(self, address: str) -> None:
        self.address = address
        self.asked: list[float] = []
        self.left: list[float] = []
        self._news = asyncio.Event()

    def note(self, times: list[float]) -> None:
        times.append(time.perf_counter())
        self._news.set()

    async def until(self, asked: int, left: int, patience: float = 10.0) -> None:
        """Return once so many asked and so many left."""
        async with asyncio.timeout(patience):
            while len(self.asked) < asked or len(self.left) < left:
                self._news.clear()
                await self._news.wait()


@asynccontextmanager
async def silent() -> AsyncIterator[Silent]:
    """A silent system of this machine."""
    writers: set[asyncio.StreamWriter] = set()

    async def talk(reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        writers.add(writer)
        with suppress(OSError):
            if await reader.read(65_536):
                system.note(system.asked)
                while await reader.read(65_536):
                    pass
                system.note(system.left)
        writers.discard(writer)
        writer.close()

    server = await asyncio.start_server(talk, "127.0.0.1", 0)
    host, port = server.sockets[0].getsockname()
    system = Silent(f"http://{host}:{port}")
    try:
        yield system
    finally:
        server.close()
        for writer in list(writers):
            writer.transport.abort()
