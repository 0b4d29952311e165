"""A coalescer and the source behind it, which remembers what it was asked, when, and on whose behalf."""

import asyncio
from collections.abc import Mapping, Sequence
from contextvars import ContextVar
from typing import Any

from msgspec import Struct

from sources.batch import Rhythm
from sources.coalescing import Coalescer
from sources.crn import Crn
from tests.sources.specimens import crns

PEOPLE = crns(400)
A, B, C, D = PEOPLE[:4]
WHO: ContextVar[str] = ContextVar("WHO", default="nobody")
"""What a request carries with it: on whose behalf it asks."""


class Line:
    """A coalescer, and a source that answers each key with itself, unless it is told otherwise or held back."""

    def __init__(self, most: int = 100, **rhythm: Any) -> None:
        self.batches: list[list[Crn]] = []
        self.groups: list[Any] = []
        self.at: list[float] = []
        self.on_behalf: list[str] = []
        self.cancelled = 0
        self.says: dict[Crn, Any] = {}
        self.raises: Exception | None = None
        self.seconds = 0.0
        self.open = asyncio.Event()
        self.open.set()
        self.events: list[Struct] = []
        self.coalescer = Coalescer("debt", "ledger", most, self.send, self.events.append, Rhythm(**rhythm))

    async def send(self, keys: Sequence[Crn], group: Any) -> Mapping[Crn, Any]:
        self.batches.append(list(keys))
        self.groups.append(group)
        self.at.append(asyncio.get_running_loop().time())
        self.on_behalf.append(WHO.get())
        try:
            await asyncio.sleep(self.seconds)
            await self.open.wait()
        except asyncio.CancelledError:
            self.cancelled += 1
            raise
        if self.raises is not None:
            raise self.raises
        return {key: self.says.get(key, key) for key in reversed(keys)}

    def start(self, *keys: Crn, group: Any = None) -> asyncio.Task[Mapping[Crn, Any]]:
        return asyncio.create_task(self.ask(*keys, group=group))

    async def ask(self, *keys: Crn, group: Any = None) -> Mapping[Crn, Any]:
        return await self.coalescer.ask(keys, group)

    def told(self, kind: type[Any]) -> list[Any]:
        return [event for event in self.events if type(event) is kind]


async def settle() -> None:
    for _ in range(10):
        await asyncio.sleep(0)
