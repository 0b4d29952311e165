"""Who is there all the time: people who ask about several, who leave early, and systems that say what has changed."""

import asyncio
import json
import time
from collections import Counter
from collections.abc import AsyncIterator, Callable, Iterable, Mapping
from contextlib import asynccontextmanager, suppress
from datetime import UTC, datetime
from random import Random
from typing import Any, Final

from httpx2 import HTTPError

from sources.crn import Crn
from tests.chaos.stage import QUESTION, Asked
from tests.running import Answer
from tests.running.senders import event, signed
from tests.soak.door import Door
from tests.soak.scene import PEOPLE, SERVICE, STAFF, Scene
from tests.soak.truth import WORDS, Seen, Truth

CLIENTS: Final = 20
LEAVERS: Final = 3
WRITERS: Final = 3
"""Of all clients so many leave early, and so many change something; the others wait for their answers."""
THINKING: Final = (0.4, 1.6)
"""Seconds between two questions of a client."""
LEAVING: Final = (0.0, 0.3)
PURGE: Final = "mutation($input: PurgeCacheInput!) { purgeCache(input: $input) { everywhere } }"
PURGER: Final = STAFF[-1]

Spoil = Callable[[Seen], Seen]


class Clients:
    """All of them. What they saw since the last look is in `seen`, what must not be in `complaints`, `left` is how many
    questions were left alone, `demand` how many customers were asked for of each system."""

    def __init__(self, scene: Scene, seed: int, spoil: Spoil) -> None:
        """`spoil` is for those who want to know whether they are watched: it changes what was seen."""
        self.truth: Final = Truth()
        self.seen: list[Seen] = []
        self.complaints: list[str] = []
        self.left = 0
        self.writes = Counter[str]()
        self.demand = 0
        self._scene, self._seed, self._spoil = scene, seed, spoil
        self._busy = 0
        self._idle, self._open = asyncio.Event(), asyncio.Event()
        self._tasks: list[asyncio.Task[None]] = []

    @asynccontextmanager
    async def at_work(self) -> AsyncIterator[None]:
        """They ask for as long as this lasts."""
        kinds = [self._leaves] * LEAVERS + [self._writes] * WRITERS
        kinds += [self._asks] * (CLIENTS - len(kinds))
        self._tasks = [
            asyncio.create_task(self._goes_on(kind, Random(f"{self._seed} client {number}")))
            for number, kind in enumerate(kinds)
        ]
        self._open.set()
        try:
            yield
        finally:
            for task in self._tasks:
                task.cancel()
            await asyncio.gather(*self._tasks, return_exceptions=True)

    @asynccontextmanager
    async def quiet(self) -> AsyncIterator[None]:
        """Nobody asks for as long as this lasts, and everybody has their answer."""
        self._open.clear()
        await self._idle.wait() if self._busy else None
        try:
            yield
        finally:
            self._open.set()

    def forget(self) -> None:
        """Begin anew with what was seen."""
        self.seen, self.complaints, self.left, self.demand = [], [], 0, 0
        self.writes = Counter()

    def fallen(self) -> list[str]:
        """Say which of them did not stay."""
        return [f"a client fell: {task.exception()!r}" for task in self._tasks if task.done()]

    async def ask(self, door: Door, who: str, crns: Iterable[Crn]) -> Seen | None:
        """Ask about people, and keep what was seen; None where no answer came at all."""
        people, began, at = tuple(crns), time.monotonic(), time.time()
        self.demand += len(people) + 1
        try:
            answer = await door.ask(who, QUESTION, crns=people)
        except HTTPError as error:
            self.complaints.append(f"I5: {door.name} gave no answer: {type(error).__name__}")
            return None
        asked = Asked(people, answer, time.monotonic() - began)
        seen = self._spoil(Seen(asked, door.name, who, began, at))
        self.seen.append(seen)
        return seen

    async def tell_again(self) -> bool:
        """Say once more what not everybody is sure to know, and of one person in any case; tell whether now all do."""
        doors, all_know = {one.name: one for one in self._scene.doors}, True
        for name, owner in self.truth.untold | {(name, PEOPLE[0]) for name in doors}:
            everywhere = None
            with suppress(HTTPError):
                everywhere, _ = await _by_event(doors[name], {"crn": owner})
            if everywhere:
                self.truth.said_again(name, owner, time.monotonic())
            all_know = all_know and bool(everywhere)
        return all_know

    async def _goes_on(self, does: Callable[[Random], Any], random: Random) -> None:
        while True:
            await asyncio.sleep(random.uniform(*THINKING))
            await self._open.wait()
            self._busy += 1
            self._idle.clear()
            try:
                await does(random)
            finally:
                self._busy -= 1
                if not self._busy:
                    self._idle.set()

    def _chosen(self, random: Random) -> tuple[Door, str, list[Crn]]:
        who = random.choice((*STAFF, SERVICE))
        return random.choice(self._scene.doors), who, random.sample(PEOPLE, random.choice((1, 1, 2, 3, 5)))

    async def _asks(self, random: Random) -> None:
        await self.ask(*self._chosen(random))

    async def _leaves(self, random: Random) -> None:
        door, who, crns = self._chosen(random)
        self.demand += len(crns) + 1
        self.left += 1
        with suppress(TimeoutError, HTTPError):
            async with asyncio.timeout(random.uniform(*LEAVING)):
                await door.ask(who, QUESTION, crns=crns)

    async def _writes(self, random: Random) -> None:
        """Change a record at its source, and say so to one gateway."""
        owner, part = random.choice(PEOPLE), random.choice(list(WORDS.values()))
        door, named = random.choice(self._scene.doors), random.choice(({}, {"part": part}))
        edition = self.truth.written(owner, part, time.time())
        self._scene.write(owner, part, edition)
        way = random.choice((_by_event, _by_purge))
        try:
            everywhere, said = await way(door, {"crn": owner, **named})
        except HTTPError as error:
            self.complaints.append(f"I5: {door.name} took no {part}: {type(error).__name__}")
            return
        if everywhere is None:
            self.complaints.append(f"an invalidation was not taken: {said.status} {said.text}")
            return
        self.writes["everywhere" if everywhere else "not everywhere"] += 1
        others = {one.name: everywhere for one in self._scene.doors if one is not door}
        self.truth.acknowledged(owner, part, edition, door.name, others, time.monotonic())


async def _by_event(door: Door, told: Mapping[str, Any]) -> tuple[bool | None, Answer]:
    body = json.dumps(event("part" if "part" in told else "customer", **told)).encode()
    said = await door.post("/events", body, signed(body, datetime.now(UTC)))
    good = said.status == 202 and said.body["accepted"] == 1
    return (said.body["everywhere"] if good else None), said


async def _by_purge(door: Door, told: Mapping[str, Any]) -> tuple[bool | None, Answer]:
    said = await door.ask(PURGER, PURGE, input=told)
    good = said.status == 200 and "errors" not in said.body
    return (said.body["data"]["purgeCache"]["everywhere"] if good else None), said
