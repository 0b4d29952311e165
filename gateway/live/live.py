"""What sockets and streams share: the hub, the executor, and who may begin."""

import asyncio
from collections.abc import Coroutine
from typing import Any, Final

from msgspec import Struct
from starlette.requests import HTTPConnection

from gateway.auth import Proof, Shown
from gateway.edge import reading
from gateway.edge.endpoint import Door
from gateway.edge.sockets import LiveRejected, Why
from gateway.engine import Operation
from gateway.live.door import Seats, Starts
from gateway.live.execution import Asked, Executor
from gateway.live.hearing import Hearing
from gateway.live.hub import Hub
from gateway.live.topics import HEALTH, Topics
from gateway.live_settings import LiveSettings
from resolvers.caller import Caller, Purpose
from sources.source import Clock

GOODBYE_SECONDS: Final = 0.1
"""So long sockets and streams have to end by themselves, before the server ends them."""

FINISH_SECONDS: Final = 5.0
"""So long a process that ends waits for the mutations of its sockets."""


class Following(Struct, frozen=True):
    """Who follows, and why: what was shown, what it proved, the purpose, and the contact."""

    shown: Shown
    proof: Proof
    purpose: Purpose | None
    interaction: str | None

    @property
    def caller(self) -> Caller:
        """Who it is."""
        return self.proof.caller

    def asks(self, operation: Operation) -> Asked:
        """Return an operation as this caller asks it."""
        return Asked(self.caller, self.purpose, self.interaction, operation)


class Live:
    """What sockets and streams work with, in one process."""

    def __init__(self, door: Door, settings: LiveSettings, topics: Topics, clock: Clock) -> None:
        self.door: Final = door
        self.settings: Final = settings
        self.clock: Final = clock
        self.topics: Final = topics
        self.executor: Final = Executor(door, topics)
        self.hearing: Final = Hearing(topics.hears, door.observe)
        self.hub: Final = Hub(self.executor, settings.live_check_seconds, door.observe)
        self.starts: Final = Starts(settings.live_starts)
        self.sockets: Final = Seats()
        self.streams: Final = Seats()
        self.ended: Final = asyncio.Event()
        self._finishing: set[asyncio.Task[None]] = set()
        topics.listen(self.hub.heard)

    def changed_health(self) -> None:
        """Take note that a source answers otherwise than before."""
        self.hub.heard(HEALTH)

    async def end(self) -> None:
        """Have every socket and stream end: the process does. Each is told to come again, not all at once."""
        self.ended.set()
        await asyncio.sleep(GOODBYE_SECONDS)

    async def close(self) -> None:
        """Let what has to be finished be."""
        if self._finishing:
            await asyncio.wait(self._finishing, timeout=FINISH_SECONDS)

    def rejected(self, protocol: str, why: Why) -> None:
        """Tell that a socket or a stream was not begun."""
        self.door.observe(LiveRejected(protocol, why))

    def following(self, connection: HTTPConnection, shown: Shown, proof: Proof) -> Following:
        """Return who follows over a connection; refuse a purpose or a contact that is none."""
        usual = self.door.usual_purpose(proof.caller.kind)
        return Following(shown, proof, reading.purpose(connection, usual), reading.interaction(connection))

    async def still(self, following: Following) -> bool:
        """Tell whether a caller is still who they were, and may still do what they might."""
        proof = await self.door.authenticator.again(following.shown, following.proof)
        return proof is not None and proof.caller == following.caller

    def is_good(self, following: Following) -> bool:
        """Tell whether the proof of a caller has not ended."""
        return following.proof.is_good(self.clock())

    def until_check(self, following: Following) -> float:
        """Return after how many seconds a caller is to be proved again."""
        left = (following.proof.until - self.clock()).total_seconds()
        return max(0.01, min(self.settings.live_check_seconds, left))

    def finishes(self, task: asyncio.Task[None]) -> bool:
        """Tell whether something is done to its end."""
        return task in self._finishing

    def finish(self, work: Coroutine[Any, Any, None]) -> asyncio.Task[None]:
        """Have something done to its end, whoever leaves meanwhile."""
        task = asyncio.create_task(work)
        self._finishing.add(task)
        task.add_done_callback(self._finishing.discard)
        return task
