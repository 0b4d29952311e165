"""A batch: what goes out to a source together, and the requests that wait for it."""

import asyncio
from collections.abc import Hashable, Iterable, Mapping
from contextvars import copy_context
from typing import Any, TypeAlias

from msgspec import Struct

from sources.crn import Crn


class Rhythm(Struct, frozen=True):
    """How misses gather: until the event loop has turned `turns` times, and `more` times while a batch is under way. At
    most `keys` go out together; a request that misses `alone` or more goes by itself.

    While `under_way` batches are under way the next ones wait, for `seconds` at most.
    """

    keys: int = 32
    alone: int = 8
    under_way: int = 32
    turns: int = 2
    more: int = 6
    seconds: float = 0.002


class BatchSent(Struct, frozen=True):
    """A batch went out: with so many keys, of so many requests, the oldest of which had waited so many seconds."""

    part: str
    system: str
    keys: int
    requests: int
    waited: float


class BatchShared(Struct, frozen=True):
    """A request got so many keys out of batches that it shared with others, and how long that took."""

    part: str
    system: str
    keys: int
    seconds: float


class Request:
    """What one request misses: one future for all its keys."""

    __slots__ = ("batches", "context", "crns", "found", "future", "group", "shared", "since")

    def __init__(self, crns: Iterable[Crn], group: Hashable, loop: asyncio.AbstractEventLoop) -> None:
        self.crns = list(crns)
        self.group = group
        self.since = loop.time()
        self.future: asyncio.Future[dict[Crn, Any]] = loop.create_future()
        self.context = copy_context()
        self.found: dict[Crn, Any] = {}
        self.batches: set[Batch] = set()
        self.shared = False

    def take(self, crn: Crn, outcome: Any) -> None:
        """Take what came of one key."""
        self.found[crn] = outcome
        if len(self.found) == len(self.crns) and not self.future.done():
            self.future.set_result(self.found)


Waiting: TypeAlias = dict[Crn, list[Request]]


class Batch:
    """What is under way, and for whom. `requests` are those that still wait; `mixed` that there was more than one."""

    __slots__ = ("mixed", "requests", "task", "waiting")

    def __init__(self, waiting: Waiting) -> None:
        self.waiting = waiting
        self.requests = {request for some in waiting.values() for request in some}
        self.mixed = len(self.requests) > 1
        self.task: asyncio.Task[Mapping[Crn, Any]]
