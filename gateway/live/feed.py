"""A feed: one document of one caller, executed once for all who listen to it whenever it may have changed."""

import asyncio
import random
from collections.abc import Awaitable, Callable
from typing import Final

from gateway.engine.execution import unforeseen
from gateway.ids import new_id
from gateway.live.execution import Ran, refused
from gateway.live.listener import Listener, Then, Told
from resolvers.refusal import Refusal
from sources.crn import Crn
from sources.source import Observer

SETTLE_SECONDS: Final = 0.05
"""So long it waits for more after it heard of a change: one event of a neighbour is seldom alone."""

SPREAD_SECONDS: Final = 0.5
"""Over so long feeds spread out when all of them are to be executed."""

AGAIN_SECONDS: Final = 1.0
"""After so long, and up to as much again, it tries again what was refused for a while."""


class Feed:
    """Executes, and hands the answer to those who do not have it yet. `every` is how often, in seconds, in any case.

    `tell` is told of which topics it is to hear from then on.
    """

    def __init__(
        self,
        run: Callable[[], Awaitable[Ran]],
        every: float,
        observe: Observer,
        tell: "Callable[[Feed, frozenset[str]], None]",
    ) -> None:
        self._run = run
        self._tell = tell
        self._every = every
        self._observe = observe
        self._listeners: set[Listener] = set()
        self._topics: frozenset[str] | None = None
        self._opened: frozenset[Crn] = frozenset()
        self._woken = asyncio.Event()
        self._pause = 0.0
        self._is_running = False
        self._task: asyncio.Task[None] | None = None

    def join(self, listener: Listener) -> None:
        """Have somebody listen: the answer as it is now comes first."""
        self._listeners.add(listener)
        if self._task is None or self._task.done():
            self._is_running = True
            self._task = asyncio.create_task(self._go())
        elif not self._is_running:
            self._wake(0.0)

    def leave(self, listener: Listener) -> bool:
        """Have somebody listen no more; tell whether nobody does."""
        self._listeners.discard(listener)
        if self._listeners:
            return False
        if self._task is not None:
            self._task.cancel()
        return True

    def heard(self, *, is_all: bool) -> None:
        """Take note that something may have changed that concerns this feed, or everything."""
        # nobody gains from guessing it
        self._wake(random.uniform(0, SPREAD_SECONDS) if is_all else SETTLE_SECONDS)  # noqa: S311

    def _wake(self, pause: float) -> None:
        self._pause = min(self._pause, pause) if self._woken.is_set() else pause
        self._woken.set()

    async def _go(self) -> None:
        try:
            await self._go_on()
        except Exception as error:  # whatever it is, its text goes nowhere
            number = new_id()
            self._observe(unforeseen(error, number))
            for one in self._listeners:
                one.offer(Told(refused(Refusal("INTERNAL"), number).body, Then.ERROR))

    async def _go_on(self) -> None:
        while True:
            self._woken.clear()
            self._is_running = True
            ran = await self._run()
            self._is_running = False
            await self._hand_on(ran)
            try:
                async with asyncio.timeout(self._every * random.uniform(0.9, 1.1)):  # noqa: S311
                    await self._woken.wait()
            except TimeoutError:
                continue
            await asyncio.sleep(self._pause)

    async def _hand_on(self, ran: Ran) -> None:
        if ran.topics is not None and ran.topics != self._topics and self._listeners:
            self._topics = ran.topics
            self._tell(self, ran.topics)
        if ran.executed and not ran.is_denied:
            for one in self._listeners:
                one.recognise(ran.mark, ran.digest)
        new = [one for one in self._listeners if one.digest != ran.digest]
        if not ran.executed:
            self._refuse(new, ran)
            return
        if not new:
            self._opened = self._opened or ran.opened
            return
        try:
            await ran.record()
        except Refusal as refusal:
            self._refuse(new, refused(refusal, new_id()))
            return
        then = Then.MORE
        if self._opened & ran.closed:
            then = Then.WITHDRAWN
        elif ran.is_denied:
            then = Then.END
        self._opened = ran.opened
        for one in new:
            one.offer(Told(ran.body, then, ran.mark), ran.digest)

    def _refuse(self, new: list[Listener], ran: Ran) -> None:
        """Tell those who have no answer yet why there is none; for the others it is tried again."""
        for one in new:
            if one.digest is None:
                one.offer(Told(ran.body, Then.ERROR))
        if any(one.digest is not None for one in new):
            self._wake(AGAIN_SECONDS * random.uniform(1, 2))  # noqa: S311
