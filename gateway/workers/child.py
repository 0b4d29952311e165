"""A worker as its parent sees it: a process, and the line to it."""

import asyncio
import os
import socket
from asyncio.subprocess import DEVNULL, Process
from collections.abc import Sequence
from contextlib import suppress
from time import monotonic
from typing import Final

from gateway.workers.endings import Ending, ending
from gateway.workers.line import Line, Said

START_SECONDS: Final = 60.0
"""Longer does no worker take to serve."""


class Child:
    """One worker. `enough` is set once it has served as many requests as it may."""

    def __init__(self, process: Process, end: socket.socket) -> None:
        self.enough: Final = asyncio.Event()
        self.since: Final = monotonic()
        self._process = process
        self._line = Line(end, self._heard)
        self._serves: asyncio.Future[bool] = asyncio.get_running_loop().create_future()

    @property
    def pid(self) -> int:
        """The number of its process."""
        return self._process.pid

    @property
    def lives(self) -> bool:
        """Whether it has not ended."""
        return self._process.returncode is None

    async def serves(self) -> bool:
        """Return once it serves; False when it ended before, or was ended because it took too long."""
        await self._line.open()
        try:
            async with asyncio.timeout(START_SECONDS):
                return await asyncio.shield(self._serves)
        except TimeoutError:
            self.kill()
            return False

    async def ended(self) -> Ending:
        """Return how it ended, once it has."""
        code = await self._process.wait()
        self._line.close()
        return ending(code)

    async def retire(self, patience: float) -> Ending:
        """Let it answer what it has, and end it when that takes longer than so many seconds."""
        with suppress(ProcessLookupError):
            self._process.terminate()
        try:
            async with asyncio.timeout(patience):
                await self._process.wait()
        except TimeoutError:
            self.kill()
        return await self.ended()

    def kill(self) -> None:
        """End it at once."""
        with suppress(ProcessLookupError):
            self._process.kill()

    def own(self) -> None:
        """Let it have the place's admin port to itself."""
        self._line.say(Said.YOURS)

    def leave(self) -> None:
        """Have it say that it is not ready any more."""
        self._line.say(Said.LEAVING)

    def _heard(self, word: Said | None) -> None:
        if word is Said.ENOUGH:
            self.enough.set()
        elif not self._serves.done():
            self._serves.set_result(word is Said.READY)


async def start(command: Sequence[str], sockets: Sequence[socket.socket]) -> Child:
    """Start a worker that is told of its sockets as `--sockets`: the line first. Raise `OSError` when it cannot be.

    It is in a process group of its own: Ctrl-C is for the parent, which has it end.
    """
    ours, theirs = socket.socketpair()
    with theirs:
        numbers = [one.fileno() for one in (theirs, *sockets)]
        words = (*command, "--sockets", ",".join(map(str, numbers)))
        try:
            process = await asyncio.create_subprocess_exec(
                *words, stdin=DEVNULL, pass_fds=numbers, process_group=0
            )
        except BaseException:
            ours.close()
            raise
    return Child(process, ours)


def sockets_of(numbers: str) -> list[socket.socket]:
    """Return the sockets that a worker was told of."""
    found = [socket.socket(fileno=int(number)) for number in numbers.split(",")]
    for one in found:
        os.set_inheritable(one.fileno(), False)
        one.setblocking(False)
    return found
