"""What is sent as bytes, where a client library would send something better: on one connection, read until it ends."""

import asyncio

from tests.attacks.scene import Scene
from tests.attacks.ways import Sends
from tests.running import Answer

SECONDS = 20.0


def raw(head: str, body: bytes = b"", *, shows: bool = True) -> Sends:
    """Send these lines, and a body; between them who asks, if it `shows` that."""

    async def send(scene: Scene) -> None:
        told = scene.headers() if shows else []
        lines = [*head.split("\n"), "connection: close", *(f"{name}: {value}" for name, value in told)]
        scene.answers.append(await _spoken(scene, "\r\n".join(lines).encode("latin-1") + b"\r\n\r\n" + body))

    return send


def bare(content: bytes) -> Sends:
    """Send bytes as they are."""

    async def send(scene: Scene) -> None:
        scene.answers.append(await _spoken(scene, content))

    return send


def chunked(*pieces: bytes) -> bytes:
    """A body that is sent in pieces, and whose length nobody says."""
    return b"".join(b"%x\r\n%s\r\n" % (len(piece), piece) for piece in (*pieces, b""))


async def _spoken(scene: Scene, content: bytes) -> Answer:
    base = scene.gate.client.base_url
    reader, writer = await asyncio.open_connection(base.host, base.port)
    try:
        async with asyncio.timeout(SECONDS):
            writer.write(content)
            return _first(await reader.read(1_000_000))
    finally:
        writer.close()


def _first(text: bytes) -> Answer:
    """The first answer of what came; what comes after it stands in its text, too."""
    head, _, body = text.partition(b"\r\n\r\n")
    status, *lines = head.decode("latin-1").split("\r\n")
    headers = {name.lower(): value for name, _, value in (line.partition(": ") for line in lines)}
    return Answer(int(status.split(" ")[1]), headers, body.decode("utf-8", "replace"))
