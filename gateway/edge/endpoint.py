"""The GraphQL endpoint: who asks, what, why; then the answer, after its decisions are on record."""

from collections.abc import Awaitable, Callable, Mapping
from typing import Any, TypeAlias

import msgspec
from msgspec import Struct
from starlette.requests import ClientDisconnect, Request
from starlette.responses import Response

from gateway.auth import Authenticator, Proof
from gateway.edge import reading
from gateway.edge.limiting import Limits, Meter
from gateway.edge.seen import GONE, Seen, Watch
from gateway.engine import Engine, Operation
from gateway.engine.errors import request_error
from gateway.engine.execution import unforeseen
from resolvers.caller import Caller, CallerKind, Purpose
from resolvers.refusal import Refusal
from resolvers.scope import Scope
from schema import PROBLEMS
from sources.source import Observer

HEADERS = {
    "cache-control": "no-store",
    "vary": "Authorization, X-API-Key, Accept, Origin",
    "x-content-type-options": "nosniff",
}
ScopeMaker: TypeAlias = Callable[[str, Caller, Purpose | None, str | None], Scope]

_ENCODER = msgspec.json.Encoder()


class Door(Struct, frozen=True):
    """What the endpoint works with."""

    engine: Engine
    observe: Observer
    authenticator: Authenticator
    record: Callable[[Scope, str, str | None], Awaitable[None]]
    scope: ScopeMaker
    usual_purpose: Callable[[CallerKind], Purpose | None]
    most_bytes: int
    watch: Watch
    limits: Limits


class Endpoint:
    """Answers POST requests with one GraphQL operation each."""

    def __init__(self, door: Door) -> None:
        self._door = door

    async def answer(self, request: Request) -> Response:
        """Return the answer to a request."""
        number, meter = reading.request_id(request), Meter(self._door.limits, request)
        parents = request.headers.getlist("traceparent")
        with self._door.watch.request(number, parents[0] if len(parents) == 1 else None) as seen:
            return seen.answered(meter.told(await self._reply(request, number, seen, meter)))

    async def _reply(self, request: Request, number: str, seen: Seen, meter: Meter) -> Response:
        media = reading.PLAIN_JSON
        try:
            media = reading.answer_type(request)
            shown, authenticator = reading.shown(request), self._door.authenticator
            proof = proved(await authenticator.proof(shown), meter)
            operation = await reading.operation(request, self._door.most_bytes)
            # a token may have ended while its request was on the way
            caller = proved(await authenticator.again(shown, proof), meter).caller
            await meter.enter(caller)
            seen.admitted(caller, operation)
            purpose = reading.purpose(request, self._door.usual_purpose(caller.kind))
            scope = self._door.scope(number, caller, purpose, reading.interaction(request))
            return await self._answer(operation, scope, media, seen, meter)
        except Refusal as refusal:
            return refused(seen.refused(refusal.code), number, media, refusal.detail)
        except ClientDisconnect:
            return Response(status_code=GONE)
        except Exception as error:  # whatever it is, its text goes nowhere
            self._door.observe(unforeseen(error, number))
            return refused(seen.refused("INTERNAL"), number, media)

    async def _answer(
        self, operation: Operation, scope: Scope, media: str, seen: Seen, meter: Meter
    ) -> Response:
        try:
            answer = await self._door.engine.run(operation, scope)
        finally:
            meter.charge(scope)  # what was done for it was done, however it ended
        seen.ran(scope, answer)
        # keyed: of a document that holds a number, a plain hash would give the number away to whoever tries all
        fingerprint = scope.sealer.fingerprint("operation", operation.query.encode("utf-8", "surrogatepass"))
        await self._door.record(scope, fingerprint, operation.name)
        # plain JSON knows no statuses of GraphQL, but a check that could not be made is a failure to every client
        strict = media == reading.GRAPHQL_JSON or answer.status >= 500
        return answered(answer.body, answer.status if strict else 200, scope.request_id, media)


def proved(proof: Proof | None, meter: Meter) -> Proof:
    """Return the proof of who asks; refuse a request without a good one."""
    if proof is None:
        meter.stranger()
        raise Refusal("UNAUTHENTICATED")
    meter.caller = proof.caller
    return proof


def refused(
    code: str,
    number: str,
    media: str,
    detail: str | None = None,
    more: Mapping[str, str] | None = None,
    status: int | None = None,
    source: str | None = None,
) -> Response:
    """Return the answer to a request that is refused as a whole; `more` are headers of this refusal.

    `status` stands in place of the code's own, `source` is the system that failed.
    """
    if code == "UNAUTHENTICATED":
        more = {"www-authenticate": "Bearer"}
    return answered(
        request_error(code, number, detail, source), status or PROBLEMS[code].status, number, media, more
    )


def answered(
    body: Mapping[str, Any], status: int, number: str, media: str, more: Mapping[str, str] | None = None
) -> Response:
    """Return a body with the headers of every answer."""
    headers = HEADERS | {"x-request-id": number, "content-type": f"{media}; charset=utf-8"} | dict(more or {})
    return Response(_ENCODER.encode(body), status, headers)
