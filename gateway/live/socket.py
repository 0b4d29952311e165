"""A socket that speaks graphql-transport-ws: who it is first, then operations, each by its id, until either leaves."""

import asyncio
from contextlib import suppress
from typing import Any, Final

from starlette.requests import HTTPConnection
from starlette.responses import Response
from starlette.websockets import WebSocket, WebSocketDisconnect

from gateway.edge import reading
from gateway.edge.limiting import Meter
from gateway.edge.sockets import SOCKET, Connected, SlowConsumer, Why
from gateway.engine.execution import unforeseen
from gateway.ids import new_id
from gateway.live.door import come_again
from gateway.live.live import Following, Live
from gateway.live.messages import (
    AGAIN_LATER,
    BAD,
    BROKEN,
    RESTARTS,
    SILENT,
    TOO_MANY,
    UNAUTHORISED,
    ClosingError,
    Message,
    closing,
    pairs,
    read,
    written,
)
from gateway.live.operations import Operations
from resolvers.refusal import Refusal

TOLD_FIRST: Final = ("authorization", "x-api-key", "x-access-reason", "x-interaction-id")
"""What may stand in the payload of connection_init, where headers cannot be set."""

LONGEST_REASON: Final = 120
GOODBYE_SECONDS: Final = 1.0
STALE_SECONDS: Final = 12.0


class _LeftError(Exception):
    """The client has left."""


class Sockets:
    """Answers those who ask for a socket."""

    def __init__(self, live: Live) -> None:
        self._live = live

    async def answer(self, websocket: WebSocket) -> None:
        """Speak with one client until it, or we, end it."""
        if SOCKET not in websocket.scope["subprotocols"]:
            self._live.rejected(SOCKET, Why.PROTOCOL)
            await websocket.send_denial_response(Response(f"Speak {SOCKET}.", 400))
            return
        await websocket.accept(subprotocol=SOCKET)
        self._live.door.observe(Connected(SOCKET, 1))
        try:
            await _Socket(self._live, websocket).speak()
        finally:
            self._live.door.observe(Connected(SOCKET, -1))


