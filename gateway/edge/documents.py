"""The address of a document: its own caller, decided on again and on record, gets the PDF straight from its source.

Whoever else asks, and whoever asks too late or with an address of their own making, is told what any address without
anything behind it tells. Nothing of a document is kept here.
"""

import time
from collections.abc import Awaitable, Callable
from contextlib import AbstractAsyncContextManager, suppress
from typing import Final

from msgspec import Struct
from starlette.requests import ClientDisconnect, Request
from starlette.responses import Response

from gateway.auth import Authenticator
from gateway.edge import reading
from gateway.edge.answered import ClientLeft, DocumentAnswered
from gateway.edge.endpoint import ScopeMaker
from gateway.edge.leaving import while_there
from gateway.edge.limiting import Limits, Meter
from gateway.edge.responding import refused
from gateway.edge.seen import GONE
from gateway.edge.streaming import Produced, StreamedPdf
from gateway.engine.execution import unforeseen
from resolvers.access import Decision, Verdict
from resolvers.caller import Caller
from resolvers.commands.documents import SHOWN, Pass, pass_of, put_on_record
from resolvers.document import WRITTEN, Document
from resolvers.opening import document_at, fallback
from resolvers.refusal import Refusal
from resolvers.scope import Scope
from resolvers.sealing import NodeKey, Sealer
from resolvers.viewing import Views
from sources.document import Streamed
from sources.errors import BadData, Fault
from sources.source import Clock, Observer

ROUTE: Final = "/documents/{token}"


class Counter(Struct, frozen=True):
    """What documents are handed out with."""

    observe: Observer
    authenticator: Authenticator
    record: Callable[[Scope], Awaitable[None]]
    scope: ScopeMaker
    limits: Limits
    sealer: Sealer
    views: Views
    clock: Clock


class Fetching:
    """One request for a document: what is known of it so far."""

    def __init__(self, request: Request, counter: Counter) -> None:
        self.request = request
        self.number: Final = reading.request_id(request)
        self.meter: Final = Meter(counter.limits, request)
        self.caller: Caller | None = None
        self.scope: Scope | None = None

    def told(self, status: int, code: str | None = None) -> DocumentAnswered:
        """Return what there is to tell of it."""
        decided = self.scope.loaders.decisions.values() if self.scope is not None else ()
        return DocumentAnswered(
            self.number,
            status,
            self.caller.kind if self.caller is not None else None,
            code,
            decisions=tuple((one.rule, one.verdict) for one in decided),
        )


class Documents:
    """Answers GET requests for documents."""

    def __init__(self, counter: Counter) -> None:
        self._counter = counter

    async def answer(self, request: Request) -> Response:
        """Return the document, or why not."""
        fetching = Fetching(request, self._counter)
        return fetching.meter.told(await self._reply(fetching))

    async def _reply(self, fetching: Fetching) -> Response:
        number, media = fetching.number, reading.PLAIN_JSON
        try:
            return await self._fetched(fetching)
        except Refusal as refusal:
            code = refusal.code
            response = refused(refusal.code, number, media, refusal.detail)
        except Fault as fault:
            code, response = fault.code, _failed(fault, number)
        except ClientDisconnect:
            code, response = None, Response(status_code=GONE)
        except Exception as error:  # whatever it is, its text goes nowhere
            self._counter.observe(unforeseen(error, number))
            code, response = "INTERNAL", refused("INTERNAL", number, media)
        self._counter.observe(fetching.told(response.status_code, code))
        return response

    async def _fetched(self, fetching: Fetching) -> Response:
        counter, request, meter = self._counter, fetching.request, fetching.meter
        caller = meter.proved(await counter.authenticator.proof(reading.shown(request))).caller
        fetching.caller = caller
        with await meter.hold(caller):
            return await self._for(caller, fetching)

    async def _for(self, caller: Caller, fetching: Fetching) -> Response:
        counter, request, meter = self._counter, fetching.request, fetching.meter
        await meter.enter(caller)
        # what is wrong with a header is said first, so that no answer tells whether an address is one
        purpose, interaction = reading.purpose(request, None), reading.interaction(request)
        passed = pass_of(counter.sealer, request.path_params["token"])
        if passed is None or passed.until <= counter.clock():
            raise Refusal("NOT_FOUND")
        purpose, interaction = purpose or passed.purpose, interaction or passed.interaction
        scope = fetching.scope = counter.scope(fetching.number, caller, purpose, interaction)
        if not passed.is_for(caller):
            await self._somebody_elses(scope, passed)
        try:
            document, streamed = await self._opened(fetching, scope, passed)
        except ClientDisconnect:
            scope.loaders.errands.give_up()
            await counter.record(scope)
            raise
        finally:
            meter.charge(scope)

        async def produced() -> None:
            await counter.views.add(caller, document.key, scope.now)

        return StreamedPdf(streamed, Produced(fetching.told(200), produced, counter.observe))

    async def _somebody_elses(self, scope: Scope, passed: Pass) -> None:
        """Put on record that somebody shows the address of another, and refuse as if it were none.

        Also when it cannot be put there: nothing is shown, and another answer would say that the address is one.
        """
        scope.loaders.decisions[passed.crn] = Decision(passed.crn, Verdict.REFUSED, "address", "NOT_FOUND")
        with suppress(Refusal):
            await self._counter.record(scope)
        raise Refusal("NOT_FOUND")

    def _while_there(self, fetching: Fetching) -> AbstractAsyncContextManager[None]:
        """Return what is done as long as the reader is there."""
        began = time.perf_counter()

        def stops() -> bool:
            seconds = time.perf_counter() - began
            self._counter.observe(ClientLeft(fetching.number, stopped=True, seconds=seconds))
            return True

        return while_there(fetching.request, stops)

    async def _opened(self, fetching: Fetching, scope: Scope, passed: Pass) -> tuple[Document, Streamed]:
        """Return the document once its source has begun to send it; by then the look is on record."""
        try:
            async with self._while_there(fetching):
                document = await document_at(scope, NodeKey(WRITTEN, passed.crn, passed.native))
        except (Refusal, Fault):
            await self._counter.record(scope)
            raise
        if document is None or document.number is None or fallback(scope, document) is not None:
            await self._counter.record(scope)
            raise Refusal("NOT_FOUND")
        await put_on_record(scope, SHOWN, document)
        async with self._while_there(fetching):
            streamed = await scope.loaders.document(document.crn, document.number)
        if streamed is None:
            raise Refusal("DOCUMENT_ARCHIVED")
        return document, streamed


def _failed(fault: Fault, number: str) -> Response:
    """Return the answer where the source failed before anything was sent: 502 for bad data, 503 for none."""
    wait = {"retry-after": str(fault.retry_after)} if fault.retry_after is not None else None
    status = 502 if isinstance(fault, BadData) else 503
    return refused(fault.code, number, reading.PLAIN_JSON, more=wait, status=status, source=fault.source)
