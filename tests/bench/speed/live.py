"""Following: how long it takes from a system's event to the sockets of those who follow, while 100 customers change.

The subscribers are a service's, each with a socket of its own. An event goes out every so often, whether the one
before has been told or not; what a customer is changed to says which event it was.
"""

import asyncio
import hmac
import re
import time
from base64 import b64decode, b64encode
from collections.abc import Sequence
from contextlib import AsyncExitStack
from hashlib import sha256
from itertools import count, cycle
from statistics import median, quantiles
from typing import Any, Final

import msgspec
from msgspec import Struct
from websockets.asyncio.client import ClientConnection, connect
from websockets.typing import Subprotocol

from tests.bench.speed.gateways import SECRET
from tests.bench.speed.machine import peak_mebibytes, used
from tests.bench.speed.rows import Sizes
from tests.bench.speed.scenarios import SERVICE
from tests.bench.speed.servers import Server, Stage, Systems
from tests.sources.specimens import crns

FOLLOWED: Final = 100
CHANGES_A_SECOND: Final = 100
POSTERS: Final = 8
AT_ONCE: Final = 50
"""So many sockets begin at a time."""
SETTLING: Final = 2.0
DOCUMENT: Final = (
    "subscription($crn: CRN!) { customerChanged(crn: $crn) { crn profile { title maritalStatus } } }"
)
NUMBERS: Final = count()
"""Of changes: a message that has the number of another is taken for that one, sent again."""
_STATUS: Final = re.compile(r'"maritalStatus": ?"(\d+)"')


class Followed(Struct, frozen=True):
    """What subscribers saw. Milliseconds; `told` is the share of what they should have been told; `core` that of the
    gateway's core which it used."""

    subscribers: int
    changes: float
    middle: float
    worst: float
    told: float
    core: float
    peak: float


class Poster:
    """A system that says what has changed, over one kept connection."""

    def __init__(self, systems: Systems, server: Server) -> None:
        self._ports = (systems.port, server.port)
        self._ways: list[tuple[asyncio.StreamReader, asyncio.StreamWriter]] = []

    async def open(self) -> None:
        """Connect to the systems and to the gateway."""
        self._ways = [await asyncio.open_connection("127.0.0.1", port) for port in self._ports]

    async def change(self, crn: str, number: int, sent: dict[int, float]) -> None:
        """Change a customer, and say so; take note of when that was."""
        await self._ask(0, f"GET /touch?crn={crn}&to={number} HTTP/1.1\r\n\r\n".encode())
        body = msgspec.json.encode(
            {
                "specversion": "1.0",
                "id": str(number),
                "source": "/bench",
                "type": "au.gov.overview.part.changed.v1",
                "data": {"crn": crn, "part": "customer"},
            }
        )
        told = signed(body, f"msg_{number}", str(int(time.time())))
        sent[number] = time.perf_counter()
        await self._ask(1, told)

    async def _ask(self, way: int, request: bytes) -> None:
        reader, writer = self._ways[way]
        writer.write(request)
        head = await reader.readuntil(b"\r\n\r\n")
        assert b" 20" in head[:12], head
        length = re.search(rb"content-length: (\d+)", head.lower())
        await reader.readexactly(int(length[1]) if length else 0)

    def close(self) -> None:
        for _, writer in self._ways:
            writer.close()


def signed(body: bytes, number: str, now: str) -> bytes:
    """Return an event as it goes over the wire."""
    key = b64decode(SECRET.removeprefix("whsec_"))
    signature = b64encode(hmac.digest(key, f"{number}.{now}.".encode() + body, sha256)).decode()
    return (
        "POST /events HTTP/1.1\r\nhost: bench\r\ncontent-type: application/cloudevents+json\r\n"
        f"webhook-id: {number}\r\nwebhook-timestamp: {now}\r\nwebhook-signature: v1,{signature}\r\n"
        f"content-length: {len(body)}\r\n\r\n"
    ).encode() + body


