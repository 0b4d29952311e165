"""Whoever listens: one place for the answer that is to be sent next. What comes before it was sent takes its place."""

import asyncio
from typing import Any

from gateway.edge.sockets import AnswerDropped
from sources.source import Observer
from sources.words import Word


class Then(Word):
    """What comes after an answer."""

    MORE = "more", "Another one, when there is one."
    END = "end", "Nothing: it was answered, and is over."
    ERROR = "error", "Nothing: it was not answered, and the body says why."
    WITHDRAWN = "withdrawn", "Nothing: the caller may not see it any more."


class Told:
    """An answer, what comes after it, and the mark by which it is known again."""

    __slots__ = ("body", "mark", "then")

    def __init__(self, body: dict[str, Any], then: Then = Then.MORE, mark: str | None = None) -> None:
        self.body = body
        self.then = then
        self.mark = mark


class Listener:
    """One subscription. `digest` is that of the answer it was offered last, None before the first.

    `last` is the mark of an answer that whoever listens had before.
    """

    def __init__(self, observe: Observer, last: str | None = None) -> None:
        self._last = last
        self.digest: bytes | None = None
        self._observe = observe
        self._pending: Told | None = None
        self._there = asyncio.Event()

    def offer(self, told: Told, digest: bytes | None = None) -> None:
        """Have an answer sent, in place of one that was not sent yet."""
        if self._pending is not None:
            self._observe(AnswerDropped())
        self.digest = digest or self.digest
        self._pending = told
        self._there.set()

    def recognise(self, mark: str | None, digest: bytes) -> None:
        """Take note that whoever listens has this answer already, where its mark is that of the last one they had."""
        if self.digest is None and self._last is not None and self._last == mark:
            self.digest = digest

    async def next(self) -> Told:
        """Return the answer that is to be sent next, as soon as there is one."""
        await self._there.wait()
        self._there.clear()
        told, self._pending = self._pending, None
        assert told is not None  # noqa: S101 - it was set with the event
        return told
