"""The gateway, asking its systems for each request by itself: what coalescing is measured against."""

import asyncio
import sys
from collections.abc import Iterable, Mapping
from typing import Any

import msgspec
import uvicorn

from gateway.app import application
from gateway.database import ready
from gateway.joined import Gateway, join
from gateway.serving import configured, listen
from gateway.settings import Settings
from sources.asker import Asker, asked_by
from sources.crn import Crn
from sources.source import Source, ask


class Apart:
    """Asks a source for each request by itself."""

    def __init__(self, gateway: Gateway) -> None:
        self._gateway = gateway

    def ask(
        self, source: Source[Any], crns: Iterable[Crn], asker: Asker | None = None
    ) -> asyncio.Task[Mapping[Crn, Any]]:
        """Ask as if nobody else did."""
        return asyncio.create_task(
            ask(asked_by(source, asker), list(crns), self._gateway.clock, self._gateway.observe)
        )

    async def close(self) -> None:
        """Nothing waits."""


def alone(gateway: Gateway) -> Gateway:
    """Return the gateway as it would be if each request asked by itself."""
    apart: Any = Apart(gateway)
    neighbours = msgspec.structs.replace(gateway.neighbours, coalescing=apart)
    return msgspec.structs.replace(gateway, neighbours=neighbours)


async def prepare(settings: Settings) -> None:
    """Make the database ready."""
    async with ready(settings):
        pass


if __name__ == "__main__":
    asyncio.run(prepare(Settings()))
    gateway = alone(join(Settings()))
    server = uvicorn.Server(configured(application(gateway), []))
    server.run(sockets=[listen("127.0.0.1", int(sys.argv[1]), "--port")])
