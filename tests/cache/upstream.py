"""A cache with a clock that is moved by hand, and an upstream whose answers are numbered and can be held back."""

import asyncio
from collections.abc import Mapping, Sequence
from typing import Any

from cache import CrnCache, Found, Keep, Keys, MemoryStore
from cache.store import Store

PART, SYSTEM = "debt", "ledger"  # fresh for 30 seconds, dead after 300
NEVER, BRIEFLY = "a fault", "nothing known"


def judge(value: Any) -> Keep:
    return {NEVER: Keep.NEVER, BRIEFLY: Keep.BRIEFLY}.get(value, Keep.USUALLY)


class Upstream:
    """Answers `crn/number of the fetch`, or what it is told to say; waits while it is held."""

    def __init__(self) -> None:
        self.fetches: list[tuple[str, ...]] = []
        self.given_up: list[tuple[str, ...]] = []
        self.says: str | None = None
        self.raises: Exception | None = None
        self.open = asyncio.Event()
        self.open.set()

    async def fetch(self, crns: Sequence[str]) -> Mapping[str, str]:
        self.fetches.append(tuple(crns))
        answer = {crn: self.says or f"{crn}/{len(self.fetches)}" for crn in crns}
        raised = self.raises
        try:
            await self.open.wait()
        except asyncio.CancelledError:
            self.given_up.append(tuple(crns))
            raise
        if raised is not None:
            raise raised
        return answer


class Bench:
    """A cache over a memory store, its clock and its upstream."""

    def __init__(self, store: Store | None = None) -> None:
        self.now = 0.0
        self.store = store or MemoryStore()
        self.keys = Keys(b"secret", "test", "1")
        self.upstream = Upstream()
        self.events: list[Any] = []
        self.cache = CrnCache(
            self.store, self.keys, judge, monotonic=lambda: self.now, observe=self.events.append
        )

    async def look(self, *crns: str, part: str = PART) -> dict[str, Found]:
        return await self.cache.look(part, SYSTEM, crns, self.upstream.fetch)

    async def read(self, crn: str = "A", part: str = PART) -> Found:
        """Look, and keep what was fetched, as a reader does who was let in."""
        found = (await self.look(crn, part=part))[crn]
        await self.cache.keep(part, SYSTEM, crn, found)
        return found

    async def keeps(self, crn: str) -> bool:
        (looked,) = await self.store.look([self.keys.place(PART, SYSTEM, crn)])
        return looked.entry is not None

    async def value(self, crn: str = "A", part: str = PART) -> str:
        return str((await self.read(crn, part)).value)


async def settle() -> None:
    """Let every task that can go on do so."""
    for _ in range(20):
        await asyncio.sleep(0)
