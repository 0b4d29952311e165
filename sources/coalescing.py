"""Coalescing: what several requests miss of one source at the same time goes out to it together.

Misses gather while the event loop turns a few times, which takes no time where it has nothing else to do: who is alone
waits for nobody. While a batch of a source is under way the next gathers for some turns more, and while many are, for
a moment. A batch of several requests carries none of them: neither its trace nor anything else of its context. What a
neighbour in the batch may have spoilt is asked again alone.
"""

import asyncio
from collections.abc import Awaitable, Callable, Hashable, Iterable, Mapping, Sequence
from contextvars import Context
from copy import copy
from functools import partial
from typing import Any, Final, TypeAlias

from sources.asker import Asker, asked_by, own_to
from sources.batch import Batch, BatchSent, BatchShared, Request, Rhythm, Waiting
from sources.crn import Crn
from sources.errors import BadData, Fault, SourceUnavailable
from sources.source import Clock, Observer, Source, SourceBroke, ask

Send: TypeAlias = Callable[[Sequence[Crn], Any], Awaitable[Mapping[Crn, Any]]]

_BY_OTHERS: Final = frozenset({"depth", "partial"})
"""Reasons for which a system left somebody out of an answer that was about several."""


class Coalescer:
    """Gathers what requests miss of one source. `send` asks it for a group; at most `most` keys go out together.

    A key that is under way is not waited for here, only one that has not left yet: whether an answer that was asked
    for earlier will do is for the cache to say.
    """

    def __init__(
        self, part: str, system: str, most: int, send: Send, observe: Observer, rhythm: Rhythm
    ) -> None:
        self._part: Final = part
        self._system: Final = system
        self._most: Final = max(1, min(most, rhythm.keys))
        self._send: Final = send
        self._observe: Final = observe
        self._rhythm: Final = rhythm
        self._queues: dict[Hashable, Waiting] = {}
        self._under_way: set[Batch] = set()
        self._tick: asyncio.Handle | None = None
        self._timer: asyncio.TimerHandle | None = None

    def ask(self, crns: Iterable[Crn], group: Hashable = None) -> asyncio.Future[dict[Crn, Any]]:
        """Return what will be the outcome for each key: in one batch with those of the same `group` that ask at the
        same time. Whoever calls it off leaves the batch.

        A failure is a fault as a value, and each request has one of its own.
        """
        loop = asyncio.get_running_loop()
        request = Request(dict.fromkeys(crns), group, loop)
        if not request.crns:
            request.future.set_result(request.found)
            return request.future
        # in the request's own context: what is told of it must not land in that of another
        request.future.add_done_callback(partial(self._over, request), context=request.context)
        if len(request.crns) >= self._rhythm.alone:
            self._go_alone(request, request.crns)
        else:
            self._join(request, loop)
        return request.future

    async def close(self) -> None:
        """Call off what waits and what is under way."""
        for queue in self._queues.values():
            for requests in queue.values():
                for request in requests:
                    request.future.cancel()
        self._queues.clear()
        self._rest()
        tasks = [batch.task for batch in self._under_way]
        for task in tasks:
            task.cancel()
        await asyncio.gather(*tasks, return_exceptions=True)

    def _join(self, request: Request, loop: asyncio.AbstractEventLoop) -> None:
        queue = self._queues.setdefault(request.group, {})
        for crn in request.crns:
            queue.setdefault(crn, []).append(request)
        if self._tick is None:
            turns = self._rhythm.more if self._under_way else self._rhythm.turns
            self._tick = loop.call_soon(self._turned, turns)

    def _turned(self, turns: int) -> None:
        """Go on when the loop has turned so many times: in a moment where it has nothing to do, and where it is busy
        many requests come meanwhile."""
        self._tick = None
        if turns > 1:
            self._tick = asyncio.get_running_loop().call_soon(self._turned, turns - 1)
        else:
            self._go()

    def _due(self) -> None:
        self._timer = None
        self._go(hurry=True)

    def _go(self, *, hurry: bool = False) -> None:
        """Send what may go now. Whatever then still waits has a timer."""
        for group, queue in list(self._queues.items()):
            while queue and (hurry or len(queue) >= self._most or self._is_free):
                self._send_off({crn: queue.pop(crn) for crn in list(queue)[: self._most]})
            if not queue:
                del self._queues[group]
        if not self._queues:
            self._rest()
        elif self._timer is None:
            self._timer = asyncio.get_running_loop().call_later(self._rhythm.seconds, self._due)

    @property
    def _is_free(self) -> bool:
        return len(self._under_way) < self._rhythm.under_way

    def _rest(self) -> None:
        if self._timer is not None:
            self._timer.cancel()
            self._timer = None

    def _go_alone(self, request: Request, crns: Sequence[Crn]) -> None:
        for start in range(0, len(crns), self._most):
            self._send_off({crn: [request] for crn in crns[start : start + self._most]})

    def _send_off(self, waiting: Waiting) -> None:
        batch = Batch(waiting)
        loop = asyncio.get_running_loop()
        first = next(iter(waiting.values()))[0]
        context = Context() if batch.mixed else first.context.copy()
        batch.task = loop.create_task(self._asked(list(waiting), first.group), context=context)
        self._under_way.add(batch)
        for request in batch.requests:
            request.batches.add(batch)
            request.shared = request.shared or batch.mixed
        batch.task.add_done_callback(partial(self._landed, batch))
        waited = loop.time() - first.since
        self._observe(BatchSent(self._part, self._system, len(waiting), len(batch.requests), waited))

    async def _asked(self, crns: Sequence[Crn], group: Hashable) -> Mapping[Crn, Any]:
        try:
            return await self._send(crns, group)
        except Exception as error:  # a bug costs its own part, not the requests
            self._observe(SourceBroke(self._part, self._system, type(error).__name__))
            return {}

    def _landed(self, batch: Batch, task: asyncio.Task[Mapping[Crn, Any]]) -> None:
        self._under_way.discard(batch)
        for request in batch.requests:
            request.batches.discard(batch)
            if task.cancelled():
                request.future.cancel()
        if not task.cancelled():
            self._hand_out(batch, task.result())
        if self._queues and self._tick is None:
            self._tick = asyncio.get_running_loop().call_soon(self._turned, 1)

    def _hand_out(self, batch: Batch, told: Mapping[Crn, Any]) -> None:
        again: dict[Request, list[Crn]] = {}
        for crn, requests in batch.waiting.items():
            outcome = told[crn] if crn in told else SourceUnavailable(self._system, "broken")
            for request in requests:
                if request.future.done():
                    continue
                if batch.mixed and _may_be_by_others(outcome):
                    again.setdefault(request, []).append(crn)
                else:  # whoever raises it leaves traces in it
                    request.take(crn, copy(outcome) if isinstance(outcome, Fault) else outcome)
        for request, crns in again.items():
            self._go_alone(request, crns)

    def _over(self, request: Request, future: asyncio.Future[dict[Crn, Any]]) -> None:
        if future.cancelled():
            self._leave(request)
        elif request.shared:
            took = asyncio.get_running_loop().time() - request.since
            self._observe(BatchShared(self._part, self._system, len(request.crns), took))

    def _leave(self, request: Request) -> None:
        """Forget a request; a batch that nobody waits for any more is called off."""
        queue = self._queues.get(request.group, {})
        for crn in request.crns:
            left = [one for one in queue.get(crn, ()) if one is not request]
            if left:
                queue[crn] = left
            else:
                queue.pop(crn, None)
        for batch in request.batches:
            batch.requests.discard(request)
            if not batch.requests:
                batch.task.cancel()


