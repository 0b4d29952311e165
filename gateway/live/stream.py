"""A stream of server-sent events: one operation over HTTP, in the distinct mode of graphql-sse."""

import asyncio
from typing import Final

from starlette.requests import Request
from starlette.responses import Response
from starlette.types import Receive, Scope, Send

from gateway.auth import Proof, Shown
from gateway.edge.reading import EVENT_STREAM, PLAIN_JSON, request_id
from gateway.edge.responding import HEADERS, events_of, refused
from gateway.edge.sockets import STREAM, Connected, SlowConsumer, Why
from gateway.engine import Operation
from gateway.engine.errors import request_error
from gateway.live.door import come_again
from gateway.live.execution import Asked
from gateway.live.listener import Listener, Then, Told
from gateway.live.live import Following, Live
from resolvers.refusal import Refusal

PING_SECONDS: Final = 12.0
STALE, FRESH = b': {"stale": true}\n\n', b': {"stale": false}\n\n'
OVER: Final = {"type": "http.response.body", "body": b"", "more_body": False}
"""The end of a stream."""


class Streams:
    """Begins streams."""

    def __init__(self, live: Live) -> None:
        self._live = live

    async def begin(self, request: Request, shown: Shown, proof: Proof, operation: Operation) -> Response:
        """Return the answer that is a stream; refuse one while too many begin, and when the process ends."""
        number = request_id(request)
        if self._live.ended.is_set():
            return _later(number, come_again())
        if not self._live.starts.take():
            self._live.rejected(STREAM, Why.STORM)
            return _later(number, self._live.starts.come_again())
        following = self._live.following(request, shown, proof)
        last = request.headers.get("last-event-id")
        return _Stream(self._live, following, following.asks(operation), number, last)


def _later(number: str, seconds: int) -> Response:
    return refused("OVERLOADED", number, PLAIN_JSON, more={"retry-after": str(seconds)})


class _Stream(Response):
    """One stream."""

    def __init__(self, live: Live, following: Following, asked: Asked, number: str, last: str | None) -> None:
        told = {"content-type": f"{EVENT_STREAM}; charset=utf-8", "x-accel-buffering": "no"}
        super().__init__(headers=HEADERS | told | {"x-request-id": number})
        del self.headers["content-length"]
        self._live = live
        self._following = following
        self._asked = asked
        self._number = number
        self._last = last
        self._is_begun = self._is_over = self._is_stale = False

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        """Send what there is, until it is over or its reader leaves."""
        live, caller = self._live, self._following.caller
        with live.streams.of(caller, live.settings.most_subscriptions(caller.kind)) as is_free:
            if not is_free:
                live.rejected(STREAM, Why.CONNECTIONS)
                await refused("SUBSCRIPTION_LIMIT", self._number, PLAIN_JSON)(scope, receive, send)
                return
            live.door.observe(Connected(STREAM, 1))
            try:
                await self._while_there(receive, send)
            finally:
                live.door.observe(Connected(STREAM, -1))

    async def _while_there(self, receive: Receive, send: Send) -> None:
        ways = [
            asyncio.create_task(way) for way in (self._tell(send), _left(receive), self._live.ended.wait())
        ]
        try:
            await asyncio.wait(ways, return_when=asyncio.FIRST_COMPLETED)
            if ways[0].done() and not ways[0].cancelled():
                ways[0].result()
        finally:
            for way in ways:
                way.cancel()
            await asyncio.gather(*ways, return_exceptions=True)
        if self._live.ended.is_set() and self._is_begun and not self._is_over:
            await send(OVER)

    async def _tell(self, send: Send) -> None:
        self._is_begun = True
        await send({"type": "http.response.start", "status": 200, "headers": self.raw_headers})
        listener = self._live.hub.follow(self._asked, self._last)
        try:
            while True:
                told = await self._next(listener)
                body = self._sign() if told is None else _events_of(told)
                async with asyncio.timeout(self._live.settings.live_slow_seconds):
                    await send({"type": "http.response.body", "body": body, "more_body": True})
                if told is not None and told.then is not Then.MORE:
                    break
        except TimeoutError:
            self._live.door.observe(SlowConsumer(STREAM))
            return  # without an end: whoever reads it sees that it broke off
        except OSError:
            return
        finally:
            self._live.hub.leave(self._asked, listener)
        self._is_over = True
        await send(OVER)

    async def _next(self, listener: Listener) -> Told | None:
        """Return what is to be sent next; None for nothing but a sign of life."""
        told = await self._heard(listener)
        if await self._holds(told):
            return told
        return Told(request_error("UNAUTHENTICATED", self._number), Then.END)

    async def _heard(self, listener: Listener) -> Told | None:
        """Return an answer; None when there is none for a while, or when something else is to be said."""
        ways = (
            asyncio.create_task(listener.next()),
            asyncio.create_task(self._live.hearing.changed()),
        )
        pause = min(PING_SECONDS, self._live.until_check(self._following))
        if self._live.hearing.is_stale is not self._is_stale:
            pause = 0.0
        try:
            await asyncio.wait(ways, timeout=pause, return_when=asyncio.FIRST_COMPLETED)
            return ways[0].result() if ways[0].done() else None
        finally:
            for way in ways:
                way.cancel()

    def _sign(self) -> bytes:
        """Return a sign of life. Readers know two events and no other, so it is a comment."""
        was, self._is_stale = self._is_stale, self._live.hearing.is_stale
        if self._is_stale or was:
            return STALE if self._is_stale else FRESH
        return b": ping\n\n"

    async def _holds(self, told: Told | None) -> bool:
        """Tell whether the caller's proof holds: before each answer by its time, before each sign of life anew."""
        if told is not None:
            return self._live.is_good(self._following)
        try:
            return await self._live.still(self._following)
        except Refusal:  # it cannot be told now
            return self._live.is_good(self._following)


def _events_of(told: Told) -> bytes:
    return events_of(told.body, is_last=told.then is not Then.MORE, mark=told.mark)


async def _left(receive: Receive) -> bool:
    while (await receive())["type"] != "http.disconnect":
        pass
    return True