class _Socket:
    """One socket."""

    def __init__(self, live: Live, websocket: WebSocket) -> None:
        self._live = live
        self._websocket = websocket
        self._sending = asyncio.Lock()
        self._over: asyncio.Future[None] = asyncio.get_running_loop().create_future()

    async def speak(self) -> None:
        """Listen, and close when it is time."""
        listening = asyncio.create_task(self._listen())
        listening.add_done_callback(self._stopped)
        ending = asyncio.create_task(self._end())
        try:
            await self._over
        except ClosingError as error:
            reason = error.reason.encode()[:LONGEST_REASON].decode(errors="ignore")
            with suppress(TimeoutError, WebSocketDisconnect, RuntimeError, OSError):
                async with asyncio.timeout(GOODBYE_SECONDS):
                    await self._websocket.close(error.code, reason)
        except _LeftError:
            pass
        finally:
            listening.cancel()
            ending.cancel()
            await asyncio.gather(listening, ending, self._over, return_exceptions=True)

    async def _end(self) -> None:
        """Close when the process ends."""
        await self._live.ended.wait()
        self.close(ClosingError(RESTARTS, f"Begin again in {come_again()} s."))

    def _stopped(self, listening: asyncio.Task[None]) -> None:
        """Have the socket closed for what ended the listening; whatever was not foreseen, its text goes nowhere."""
        error = listening.exception() if not listening.cancelled() else None
        if error is None or isinstance(error, ClosingError | _LeftError):
            self.close(error or _LeftError())
            return
        self._live.door.observe(unforeseen(error, new_id()))
        self.close(ClosingError(BROKEN, "Something went wrong."))

    async def send(self, text: str) -> None:
        """Send a message; a reader that takes too long is let go."""
        try:
            async with asyncio.timeout(self._live.settings.live_slow_seconds), self._sending:
                await self._websocket.send_text(text)
        except TimeoutError:
            if not self._over.done():
                self._live.door.observe(SlowConsumer(SOCKET))
            self.close(ClosingError(AGAIN_LATER, "Too slow."))
        except (WebSocketDisconnect, RuntimeError, OSError):
            self.close(_LeftError())

    def close(self, error: Exception) -> None:
        """Have the socket closed."""
        if not self._over.done():
            self._over.set_exception(error)

    async def _listen(self) -> None:
        following = await self._welcomed()
        most = self._live.settings.live_connections
        with self._live.sockets.of(following.caller, most) as is_free:
            if not is_free:
                self._live.rejected(SOCKET, Why.CONNECTIONS)
                raise ClosingError(TOO_MANY, f"A caller has {most} sockets at most.")
            await self.send(written("connection_ack"))
            operations = Operations(self._live, following, self.send, self.close)
            beside = [asyncio.create_task(one) for one in (self._watch(following), self._say_whether_stale())]
            try:
                while True:
                    await self._heard(await self._message(), operations)
            finally:
                for one in beside:
                    one.cancel()
                operations.end()

    async def _heard(self, message: Message, operations: Operations) -> None:
        match message.type:
            case "subscribe":
                await operations.begin(message)
            case "complete":
                operations.complete(message)
            case "ping":
                await self.send(written("pong"))
            case "pong":
                pass
            case "connection_init":
                raise ClosingError(TOO_MANY, "Too many initialisation requests")
            case _:
                raise ClosingError(BAD, "There is no such message.")

    async def _message(self) -> Message:
        told: Any = await self._websocket.receive()
        if told["type"] == "websocket.disconnect":
            raise _LeftError
        return read(told.get("text"))

    async def _watch(self, following: Following) -> None:
        """Close when the caller's proof has ended, or does not hold any more."""
        while True:
            await asyncio.sleep(self._live.until_check(following))
            try:
                holds = await self._live.still(following)
            except Refusal:  # it cannot be told now
                holds = self._live.is_good(following)
            if not holds:
                self.close(ClosingError(UNAUTHORISED, "Unauthorized"))
                return

    async def _say_whether_stale(self) -> None:
        """Tell again and again while what was told may be old, and once that it is not any more."""
        hearing, told = self._live.hearing, False
        while True:
            if hearing.is_stale or told:
                await self.send(written("ping", payload={"stale": hearing.is_stale}))
            told = hearing.is_stale
            with suppress(TimeoutError):
                async with asyncio.timeout(STALE_SECONDS):
                    await hearing.changed()

    async def _welcomed(self) -> Following:
        """Return who it is; raise what closes the socket over one that does not say it, or nobody knows."""
        try:
            async with asyncio.timeout(self._live.settings.live_init_seconds):
                first = await self._first()
        except TimeoutError:
            self._live.rejected(SOCKET, Why.SILENT)
            raise ClosingError(SILENT, "Connection initialisation timeout") from None
        except ClosingError:
            self._live.rejected(SOCKET, Why.MALFORMED)
            raise
        if not self._live.starts.take():
            self._live.rejected(SOCKET, Why.STORM)
            raise ClosingError(
                AGAIN_LATER, f"Too many begin at once: try again in {self._live.starts.come_again()} s."
            )
        return await self._proved(first)

    async def _first(self) -> HTTPConnection:
        """Return the handshake with what connection_init adds to it."""
        while True:
            message = await self._message()
            if message.type == "connection_init":
                told = pairs(message.payload)
                scope = self._websocket.scope
                more = [(name.encode(), told[name].encode()) for name in TOLD_FIRST if name in told]
                return HTTPConnection({**scope, "headers": [*scope["headers"], *more]})
            if message.type == "ping":
                await self.send(written("pong"))
            elif message.type == "subscribe":
                raise ClosingError(UNAUTHORISED, "Unauthorized")
            elif message.type not in {"pong", "complete"}:
                raise ClosingError(BAD, "There is no such message.")

    async def _proved(self, first: HTTPConnection) -> Following:
        live, meter = self._live, Meter(self._live.door.limits, first)
        try:
            shown = reading.shown(first)
            proof = await live.door.authenticator.proof(shown)
            if proof is not None:
                return live.following(first, shown, proof)
            live.rejected(SOCKET, Why.UNAUTHENTICATED)
            meter.stranger()
        except Refusal as refusal:
            if refusal.code == "IDENTITY_UNAVAILABLE":
                live.rejected(SOCKET, Why.UNAVAILABLE)
            raise closing(refusal) from None
        raise ClosingError(UNAUTHORISED, "Unauthorized")
