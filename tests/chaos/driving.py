"""Driving proxies from outside, as any client of Toxiproxy does."""

from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from typing import Any

from httpx2 import AsyncClient, Response

from tests.chaos.control import controlled
from tests.chaos.proxy import Kit


class Driver:
    """A client of a control port. What is refused is an error of the test."""

    def __init__(self, http: AsyncClient) -> None:
        self.http = http

    async def toxic(
        self, proxy: str, type: str, stream: str = "downstream", toxicity: float = 1.0, **attributes: int
    ) -> None:
        """Put a toxic to work."""
        told = {"type": type, "stream": stream, "toxicity": toxicity, "attributes": attributes}
        await self.post(f"/proxies/{proxy}/toxics", told)

    async def turn(self, proxy: str, **told: bool) -> None:
        """Change a proxy: `enabled`, `blackhole`."""
        await self.post(f"/proxies/{proxy}", told)

    async def reset(self) -> None:
        """Let everything be as it was."""
        await self.post("/reset", {})

    async def post(self, path: str, told: Any) -> Response:
        answer = await self.http.post(path, json=told)
        assert answer.is_success, answer.text
        return answer


@asynccontextmanager
async def driving(kit: Kit) -> AsyncIterator[Driver]:
    """A driver of a kit, for as long as a test needs it."""
    async with controlled(kit) as address, AsyncClient(base_url=address) as http:
        yield Driver(http)
