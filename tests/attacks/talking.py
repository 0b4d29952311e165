"""Sockets and streams of an attack: what is said on them, one message after the other, and what comes of it.

The last answer has as its status the code that the socket was closed with, 101 while it is open, or the HTTP status
where it was never begun; and as its text what was heard last, as an answer over HTTP would say it.
"""

import asyncio
import json
from collections.abc import AsyncIterator, Awaitable, Callable
from contextlib import asynccontextmanager
from typing import Any, TypeAlias

from websockets.asyncio.client import ClientConnection, connect
from websockets.exceptions import ConnectionClosed, InvalidStatus
from websockets.typing import Subprotocol

from tests.attacks.scene import Scene
from tests.attacks.ways import Sends
from tests.running import Answer

SPOKEN = ("graphql-transport-ws",)
OPEN = 101
SECONDS = 20.0

Act: TypeAlias = Callable[["Talk"], Awaitable[Any]]


class Talk:
    """One socket of an attack."""

    def __init__(self, scene: Scene, connection: ClientConnection) -> None:
        self.scene = scene
        self.connection = connection
        self.heard: list[str] = []

    async def says(self, message: Any) -> None:
        """Send a message: bytes and text as they are, anything else as JSON."""
        sent = message if isinstance(message, bytes | str) else json.dumps(message)
        await self.connection.send(sent)

    async def hears(self) -> dict[str, Any]:
        """The next message."""
        async with asyncio.timeout(SECONDS):
            self.heard.append(str(await self.connection.recv()))
        told: dict[str, Any] = json.loads(self.heard[-1])
        return told

    async def outcome(self) -> Answer:
        """What the socket comes to: its end, or the first answer to an operation."""
        try:
            while (told := await self.hears())["type"] not in {"next", "error", "complete"}:
                pass
        except ConnectionClosed:
            return self._answer(self.connection.close_code or 0, self.connection.close_reason or "")
        payload = told.get("payload", {})
        return self._answer(OPEN, json.dumps({"errors": payload} if told["type"] == "error" else payload))

    def _answer(self, status: int, text: str) -> Answer:
        """An answer; its number is that of its errors, which have no header to be compared with."""
        errors = json.loads(text).get("errors", []) if text.startswith("{") else []
        number = errors[0]["extensions"]["reference"] if errors else ""
        before = Answer(status, {"x-request-id": ""}, "\n".join(["heard:", *self.heard]))
        self.scene.answers.append(before)
        return Answer(status, {"x-request-id": number}, text)


@asynccontextmanager
async def opened(
    scene: Scene, path: str = "/graphql", protocols: tuple[str, ...] = SPOKEN, **headers: str
) -> AsyncIterator[Talk]:
    """A socket on which nothing was said."""
    address = str(scene.gate.client.base_url).replace("http://", "ws://").rstrip("/") + path
    named = [Subprotocol(one) for one in protocols]
    async with connect(address, subprotocols=named, additional_headers=headers, proxy=None) as connection:
        yield Talk(scene, connection)


def handshaking(
    path: str = "/graphql", protocols: tuple[str, ...] = SPOKEN, then: tuple[Act, ...] = (), **headers: str
) -> Sends:
    """Ask for a socket, and go on where there is one."""

    async def send(scene: Scene) -> None:
        try:
            async with opened(scene, path, protocols, **headers) as talk:
                for act in then:
                    await act(talk)
                scene.answers.append(await talk.outcome())
        except InvalidStatus as refused:
            answer = refused.response
            told = {name.lower(): value for name, value in answer.headers.raw_items()}
            scene.answers.append(Answer(answer.status_code, told, (answer.body or b"").decode()))

    return send


def talk(*acts: Act) -> Sends:
    """Do these on a socket, and see what it comes to."""
    return handshaking(then=acts)


def says(message: Any) -> Act:
    return lambda talk: talk.says(message)


def init(talk: Talk) -> Awaitable[None]:
    """Say who it is."""
    return talk.says({"type": "connection_init", "payload": dict(talk.scene.headers())})


async def welcomed(talk: Talk) -> None:
    await init(talk)
    assert (await talk.hears())["type"] == "connection_ack"


def asks(query: str, id: str = "1", **variables: Any) -> Act:
    return says({"type": "subscribe", "id": id, "payload": {"query": query, "variables": variables}})


async def answered(talk: Talk) -> None:
    """Hear the first answer of something that is followed, which is no part of what the attack comes to."""
    assert (await talk.hears())["type"] == "next"
