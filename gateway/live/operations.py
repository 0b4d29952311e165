"""The operations of one socket: each under the id that its client gave it."""

import asyncio
from collections.abc import Awaitable, Callable
from functools import partial

from gateway.edge import reading
from gateway.engine import Operation
from gateway.ids import new_id
from gateway.live.execution import Asked, Ran, refused
from gateway.live.listener import Then
from gateway.live.live import Following, Live
from gateway.live.messages import BAD, TAKEN, UNAUTHORISED, ClosingError, Message, written
from gateway.trusted.asked import Asked as Wanted
from resolvers.refusal import Refusal


class Operations:
    """What is under way on a socket. `send` sends a message, `close` has the socket closed."""

    def __init__(
        self,
        live: Live,
        following: Following,
        send: Callable[[str], Awaitable[None]],
        close: Callable[[Exception], None],
    ) -> None:
        self._live = live
        self._following = following
        self._send = send
        self._close = close
        self._tasks: dict[str, asyncio.Task[None]] = {}
        self._is_over = False

    async def begin(self, message: Message) -> None:
        """Begin an operation; raise what closes the socket over one that is not of the protocol."""
        if message.id is None:
            raise ClosingError(BAD, "An operation has an id.")
        if message.id in self._tasks:
            raise ClosingError(TAKEN, "Subscriber for this id already exists")
        try:
            wanted = reading.operation(bytes(message.payload))
        except Refusal as refusal:
            raise ClosingError(BAD, refusal.detail or "The payload is no operation.") from None
        if len(self._tasks) >= self._live.settings.most_subscriptions(self._following.caller.kind):
            await self._fail(message.id, refused(Refusal("SUBSCRIPTION_LIMIT"), new_id()))
            return
        try:
            operation = await self._resolved(wanted)
        except Refusal as refusal:
            await self._fail(message.id, refused(refusal, new_id()))
            return
        asked = self._following.asks(operation)
        kind = self._live.door.engine.kind_of(operation)
        work = self._follow(message.id, asked) if kind == "subscription" else self._once(message.id, asked)
        # a mutation ends as it would, whether anybody waits for its answer or not
        task = self._live.finish(work) if kind == "mutation" else asyncio.create_task(work)
        self._tasks[message.id] = task
        task.add_done_callback(partial(self._forget, message.id))

    async def _resolved(self, wanted: Wanted) -> Operation:
        """Return the operation that is asked for; one that is refused costs its caller as much as any."""
        caller = self._following.caller
        try:
            return self._live.door.resolver.resolved(wanted, caller.client)
        except Refusal:
            await self._live.executor.enter(caller)
            raise

    def complete(self, message: Message) -> None:
        """End an operation that its client does not want any more; one that is over already may be named, too."""
        task = self._tasks.pop(message.id or "", None)
        if task is not None:
            self._drop(task)

    def end(self) -> None:
        """End them all."""
        self._is_over = True
        for task in list(self._tasks.values()):
            self._drop(task)

    def _forget(self, id: str, task: asyncio.Task[None]) -> None:
        if (
            self._tasks.get(id) is task
        ):  # else its client has ended it, and may have begun another under its id
            del self._tasks[id]

    def _drop(self, task: asyncio.Task[None]) -> None:
        if not self._live.finishes(task):
            task.cancel()

    async def _once(self, id: str, asked: Asked) -> None:
        try:
            await self._live.executor.enter(asked.caller)
            ran = await self._live.executor.run(asked)
            await ran.record()
        except Refusal as refusal:
            ran = refused(refusal, new_id())
        if self._is_over or self._tasks.get(id) is not asyncio.current_task():
            return
        if not ran.executed:
            await self._fail(id, ran)
            return
        await self._send(written("next", id, ran.body))
        await self._send(written("complete", id))

    async def _follow(self, id: str, asked: Asked) -> None:
        try:
            await self._live.executor.enter(asked.caller)
        except Refusal as refusal:
            await self._fail(id, refused(refusal, new_id()))
            return
        listener = self._live.hub.follow(asked)
        try:
            while True:
                told = await listener.next()
                if not self._live.is_good(self._following):
                    self._close(ClosingError(UNAUTHORISED, "Unauthorized"))
                    return
                if told.then is Then.ERROR:
                    await self._send(written("error", id, told.body["errors"]))
                    return
                if told.then is Then.WITHDRAWN:
                    self._close(ClosingError(UNAUTHORISED, "Unauthorized"))
                    return
                await self._send(written("next", id, told.body))
                if told.then is Then.END:
                    await self._send(written("complete", id))
                    return
        finally:
            self._live.hub.leave(asked, listener)

    async def _fail(self, id: str, ran: Ran) -> None:
        await self._send(written("error", id, ran.body["errors"]))
