"""One system that is asked over HTTP: identical reads at the same time are one call, and statuses become faults."""

import asyncio
from collections.abc import Awaitable, Callable, Collection
from datetime import UTC, datetime, timedelta
from math import inf
from typing import Final, TypeVar

from msgspec import MsgspecError, Struct, json

from sources.errors import Fault, SourceUnavailable
from sources.guard import Guard, Sign, ends
from sources.http.calls import Answer, Call
from sources.http.client import UNKNOWN, Client, points_elsewhere
from sources.source import Observer

T = TypeVar("T")

STEPS: Final = 3
"""Turns of the event loop that a call waits for others in the same words: another part of a wave comes to it by more
steps, where several systems tell it."""
STATUS: Final = "status "
CALLER: Final = "caller"
"""The reason of a system that knows the gateway, and lets this caller not see what was asked."""
_FORBIDDEN: Final = 403
_PASSING: Final = frozenset({502, 503, 504})
"""Statuses that may be gone at once: of something between here and there, or of a system that starts."""


class LedElsewhere(Struct, frozen=True):
    """A system answered with a way to another host; it was not taken. A security event. `by`: redirect or link."""

    system: str
    by: str


class _UnderWay:
    """A call on its way, and who waits for it: until the last moment of whoever has most time, since none ends it for
    another."""

    def __init__(self, task: asyncio.Task[Answer]) -> None:
        self.task: Final = task
        self.waiting = 0
        self._until = -inf

    def join(self) -> None:
        """Wait for it, too."""
        self.waiting += 1
        self._until = max(self._until, ends())

    def until(self) -> float:
        """Return the monotonic moment after which nobody waits."""
        return self._until


class Upstream:
    """A system. What two parts ask of it in the same words at the same time is asked once.

    A call is joined until it leaves: one that has left may bring what was so before an invalidation, to whoever asks
    after it.
    `guard` stands around every call to it. `ahead` is how far its clock is before the machine's, by its last answer;
    None while it has not said.
    """

    def __init__(self, client: Client, observe: Observer, guard: Guard | None = None) -> None:
        self.system: Final = client.system
        self.host: Final = client.host
        self.seconds: Final = client.seconds
        self.secured: Final = client.secured
        self.certificate: Final = client.certificate
        self.guard: Final = guard or Guard(client.system, client.seconds, observe=observe)
        self._client = client
        self._observe = observe
        self._waiting: dict[Call, _UnderWay] = {}
        self._under_way: set[_UnderWay] = set()
        self.ahead: timedelta | None = None

    async def read(self, call: Call, not_found: Collection[int] = ()) -> bytes | None:
        """Return the body of a good answer, None for one that says that nobody is known; raise a `Fault`."""
        flight = self._waiting.get(call) or self._begun(call)
        flight.join()
        try:
            answer = await _shared(self.system, flight.task)
        finally:
            self._leave(call, flight)
        if answer.status in not_found and _is_json(answer.body):
            return None
        fault = self.fault(answer, named=call.asker is not None)
        if fault is not None:
            raise fault
        return answer.body

    async def guarded(
        self, attempt: Callable[[], Awaitable[T]], status: Callable[[T], Answer], seconds: float
    ) -> T:
        """Return what another way to the system gives, in its own time limit and never tried twice."""
        return await self.guard.call(attempt, lambda one: sign_of(status(one)), seconds=seconds, again=False)

    def check(self, link: str) -> None:
        """Tell when a link that stood in an answer leads to another host."""
        if points_elsewhere(link, self.host):
            self._observe(LedElsewhere(self.system, "link"))

    async def close(self) -> None:
        """Give up what is under way, and let go of the connections."""
        calls = [flight.task for flight in self._under_way]
        for task in calls:
            task.cancel()
        await asyncio.gather(*calls, return_exceptions=True)
        await self._client.close()

    def _begun(self, call: Call) -> _UnderWay:
        async def leaves() -> Answer:
            self._forget(call, flight)
            return await self._sent(call)

        async def sent() -> Answer:
            for _ in range(STEPS):
                await asyncio.sleep(0)
            return await self.guard.call(leaves, sign_of, flight.until)

        flight = self._waiting[call] = _UnderWay(asyncio.create_task(sent()))
        self._under_way.add(flight)
        flight.task.add_done_callback(lambda done: self._over(call, flight))
        return flight

    async def _sent(self, call: Call) -> Answer:
        answer = await self._client.send(call)
        if answer.dated is not None and answer.dated.tzinfo is not None:
            self.ahead = answer.dated - datetime.now(UTC)
        return answer

    def _leave(self, call: Call, flight: _UnderWay) -> None:
        flight.waiting -= 1
        if not flight.waiting:
            self._forget(call, flight)  # nobody had the patience for it: whoever asks next asks anew
            flight.task.cancel()

    def _forget(self, call: Call, flight: _UnderWay) -> None:
        if self._waiting.get(call) is flight:
            del self._waiting[call]

    def _over(self, call: Call, flight: _UnderWay) -> None:
        self._forget(call, flight)
        self._under_way.discard(flight)
        if not flight.task.cancelled():
            flight.task.exception()  # taken note of, even when everybody who waited has left

    def fault(self, answer: Answer, *, named: bool = False) -> Fault | None:
        """Return the fault that an answer's status stands for, None for a good one.

        To a call that was made in its caller's name, 403 says that it is this caller who may not.
        """
        status = answer.status
        if 200 <= status < 300:
            return None
        if 300 <= status < 400:
            if answer.location is not None and points_elsewhere(answer.location, self.host):
                self._observe(LedElsewhere(self.system, "redirect"))
            return SourceUnavailable(self.system, "redirect")
        if status == _FORBIDDEN and named:
            return SourceUnavailable(self.system, CALLER)
        if status in UNKNOWN:
            return SourceUnavailable(self.system, "credentials")
        reason = "throttled" if status == 429 else f"{STATUS}{status}"
        return SourceUnavailable(self.system, reason, answer.retry_after)


def sign_of(answer: Answer) -> Sign:
    """Return what an answer's status says of its system.

    Only a status of 500 or more is a failure: a question that is refused is no sign of a system that is down. 429 is
    none either, but a wish for fewer calls; 503 with a time is a wish for none.
    """
    status, after = answer.status, answer.retry_after
    if status == 429:
        return Sign(throttled=True, retry="429" if after is not None else None, wait=after or 0)
    if status == 503 and after:
        return Sign(failed=True, rest=after)
    return Sign(failed=status >= 500, retry=str(status) if status in _PASSING else None)


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
