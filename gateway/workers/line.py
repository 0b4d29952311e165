"""The line between a parent and a worker: each says a word on it, and hears when the other is gone."""

import asyncio
import socket
from collections.abc import Callable
from enum import Enum
from typing import Final

LONGEST: Final = 64


class Said(Enum):
    """What one can say to the other: one word, a line each."""

    READY = b"ready\n"
    """The worker: it serves."""
    ENOUGH = b"enough\n"
    """The worker: it has served as many requests as it may, and goes on until another has its place."""
    YOURS = b"yours\n"
    """The parent: the place's admin port is this worker's alone from now on."""
    LEAVING = b"leaving\n"
    """The parent: all of them are about to end, and none is ready any more."""


class Line:
    """One end. `heard` is told of each word, and of None when the other end is gone."""

    def __init__(self, end: socket.socket, heard: Callable[[Said | None], None]) -> None:
        self._end = end
        self._heard = heard
        self._out: asyncio.StreamWriter | None = None
        self._listening: asyncio.Task[None] | None = None

    async def open(self) -> None:
        """Begin to listen."""
        words, self._out = await asyncio.open_unix_connection(sock=self._end, limit=LONGEST)
        self._listening = asyncio.create_task(self._listen(words))

    def say(self, word: Said) -> None:
        """Say a word; to nobody, when the other is gone."""
        if self._out is not None and not self._out.is_closing():
            self._out.write(word.value)

    def close(self) -> None:
        """Hang up."""
        if self._listening is not None:
            self._listening.cancel()
        if self._out is not None:
            self._out.close()

    async def _listen(self, words: asyncio.StreamReader) -> None:
        try:
            while line := await words.readline():
                self._heard(Said(line))
        except (OSError, ValueError):  # what it says is no word of ours: it is as good as gone
            pass
        self._heard(None)