def _may_be_by_others(outcome: Any) -> bool:
    """Tell whether an outcome may come of another key of its batch: of rows nobody can file, or of too many."""
    if isinstance(outcome, SourceUnavailable):
        return outcome.reason in _BY_OTHERS
    return isinstance(outcome, BadData)


class Coalescing:
    """The coalescers of a process, one for each source."""

    def __init__(self, clock: Clock, observe: Observer, rhythm: Rhythm | None = None) -> None:
        self._clock: Final = clock
        self._observe: Final = observe
        self._rhythm: Final = rhythm or Rhythm()
        self._coalescers: dict[int, tuple[Source[Any], Coalescer]] = {}

    def ask(
        self, source: Source[Any], crns: Iterable[Crn], asker: Asker | None = None
    ) -> asyncio.Future[dict[Crn, Any]]:
        """Return what a source will say of each customer, as `ask` does, together with whoever asks at the same time.

        One that has to be asked in its caller's name is asked in that of `asker`, with no other caller's questions.
        """
        return self._of(source).ask(crns, own_to(source, asker))

    async def close(self) -> None:
        """Call off what waits and what is under way."""
        for _, coalescer in self._coalescers.values():
            await coalescer.close()

    def _of(self, source: Source[Any]) -> Coalescer:
        known = self._coalescers.get(id(source))
        if known is not None:
            return known[1]

        async def send(crns: Sequence[Crn], asker: Asker | None) -> Mapping[Crn, Any]:
            return await ask(asked_by(source, asker), crns, self._clock, self._observe)

        coalescer = Coalescer(
            source.part.name, source.system, source.most_at_once, send, self._observe, self._rhythm
        )
        self._coalescers[id(source)] = (source, coalescer)  # kept, so that its id is nobody else's
        return coalescer
