"""The GraphQL endpoint: who asks, what, why; then the answer, after its decisions are on record."""

import time
from collections.abc import Awaitable, Callable
from typing import TypeAlias

from msgspec import Struct
from starlette.requests import ClientDisconnect, Request
from starlette.responses import Response

from gateway.auth import Authenticator, Proof, Shown
from gateway.edge import by_address, reading
from gateway.edge.answered import ClientLeft
from gateway.edge.delivery import Delivered, Delivery
from gateway.edge.held import Held
from gateway.edge.leaving import unless_left
from gateway.edge.limiting import Limits, Meter
from gateway.edge.parts import Form
from gateway.edge.recording import fingerprint_of
from gateway.edge.repeats import Asks, Repeats
from gateway.edge.responding import HEADERS, answered, refused, streamed
from gateway.edge.seen import GONE, Seen, Watch
from gateway.engine import Answer, Engine, Operation
from gateway.engine.answering import Answering, how
from gateway.engine.execution import unforeseen
from gateway.engine.increments import Increments, begin
from gateway.trusted.asked import Asked
from gateway.trusted.resolving import Resolver
from resolvers.caller import Caller, CallerKind, Purpose
from resolvers.refusal import Refusal
from resolvers.scope import Scope
from sources.source import Observer

FOLLOWED = (
    "A subscription is asked for over graphql-transport-ws, or with the header Accept: text/event-stream."
)
ScopeMaker: TypeAlias = Callable[[str, Caller, Purpose | None, str | None], Scope]

Stream: TypeAlias = Callable[[Request, Shown, Proof, Operation], Awaitable[Response]]


class Door(Struct, frozen=True):
    """What the endpoint works with."""

    engine: Engine
    answering: Answering
    observe: Observer
    authenticator: Authenticator
    record: Callable[[Scope, str, str | None], Awaitable[None]]
    scope: ScopeMaker
    usual_purpose: Callable[[CallerKind], Purpose | None]
    most_bytes: int
    watch: Watch
    limits: Limits
    resolver: Resolver
    any_by_address: bool
    repeats: Repeats


