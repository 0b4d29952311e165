"""A place for one worker: who is in it, who comes after whom, and how long an empty one stays empty."""

import asyncio
import os
from asyncio import Lock
from collections.abc import Awaitable, Callable
from time import monotonic
from typing import TypeAlias

from gateway.workers.child import Child
from gateway.workers.endings import LONGEST_PAUSE, STEADY, Ending, is_orderly, pause
from gateway.workers.events import Why, WorkerDied, WorkerKept, WorkerReady, WorkerReplaced, WorkerStuck
from sources.source import Observer

Birth: TypeAlias = Callable[[], Awaitable[Child]]


class Place:
    """Place number so and so. Of all places that share `turns`, one at a time has its worker replaced."""

    def __init__(self, number: int, birth: Birth, patience: float, turns: Lock, observe: Observer) -> None:
        self._number = number
        self._birth = birth
        self._patience = patience
        self._turns = turns
        self._observe = observe
        self._changing = Lock()
        self._child: Child | None = None
        self._deaths = 0

    @property
    def serves(self) -> bool:
        """Whether there is a worker here that serves."""
        return self._child is not None and self._child.lives

    async def fill(self) -> Ending | None:
        """Put a worker here; return how it ended when it could not start."""
        async with self._changing:
            found = await self._born()
            if isinstance(found, Ending):
                return found
            self._child = found
            found.own()
            self._observe(WorkerReady(self._number))
        return None

    async def keep(self) -> None:
        """Have a worker here, for ever."""
        while True:
            if self._child is not None:
                await self._watch(self._child)
            elif (found := await self.fill()) is not None:
                await asyncio.sleep(self._died(found, ready=False))

    async def replace(self, why: Why) -> bool:
        """Put another worker in the place of this one, which ends when it has answered what it has.

        Return False when the other could not start: then this one stays. Nobody has to be replaced in an empty place.
        """
        async with self._turns:
            async with self._changing:
                old = self._child
                if old is None:
                    return True
                found = await self._born()
                if isinstance(found, Ending):
                    self._observe(WorkerKept(self._number, why, found.exit_code, found.signal))
                    return False
                self._child = found
                self._observe(WorkerReplaced(self._number, why))
            last = await old.retire(self._patience)
            if not is_orderly(last):
                self._observe(WorkerStuck(self._number, last.exit_code, last.signal))
            found.own()
        return True

    async def _watch(self, child: Child) -> None:
        """Return when a worker has ended, or has been replaced because it had served enough."""
        gone, enough = asyncio.create_task(child.ended()), asyncio.create_task(child.enough.wait())
        try:
            await asyncio.wait({gone, enough}, return_when=asyncio.FIRST_COMPLETED)
        finally:
            enough.cancel()
        if not gone.done():
            gone.cancel()
            child.enough.clear()
            if not await self.replace(Why.LIMIT):
                asyncio.get_running_loop().call_later(LONGEST_PAUSE, child.enough.set)
            return
        async with self._changing:
            if self._child is not child:
                return  # it was to end
            self._child = None
        if monotonic() - child.since > STEADY:
            self._deaths = 0
        await asyncio.sleep(self._died(gone.result(), ready=True))

    def _died(self, found: Ending, *, ready: bool) -> float:
        self._deaths += 1
        wait = pause(self._deaths)
        self._observe(WorkerDied(self._number, ready, found.exit_code, found.signal, wait))
        return wait

    async def _born(self) -> Child | Ending:
        try:
            child = await self._birth()
        except OSError:  # no memory, no process, no file to be had
            return Ending(exit_code=os.EX_OSERR)
        return child if await child.serves() else await child.ended()
