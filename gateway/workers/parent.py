"""The parent: it holds the port and serves nobody, so that nothing which ends a worker ends the service."""

import asyncio
import signal
import socket
from collections.abc import Awaitable, Callable, Sequence
from contextlib import suppress
from typing import Final

from msgspec import Struct

from gateway.reload.events import ConfigRejected, ConfigReloaded
from gateway.workers.child import Child, start
from gateway.workers.endings import Ending
from gateway.workers.events import Why
from gateway.workers.place import Birth, Place
from sources.source import Observer

STOPS: Final = (signal.SIGTERM, signal.SIGINT)


class Plan(Struct, frozen=True):
    """What a parent is to do: `command` starts a worker, `own` has one admin socket for each, or none.

    When all are to end they go on for `lingers` seconds, not ready; then each has `patience` seconds to end. `announce`
    is called once somebody serves. `fault` says what is wrong with the configuration as it is when all are to be
    replaced, None where it can be used.
    """

    command: Sequence[str]
    door: socket.socket
    own: Sequence[socket.socket]
    workers: int
    lingers: float
    patience: float
    announce: Callable[[], None]
    fault: Callable[[], Awaitable[str | None]]


class Parent:
    """Watches over workers. SIGTERM and Ctrl-C have all of them end, the second time at once; SIGHUP replaces them."""

    def __init__(self, plan: Plan, observe: Observer) -> None:
        turns = asyncio.Lock()
        self._plan = plan
        self._observe = observe
        self._children: set[Child] = set()
        self._stopping = asyncio.Event()
        self._hurrying = asyncio.Event()
        self._wanted = asyncio.Event()
        self._places = [
            Place(number, self._birth(number), plan.patience, turns, observe)
            for number in range(1, plan.workers + 1)
        ]

    @property
    def serving(self) -> int:
        """How many workers serve."""
        return sum(place.serves for place in self._places)

    @property
    def workers(self) -> int:
        """How many should."""
        return self._plan.workers

    @property
    def leaving(self) -> bool:
        """Whether all of them are to end."""
        return self._stopping.is_set()

    async def run(self) -> Ending | None:
        """Serve until a signal; return how the first worker ended when not even that one could start."""
        loop = asyncio.get_running_loop()
        for one in STOPS:
            loop.add_signal_handler(one, self._stop)
        loop.add_signal_handler(signal.SIGHUP, self._wanted.set)
        serving, stopping = asyncio.create_task(self._serve()), asyncio.create_task(self._stopping.wait())
        await asyncio.wait({serving, stopping}, return_when=asyncio.FIRST_COMPLETED)
        stopping.cancel()
        if self._stopping.is_set():
            await self._linger()
        self._plan.door.close()
        if not serving.done():
            serving.cancel()
            await asyncio.wait({serving})
        await asyncio.gather(*(child.retire(self._plan.patience) for child in self._children if child.lives))
        return None if serving.cancelled() else serving.result()

    async def _linger(self) -> None:
        """Go on for a while, not ready: whoever sends requests here has to notice first."""
        for child in self._children:
            child.leave()
        with suppress(TimeoutError):
            async with asyncio.timeout(self._plan.lingers):
                await self._hurrying.wait()

    async def _serve(self) -> Ending | None:
        """Start one, to see whether it can be, then all the others. Return only when that one could not."""
        first = await self._places[0].fill()
        if first is not None:
            return first
        self._plan.announce()
        async with asyncio.TaskGroup() as group:
            for place in self._places:
                group.create_task(place.keep())
            group.create_task(self._replace_all())
        return None

    async def _replace_all(self) -> None:
        """Whenever it is wanted, replace one worker after the other, if the configuration can be used."""
        while True:
            await self._wanted.wait()
            self._wanted.clear()
            reason = await self._plan.fault() or await self._replaced()
            self._observe(ConfigReloaded() if reason is None else ConfigRejected(reason))

    async def _replaced(self) -> str | None:
        """Replace them; return why not. What the first cannot do, the others do not try."""
        for number, place in enumerate(self._places, 1):
            if not await place.replace(Why.RESTART):
                return f"worker {number} could not start with it"
        return None

    def _birth(self, number: int) -> Birth:
        async def birth() -> Child:
            own = self._plan.own[number - 1 : number]
            child = await start(self._plan.command, (self._plan.door, *own))
            self._children = {one for one in self._children if one.lives} | {child}
            return child

        return birth

    def _stop(self) -> None:
        if self._stopping.is_set():
            self._hurrying.set()
            for child in self._children:
                child.kill()
        self._stopping.set()
