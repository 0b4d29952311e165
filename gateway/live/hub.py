"""The hub: who listens to what, and who of them hears that something may have changed."""

import asyncio
from typing import Any, Final

from gateway.edge.sockets import Followed, LiveExecuted
from gateway.live.execution import Asked, Executor, Ran
from gateway.live.feed import Feed
from gateway.live.index import Index
from gateway.live.listener import Listener
from sources.source import Observer

MOST_AT_ONCE: Final = 16
"""So many feeds are executed at once: what is followed gives way to what is asked."""


class Hub:
    """The feeds of a process, each there for as long as somebody listens. `every` is how often one runs in any case."""

    def __init__(self, executor: Executor, every: float, observe: Observer) -> None:
        self._executor = executor
        self._every = every
        self._observe = observe
        self._feeds: dict[tuple[Any, ...], Feed] = {}
        self._index = Index[Feed]()
        self._turn = asyncio.Semaphore(MOST_AT_ONCE)

    def follow(self, asked: Asked, last: str | None = None) -> Listener:
        """Return what listens to an operation from now on. `last` is the mark of the answer that it has already."""
        listener = Listener(self._observe, last)
        feed = self._feeds.get(asked.key)
        if feed is None:
            feed = Feed(lambda: self._run(asked), self._every, self._observe, self._index.put)
            self._feeds[asked.key] = feed
            self._index.put(feed, None)
        feed.join(listener)
        self._observe(Followed(1))
        return listener

    def leave(self, asked: Asked, listener: Listener) -> None:
        """Have it listen no more."""
        self._observe(Followed(-1))
        feed = self._feeds.get(asked.key)
        if feed is not None and feed.leave(listener):
            del self._feeds[asked.key]
            self._index.remove(feed)

    def heard(self, topic: str | None) -> None:
        """Take note that something may have changed: a topic, None for everything."""
        for feed in self._index.of(topic):
            feed.heard(is_all=topic is None)

    async def _run(self, asked: Asked) -> Ran:
        async with self._turn:
            self._observe(LiveExecuted())
            return await self._executor.run(asked)
