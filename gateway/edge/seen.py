"""What was seen of one request, from its arrival to its answer, told as one event when it is over."""

import time
from types import TracebackType
from typing import Final

from msgspec import Struct
from starlette.responses import Response

from gateway.edge.answered import Admitted, Answered, Outcome
from gateway.edge.traced import Tracing
from gateway.engine import Answer
from gateway.engine.answering import Given
from resolvers.access import Verdict
from resolvers.caller import Caller, CallerKind
from resolvers.completeness import Completeness
from resolvers.overview import Overview
from resolvers.scope import Scope
from sources.source import Observer

GONE = 499
"""The status, in our own count, of a request whose caller left before it was answered."""


class Told(Struct, frozen=True):
    """What there is to tell of an operation: the rule and verdict of each decision, how complete overviews were."""

    decisions: tuple[tuple[str, Verdict], ...] = ()
    overviews: tuple[Completeness, ...] = ()


_AGAIN: Final = Answer({}, 200, executed=True, kind="query")


def told_of(scope: Scope | None, answer: Answer | None) -> Told:
    """Return what there is to tell of an operation that ran in a scope."""
    if scope is None:
        return Told()
    worked_out = (one.completeness for one in scope.worked_out.values() if isinstance(one, Overview))
    finished = answer.overviews if isinstance(answer, Given) else ()
    decisions = tuple((one.rule, one.verdict) for one in scope.loaders.decisions.values())
    return Told(decisions, (*worked_out, *finished))


class Seen:
    """What is known of a request so far."""

    def __init__(self, observe: Observer) -> None:
        self.kind: str | None = None
        """Query or mutation, where it ran."""
        self.label: str | None = None
        """What an operation is counted as whose document was registered."""
        self._observe = observe
        self._caller: CallerKind | None = None
        self._scope: Scope | None = None
        self._answer: Answer | None = None
        self._told: Told | None = None
        self._code: str | None = None
        self._status = GONE
        self._opened = False

    def admitted(self, caller: Caller) -> None:
        """Take note of who asks."""
        self._caller = caller.kind
        self._observe(Admitted(caller.kind))

    def ran(self, scope: Scope, answer: Answer) -> None:
        """Take note of what an operation came to."""
        self._scope, self._answer, self.kind = scope, answer, answer.kind

    def ran_again(self, told: Told) -> None:
        """Take note that an operation came to what it had come to before."""
        self._told, self._answer, self.kind = told, _AGAIN, _AGAIN.kind

    @property
    def answer(self) -> Answer | None:
        """What an operation came to."""
        return self._answer

    def refused(self, code: str) -> str:
        """Take note of why a request is refused as a whole; return it."""
        self._code, self._answer = code, None
        if self._told is not None:
            self._told = Told(self._told.decisions)  # nothing of what was finished is given
        return code

    def answered(self, response: Response) -> Response:
        """Take note of what leaves; return it."""
        self._status = response.status_code
        return response

    def opened(self) -> None:
        """Take note that a stream of answers begins."""
        self._opened = True

    def ended(self, status: int) -> None:
        """Take note of the status of what leaves on another way than over HTTP."""
        self._status = status

    def told(self, request_id: str, seconds: float, trace_id: str | None) -> Answered:
        """Return the event of it all."""
        errors = self._answer.body.get("errors") if self._answer is not None else None
        about = self._told or told_of(self._scope, self._answer)
        return Answered(
            request_id=request_id,
            outcome=self._outcome(bool(errors)),
            status=self._status,
            seconds=seconds,
            caller=self._caller,
            code=errors[0]["extensions"]["code"] if errors else self._code,
            executed=self._answer is not None and self._answer.executed,
            decisions=about.decisions,
            overviews=about.overviews,
            trace_id=trace_id,
            operation=self.label,
        )

    def let_go(self) -> None:
        """Forget what was worked out, once it was told: it holds a picture, and that the scope which holds it."""
        if self._scope is not None:
            self._scope.worked_out.clear()

    def _outcome(self, errors: bool) -> Outcome:
        if self._status == GONE:
            return Outcome.ABANDONED
        if self._opened:
            return Outcome.OPENED
        if self._answer is None or not self._answer.executed or self._answer.status >= 500:
            status = self._answer.status if self._answer is not None else self._status
            return Outcome.FAILED if status >= 500 else Outcome.REFUSED
        return Outcome.PARTIAL if errors else Outcome.COMPLETE


class Watch:
    """Sees requests, and tells of each when it is over, however it ends."""

    def __init__(self, observe: Observer, tracing: Tracing) -> None:
        self._observe = observe
        self._tracing = tracing

    def request(self, request_id: str, traceparent: str | None) -> "Watched":
        """Return what watches one request for as long as it is entered."""
        return Watched(self._observe, self._tracing, request_id, traceparent)


class Watched:
    """One request that is watched."""

    __slots__ = ("_began", "_number", "_observe", "_run", "_seen", "_traced", "_tracing")

    def __init__(self, observe: Observer, tracing: Tracing, number: str, traceparent: str | None) -> None:
        self._observe = observe
        self._tracing = tracing
        self._number = number
        self._seen = Seen(observe)
        self._run = tracing.request(traceparent)

    def __enter__(self) -> Seen:
        """Begin."""
        self._began = time.perf_counter()
        self._traced = self._run.__enter__()
        return self._seen

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        """Tell of it."""
        try:
            seconds = time.perf_counter() - self._began
            told = self._seen.told(self._number, seconds, self._tracing.trace_id())
            self._traced.tell(told, self._seen.kind)
            self._observe(told)
            self._seen.let_go()
        finally:
            self._run.__exit__(kind, error, trace)