class Endpoint:
    """Answers requests of one GraphQL operation each: by POST, registered queries by GET, in development any query.

    `stream` begins the answer of one that is followed; without it nothing can be.
    """

    def __init__(self, door: Door, stream: Stream | None = None) -> None:
        self._door = door
        self._stream = stream

    async def answer(self, request: Request) -> Response:
        """Return the answer to a request."""
        number, meter = reading.request_id(request), Meter(self._door.limits, request)
        parents = request.headers.getlist("traceparent")
        watched = self._door.watch.request(number, parents[0] if len(parents) == 1 else None)
        with Held() as held:
            seen = held.hold(watched)
            response = seen.answered(meter.told(await self._reply(request, number, seen, meter, held)))
            if isinstance(response, Delivery):  # it is not over yet
                response.held = held.handed_on()
            return response

    async def _reply(self, request: Request, number: str, seen: Seen, meter: Meter, held: Held) -> Response:
        media = reading.PLAIN_JSON
        try:
            media = reading.answer_type(request)
            asked = self._by_address(request)
            shown, authenticator = reading.shown(request), self._door.authenticator
            proof = meter.proved(await authenticator.proof(shown))
            body = await reading.json_body(request, self._door.most_bytes) if asked is None else b""
            # a token may have ended while its request was on the way
            proof = meter.proved(await authenticator.again(shown, proof))
            caller = proof.caller
            # not before the body is there: whoever sends it slowly would hold a place
            held.hold(await meter.hold(caller))
            recall = self._door.repeats.recall(request, body, caller)
            asked = asked or recall.asked or reading.operation(body)
            await meter.enter(caller)
            seen.admitted(caller)
            operation = self._operation(request, asked, caller)
            seen.label = operation.label
            asks = Asks(number, media, seen, meter)
            again = await self._door.repeats.answer(recall, operation, asks)
            if again is not None:
                return again
            if self._door.engine.kind_of(operation) == "subscription":
                return await self._followed(request, shown, proof, operation, seen)
            purpose = reading.purpose(request, self._door.usual_purpose(caller.kind))
            scope = self._door.scope(number, caller, purpose, reading.interaction(request))
            response = await self._answer(request, operation, scope, media, seen, meter)
            self._door.repeats.learn(recall, request, asked, operation, scope, asks)
            return response
        except Refusal as refusal:
            return refused(seen.refused(refusal.code), number, media, refusal.detail)
        except ClientDisconnect:
            return Response(status_code=GONE)
        except Exception as error:  # whatever it is, its text goes nowhere
            self._door.observe(unforeseen(error, number))
            return refused(seen.refused("INTERNAL"), number, media)

    def _by_address(self, request: Request) -> Asked | None:
        """Return what is asked for by an address, None by a body."""
        if request.method != "GET":
            return None
        return by_address.asked_for(request, anything=self._door.any_by_address)

    async def _followed(
        self, request: Request, shown: Shown, proof: Proof, operation: Operation, seen: Seen
    ) -> Response:
        if self._stream is None:
            raise Refusal("GRAPHQL_VALIDATION_FAILED", "There is nothing here that can be followed.")
        if not reading.reads_events(request):
            raise Refusal("BAD_REQUEST", FOLLOWED)
        answer = await self._stream(request, shown, proof, operation)
        if answer.status_code == 200:
            seen.opened()
        return answer

    def _operation(self, request: Request, asked: Asked, caller: Caller) -> Operation:
        operation = self._door.resolver.resolved(asked, caller.client)
        if request.method == "GET" and self._door.engine.changes(operation):
            raise Refusal("METHOD_NOT_ALLOWED")
        return operation

    async def _answer(
        self, request: Request, operation: Operation, scope: Scope, media: str, seen: Seen, meter: Meter
    ) -> Response:
        form = self._form(request, operation)
        try:
            answer = await self._ran(request, operation, scope, in_parts=form is not None)
        except ClientDisconnect:
            await self._record(operation, scope)  # what was decided was, whether anybody is told or not
            raise
        finally:
            meter.charge(scope)  # what was done for it was done, however it ended
        if isinstance(answer, Increments):
            return await self._in_parts(request, operation, scope, answer, seen, meter)
        seen.ran(scope, answer)
        await self._record(operation, scope)
        written = answer.body if answer.raw is None else answer.raw
        if media == reading.EVENT_STREAM and answer.executed and answer.status < 500:
            return streamed(written, scope.request_id)
        # plain JSON knows no statuses of GraphQL, but a check that could not be made is a failure to every client
        strict = media != reading.PLAIN_JSON or answer.status >= 500
        response = answered(
            written, answer.status if strict else 200, scope.request_id, media, how(answer, scope)
        )
        keepable = by_address.keepable(request, operation, scope, answer)
        return by_address.kept(request, response, scope) if keepable else response

    def _form(self, request: Request, operation: Operation) -> Form | None:
        """Return in which form an operation is answered in parts; None where it is answered whole."""
        defers = request.method == "POST" and self._door.engine.defers(operation)
        return reading.reads_parts(request) if defers else None

    async def _in_parts(
        self,
        request: Request,
        operation: Operation,
        scope: Scope,
        increments: Increments,
        seen: Seen,
        meter: Meter,
    ) -> Delivery:
        """Return the answer whose first part is there, after its decisions are on record."""
        await self._record(operation, scope)
        delivered = Delivered(
            request=request,
            scope=scope,
            increments=increments,
            form=reading.reads_parts(request) or Form.YEAR_2022,
            seen=seen,
            observe=self._door.observe,
            record=lambda: self._record(operation, scope),
            charge=lambda: meter.charge(scope),
            most_bytes=self._door.engine.most_bytes(scope),
        )
        return Delivery(delivered, HEADERS | {"x-request-id": scope.request_id})

    async def _ran(
        self, request: Request, operation: Operation, scope: Scope, *, in_parts: bool
    ) -> Answer | Increments:
        """Return what an operation comes to. A read whose caller leaves is given up; a mutation ends as it would."""
        began = time.perf_counter()

        def stops() -> bool:
            stopped = not self._door.engine.changes(operation)
            self._door.observe(ClientLeft(scope.request_id, stopped, time.perf_counter() - began))
            return stopped

        try:
            engine = self._door.engine
            if in_parts:
                return await unless_left(request, begin(engine, operation, scope), stops)
            running = self._door.answering.run(engine, operation, scope)
            return await unless_left(request, running, stops)
        except ClientDisconnect:
            scope.loaders.errands.give_up()
            raise

    async def _record(self, operation: Operation, scope: Scope) -> None:
        if not scope.loaders.decisions:
            return  # it was about nobody
        await self._door.record(scope, fingerprint_of(operation, scope), operation.name)
