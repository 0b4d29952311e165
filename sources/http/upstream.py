"""One system that is asked over HTTP: identical reads in flight are one call, and statuses become faults."""

import asyncio
from collections import Counter
from collections.abc import Collection
from datetime import UTC, datetime, timedelta
from typing import Final

from msgspec import MsgspecError, Struct, json

from sources.errors import Fault, SourceUnavailable
from sources.http.calls import Answer, Call
from sources.http.client import Client, points_elsewhere
from sources.source import Observer

STATUS: Final = "status "
PLACES: Final = 32
"""So many calls to one system are under way at once; the others wait."""


class LedElsewhere(Struct, frozen=True):
    """A system answered with a way to another host; it was not taken. A security event. `by`: redirect or link."""

    system: str
    by: str


class Upstream:
    """A system. What two parts ask of it in the same words at the same time is asked once.

    `ahead` is how far its clock is before the machine's, by its last answer; None while it has not said.
    """

    def __init__(self, client: Client, observe: Observer) -> None:
        self.system: Final = client.system
        self.host: Final = client.host
        self.seconds: Final = client.seconds
        self._client = client
        self._observe = observe
        self._under_way: dict[Call, asyncio.Task[Answer]] = {}
        self._waiting: Counter[asyncio.Task[Answer]] = Counter()
        self.ahead: timedelta | None = None
        self._places = asyncio.Semaphore(PLACES)

    @property
    def under_way(self) -> int:
        """How many calls are under way, those that wait for a place among them."""
        return len(self._under_way)

    async def read(self, call: Call, not_found: Collection[int] = ()) -> bytes | None:
        """Return the body of a good answer, None for one that says that nobody is known; raise a `Fault`."""
        task = self._under_way.get(call)
        if task is None:
            task = asyncio.create_task(self._sent(call))
            self._under_way[call] = task
            task.add_done_callback(lambda done: self._over(call, done))
        self._waiting[task] += 1
        try:
            answer = await _shared(self.system, task)
        finally:
            self._leave(call, task)
        if answer.status in not_found and _is_json(answer.body):
            return None
        fault = self.fault(answer)
        if fault is not None:
            raise fault
        return answer.body

    def check(self, link: str) -> None:
        """Tell when a link that stood in an answer leads to another host."""
        if points_elsewhere(link, self.host):
            self._observe(LedElsewhere(self.system, "link"))

    async def close(self) -> None:
        """Give up what is under way, and let go of the connections."""
        calls = list(self._under_way.values())
        for task in calls:
            task.cancel()
        await asyncio.gather(*calls, return_exceptions=True)
        await self._client.close()

    async def _sent(self, call: Call) -> Answer:
        async with self._places:
            answer = await self._client.send(call)
        if answer.dated is not None and answer.dated.tzinfo is not None:
            self.ahead = answer.dated - datetime.now(UTC)
        return answer

    def _leave(self, call: Call, task: asyncio.Task[Answer]) -> None:
        self._waiting[task] -= 1
        if not self._waiting[task]:
            del self._waiting[task]
            self._forget(call, task)  # nobody had the patience for it: whoever asks next asks anew
            task.cancel()

    def _forget(self, call: Call, task: asyncio.Task[Answer]) -> None:
        if self._under_way.get(call) is task:
            del self._under_way[call]

    def _over(self, call: Call, done: asyncio.Task[Answer]) -> None:
        self._forget(call, done)
        if not done.cancelled():
            done.exception()  # taken note of, even when everybody who waited has left

    def fault(self, answer: Answer) -> Fault | None:
        """Return the fault that an answer's status stands for, None for a good one."""
        status = answer.status
        if 200 <= status < 300:
            return None
        if 300 <= status < 400:
            if answer.location is not None and points_elsewhere(answer.location, self.host):
                self._observe(LedElsewhere(self.system, "redirect"))
            return SourceUnavailable(self.system, "redirect")
        if status in {401, 403}:
            return SourceUnavailable(self.system, "credentials")
        reason = "throttled" if status == 429 else f"{STATUS}{status}"
        return SourceUnavailable(self.system, reason, answer.retry_after)


def is_refusal(fault: Fault) -> bool:
    """Tell whether a system answered, and said that it cannot."""
    return isinstance(fault, SourceUnavailable) and fault.reason.startswith(STATUS)


async def _shared(system: str, task: asyncio.Task[Answer]) -> Answer:
    """Wait without taking the call away from whoever else waits for it; each gets a fault of its own."""
    try:
        return await asyncio.shield(task)
    except Fault as fault:
        told = type(fault)(fault.source, fault.reason, fault.retry_after)
    except asyncio.CancelledError:
        waiter = asyncio.current_task()
        if not task.cancelled() or (waiter is not None and waiter.cancelling()):
            raise
        told = SourceUnavailable(system, "closed")
    raise told


def _is_json(body: bytes) -> bool:
    """Tell whether an answer is the system's own: a wrong address is answered by somebody else, with a page."""
    try:
        json.decode(body)
    except (MsgspecError, UnicodeDecodeError, RecursionError):
        return False
    return True
