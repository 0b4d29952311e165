"""An answer on its way in parts: each leaves as soon as it is there and what was decided for it is on record.

The request is over when its last part is out: until then it holds its place, and its reader may leave.
"""

import time
from asyncio import timeout
from collections.abc import Awaitable, Callable
from contextlib import suppress
from typing import Final

from msgspec import Struct
from starlette.requests import ClientDisconnect, Request
from starlette.responses import Response
from starlette.types import Receive, Scope, Send

from gateway.edge.answered import ClientLeft
from gateway.edge.held import Held
from gateway.edge.leaving import while_there
from gateway.edge.parts import Form, bytes_of, content_type, first_bytes
from gateway.edge.seen import GONE, Seen
from gateway.engine.execution import unforeseen
from gateway.engine.increments import Increments
from resolvers.refusal import Refusal
from resolvers.scope import Scope as Asking
from sources.source import Observer

SLOWEST: Final = 10.0
"""Seconds that a reader may take to make room for the next part; who takes longer has left."""


class Delivered(Struct, frozen=True):
    """What is delivered, in which form, to whom. `record` puts decisions on record, `charge` is called at the end.

    All parts together have `most_bytes` at most; where there would be more, the last part says so.
    """

    request: Request
    scope: Asking
    increments: Increments
    form: Form
    seen: Seen
    observe: Observer
    record: Callable[[], Awaitable[None]]
    charge: Callable[[], None]
    most_bytes: int


class Delivery(Response):
    """The answer. `held` is let go of when it is over."""

    def __init__(self, delivered: Delivered, headers: dict[str, str]) -> None:
        told = {"content-type": content_type(delivered.form), "x-accel-buffering": "no"}
        super().__init__(headers=headers | told)
        del self.headers["content-length"]
        self.held = Held()
        self._of = delivered

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        """Send what comes, until it is over or its reader leaves."""
        of, began = self._of, time.perf_counter()

        def stops() -> bool:
            of.observe(ClientLeft(of.scope.request_id, stopped=True, seconds=time.perf_counter() - began))
            return True

        with self.held:
            try:
                async with while_there(of.request, stops):
                    await self._tell(send)
            except ClientDisconnect:
                await self._left()
            finally:
                await of.increments.close()
                of.charge()
                of.seen.ran(of.scope, of.increments.whole())

    async def _left(self) -> None:
        """Stop what only this reader wanted. What was decided was, whether anybody is told or not."""
        self._of.scope.loaders.errands.give_up()
        self._of.seen.ended(GONE)
        with suppress(Refusal):
            await self._of.record()

    async def _tell(self, send: Send) -> None:
        of = self._of
        await send({"type": "http.response.start", "status": 200, "headers": self.raw_headers})
        body = first_bytes(of.form, of.increments.first, of.increments.pending)
        left = of.most_bytes - len(body)
        await _send(send, body)
        try:
            async for part in of.increments.parts():
                await of.record()
                body = bytes_of(of.form, part)
                left -= len(body)
                if left < 0:
                    raise Refusal("RESPONSE_TOO_LARGE")
                await _send(send, body, is_last=part.is_last)
                if part.is_last:
                    return
            code = "INTERNAL"  # it ended without an end
        except ClientDisconnect:
            raise
        except Refusal as refusal:
            code = refusal.code
        except Exception as error:  # whatever it is, its text goes nowhere
            of.observe(unforeseen(error, of.scope.request_id))
            code = "INTERNAL"
        await _send(send, bytes_of(of.form, of.increments.broken(code)), is_last=True)


async def _send(send: Send, body: bytes, *, is_last: bool = False) -> None:
    if not body and not is_last:
        return
    try:
        async with timeout(SLOWEST):
            await send({"type": "http.response.body", "body": body, "more_body": not is_last})
    except (TimeoutError, OSError):
        raise ClientDisconnect from None