class Subscriber:
    """One socket that follows one customer. `seen` has the number of each change that it was told, and when."""

    def __init__(self, connection: ClientConnection) -> None:
        self._connection = connection
        self.seen: list[tuple[int, float]] = []

    async def begin(self, key: str, crn: str) -> None:
        """Follow, until the first answer is here."""
        await self._say({"type": "connection_init", "payload": {"x-api-key": key}})
        await self._connection.recv()
        payload = {"query": DOCUMENT, "variables": {"crn": crn}}
        await self._say({"id": "1", "type": "subscribe", "payload": payload})
        first = await self._connection.recv()
        assert '"next"' in str(first)[:60], first
        assert "errors" not in str(first), first

    async def listen(self) -> None:
        """Take note of all that comes."""
        async for message in self._connection:
            found = _STATUS.search(str(message))
            if found is not None:
                self.seen.append((int(found[1]), time.perf_counter()))

    async def _say(self, told: Any) -> None:
        await self._connection.send(msgspec.json.encode(told).decode())


async def subscribed(stack: AsyncExitStack, server: Server, many: int) -> Sequence[Subscriber]:
    """Return so many subscribers, who share the customers."""
    key, people = server.identity.decode().strip().partition(": ")[2], cycle(crns(FOLLOWED))
    named, address = Subprotocol("graphql-transport-ws"), f"ws://127.0.0.1:{server.port}/graphql"
    turn = asyncio.Semaphore(AT_ONCE)

    async def one(crn: str) -> Subscriber:
        async with turn:
            way = connect(address, subprotocols=[named], compression=None, proxy=None, open_timeout=60)
            found = Subscriber(await stack.enter_async_context(way))
            await found.begin(key, crn)
            return found

    return await asyncio.gather(*(one(next(people)) for _ in range(many)))


async def changing(posters: Sequence[Poster], people: Sequence[str], seconds: float) -> dict[int, float]:
    """Change one of these people every hundredth of a second; return when each change was said."""
    sent: dict[int, float] = {}
    begun, asked, who, by = time.perf_counter(), set[asyncio.Task[None]](), cycle(people), cycle(posters)
    turns = {poster: asyncio.Lock() for poster in posters}

    async def change(poster: Poster, crn: str, number: int) -> None:
        async with turns[poster]:
            await poster.change(crn, number, sent)

    for turn in range(int(seconds * CHANGES_A_SECOND)):
        await asyncio.sleep(max(0.0, begun + turn / CHANGES_A_SECOND - time.perf_counter()))
        asked.add(asyncio.create_task(change(next(by), next(who), next(NUMBERS))))
    await asyncio.gather(*asked)
    return sent


async def followed(stage: Stage, many: int, seconds: float) -> Followed:
    """Return what so many subscribers see."""
    systems = stage.systems(Sizes())
    server = stage.server(SERVICE, systems)
    async with AsyncExitStack() as stack:
        subscribers = await subscribed(stack, server, many)
        listening = [asyncio.create_task(one.listen()) for one in subscribers]
        posters = [Poster(systems, server) for _ in range(POSTERS)]
        for poster in posters:
            await poster.open()
        before, begun = used(server.pid), time.perf_counter()
        people = crns(min(FOLLOWED, many))
        sent = await changing(posters, people, seconds)
        took = time.perf_counter() - begun
        core = (used(server.pid) - before) / took
        await asyncio.sleep(SETTLING)
        for task in listening:
            assert not task.done(), task.exception() or "a socket was closed"
            task.cancel()
        for poster in posters:
            poster.close()
    times = sorted(at - sent[number] for one in subscribers for number, at in one.seen if number in sent)
    assert times, "nobody was told of anything"
    wanted = len(sent) * many / len(people)
    return Followed(
        subscribers=many,
        changes=len(sent) / took,
        middle=median(times) * 1000,
        worst=quantiles(times, n=100)[98] * 1000,
        told=len(times) / wanted,
        core=core,
        peak=peak_mebibytes(server.pid),
    )
