"""Clients that follow: one over a socket, written with other people's library, and one over a stream of events."""

import asyncio
import json
from collections.abc import AsyncIterator, Mapping
from contextlib import asynccontextmanager
from typing import Any

from httpx2 import AsyncClient, Response
from websockets.asyncio.client import ClientConnection, connect
from websockets.exceptions import ConnectionClosed
from websockets.typing import Subprotocol

from tests.running.answers import Answer
from tests.running.serving import Gate

PROTOCOL = Subprotocol("graphql-transport-ws")
SECONDS = 20.0
QUIET = 0.4


class Socket:
    """One socket, as its client has it."""

    def __init__(self, connection: ClientConnection) -> None:
        self.connection = connection

    async def says(self, type: str, **told: Any) -> None:
        await self.connection.send(json.dumps({"type": type} | told))

    async def hears(self, seconds: float = SECONDS) -> dict[str, Any]:
        """The next message."""
        async with asyncio.timeout(seconds):
            told: dict[str, Any] = json.loads(await self.connection.recv())
            return told

    async def closes(self) -> int | None:
        """With which code the other side ends it, whatever it says before."""
        try:
            while True:
                async with asyncio.timeout(SECONDS):
                    await self.connection.recv()
        except ConnectionClosed:
            return self.connection.close_code

    async def is_quiet(self, seconds: float = QUIET) -> bool:
        """Whether nothing comes for a while."""
        try:
            await self.hears(seconds)
        except TimeoutError:
            return True
        return False

    async def welcomed(self, gate: Gate, persona: str = "officer", **more: Any) -> "Socket":
        """This socket, after its caller is known."""
        await self.says("connection_init", payload={"authorization": f"Bearer {gate.token(persona)}"} | more)
        assert (await self.hears())["type"] == "connection_ack"
        return self

    async def asks(self, document: str, id: str = "1", **variables: Any) -> None:
        await self.says("subscribe", id=id, payload={"query": document, "variables": variables})


@asynccontextmanager
async def socket(
    gate: Gate, headers: Mapping[str, str] | None = None, protocols: tuple[str, ...] = (PROTOCOL,)
) -> AsyncIterator[Socket]:
    """A socket of which nobody knows yet whose it is."""
    address = str(gate.client.base_url).replace("http://", "ws://").rstrip("/") + "/graphql"
    named = [Subprotocol(one) for one in protocols]
    async with connect(address, subprotocols=named, additional_headers=headers, proxy=None) as connection:
        yield Socket(connection)


@asynccontextmanager
async def following(
    gate: Gate, document: str, persona: str = "officer", id: str = "1", **variables: Any
) -> AsyncIterator[Socket]:
    """A socket over which a caller follows one document."""
    async with socket(gate) as one:
        await one.welcomed(gate, persona)
        await one.asks(document, id, **variables)
        yield one


class Events:
    """A stream of events, as its reader has it."""

    def __init__(self, response: Response) -> None:
        self.response = response
        self._lines = response.aiter_lines()

    async def next(self, seconds: float = SECONDS) -> tuple[str, Any]:
        """The next event: its name, and what it holds. A comment is an event without a name."""
        name, data = "", ""
        async with asyncio.timeout(seconds):
            async for line in self._lines:
                if line.startswith(":"):
                    data = line
                field, _, value = line.partition(":")
                name = value.strip() if field == "event" else name
                data = value.strip() if field == "data" else data
                if not line:
                    return name, json.loads(data) if name == "next" else data
        raise EOFError


@asynccontextmanager
async def streaming(
    gate: Gate,
    document: str,
    persona: str = "officer",
    headers: Mapping[str, str] | None = None,
    **variables: Any,
) -> AsyncIterator[Events]:
    """A stream that answers a document."""
    usual = {"authorization": f"Bearer {gate.token(persona)}", "accept": "text/event-stream"}
    body = {"query": document, "variables": variables}
    async with (
        AsyncClient(base_url=gate.client.base_url, timeout=SECONDS) as client,
        client.stream("POST", "/graphql", json=body, headers=usual | dict(headers or {})) as response,
    ):
        yield Events(response)


async def first_told(gate: Gate, document: str, persona: str = "officer", **variables: Any) -> Answer:
    """What somebody who begins to follow a document is told first."""
    async with streaming(gate, document, persona, **variables) as events:
        name, body = await events.next()
        assert name == "next"
        return Answer(events.response.status_code, dict(events.response.headers), json.dumps(body))
