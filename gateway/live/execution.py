"""One execution for a socket or a stream: through the same places, rates, engine and record as a request over HTTP."""

from collections.abc import Awaitable, Callable
from hashlib import sha256
from typing import Any, Final

import msgspec
from msgspec import Struct
from msgspec.structs import replace

from gateway.edge.endpoint import Door
from gateway.edge.seen import Seen
from gateway.engine import Answer, Operation
from gateway.engine.errors import request_error
from gateway.engine.execution import unforeseen
from gateway.ids import new_id
from gateway.live.topics import Topics
from gateway.overload.places import OverloadedError
from gateway.rates.rates import cost_of
from resolvers.access import Verdict
from resolvers.caller import Caller, Purpose
from resolvers.refusal import Refusal
from resolvers.scope import Scope
from schema import PROBLEMS
from sources.crn import Crn

UNDECIDED: Final = "ACCESS_CHECK_UNAVAILABLE"
CLOSED: Final = frozenset({Verdict.REFUSED, Verdict.BANNER})
"""What is said to a caller's face. A hidden record looks like a number that nobody has, here as everywhere."""

_ENCODER: Final = msgspec.json.Encoder(order="deterministic")


class LaterError(Refusal):
    """Not given now: in so many seconds it may be. Here there is no header that could say so."""

    def __init__(self, code: str, seconds: int) -> None:
        super().__init__(code)
        self.seconds = seconds


class Asked(Struct, frozen=True):
    """What is asked: by whom, why, for which contact."""

    caller: Caller
    purpose: Purpose | None
    interaction: str | None
    operation: Operation

    @property
    def key(self) -> tuple[Any, ...]:
        """What is the same for those who are answered together: one caller, asking the same for the same reason."""
        one = self.operation
        return (
            self.caller,
            self.purpose,
            self.interaction,
            one.query,
            one.name,
            _ENCODER.encode(one.variables),
        )


async def _nothing() -> None:
    """Put nothing on record: nothing was decided."""


class Ran(Struct, frozen=True):
    """What an execution came to.

    `digest` is the same for the same answer, whatever its references; `mark` stands for it outside, and says nothing of
    it to whoever tries answers out. `topics` are what it may change with, None where
    that is not known. `opened` and `closed` are the customers whom the caller may see, or not. `record` puts the
    decisions on record, and raises the refusal where it cannot: before then nothing may be shown.
    """

    body: dict[str, Any]
    digest: bytes
    executed: bool
    topics: frozenset[str] | None = None
    opened: frozenset[Crn] = frozenset()
    closed: frozenset[Crn] = frozenset()
    mark: str | None = None
    record: Callable[[], Awaitable[None]] = _nothing

    @property
    def is_denied(self) -> bool:
        """Tell whether nothing is shown, and never will be to this caller as things stand."""
        return bool(self.closed) and not any((self.body.get("data") or {}).values())


class Executor(Struct, frozen=True):
    """Executes what is asked. `topics` says what an answer may change with."""

    door: Door
    topics: Topics

    async def enter(self, caller: Caller) -> None:
        """Charge an operation that begins; refuse it when its caller has nothing left."""
        rates = self.door.limits.rates
        if not await rates.enter(caller):
            allowance = rates.allowance(caller)
            raise LaterError("RATE_LIMITED", allowance.seconds if allowance is not None else 1)

    async def run(self, asked: Asked) -> Ran:
        """Return what an execution comes to, refusals included."""
        number = new_id()
        with self.door.watch.request(number, None) as seen:
            try:
                async with self.door.limits.places.of(asked.caller.kind):
                    return await self._ran(asked, number, seen)
            except OverloadedError as overloaded:
                return refused(LaterError("OVERLOADED", overloaded.seconds), number, seen)
            except Refusal as refusal:
                return refused(refusal, number, seen)
            except Exception as error:  # whatever it is, its text goes nowhere
                self.door.observe(unforeseen(error, number))
                return refused(Refusal("INTERNAL"), number, seen)

    async def _ran(self, asked: Asked, number: str, seen: Seen) -> Ran:
        door, caller = self.door, asked.caller
        seen.admitted(caller)
        seen.label = asked.operation.label
        made = door.scope(number, caller, asked.purpose, asked.interaction)
        used: set[str] = set()
        # an answer is told from another by what it holds, with its keys in order: nothing of it is written before
        scope = replace(made, source_states=self.topics.noting(made.source_states, used), pieces=None)
        try:
            answer = await door.engine.run(asked.operation, scope)
        finally:
            door.limits.rates.charge(caller, cost_of(scope) - 1)
        seen.ran(scope, answer)
        seen.ended(answer.status)
        return self._told(answer, scope, used, asked.operation)

    def _told(self, answer: Answer, scope: Scope, used: set[str], operation: Operation) -> Ran:
        decisions = scope.loaders.decisions.values()
        digest = digest_of(answer.body)
        fingerprint = scope.sealer.fingerprint("operation", operation.query.encode("utf-8", "surrogatepass"))
        return Ran(
            body=answer.body,
            digest=digest,
            mark=scope.sealer.fingerprint("event", digest),
            executed=answer.executed,
            topics=self.topics.of(scope) | used,
            opened=frozenset(one.crn for one in decisions if one.verdict is Verdict.OPEN),
            closed=frozenset(one.crn for one in decisions if one.verdict in CLOSED and one.code != UNDECIDED),
            record=lambda: self.door.record(scope, fingerprint, operation.name),
        )


def refused(refusal: Refusal, number: str, seen: Seen | None = None) -> Ran:
    """Return what an execution comes to that was refused as a whole."""
    if seen is not None:
        seen.refused(refusal.code)
        seen.ended(PROBLEMS[refusal.code].status)
    body = request_error(refusal.code, number, refusal.detail)
    if isinstance(refusal, LaterError):
        body["errors"][0]["extensions"]["retryAfter"] = refusal.seconds
    return Ran(body, digest_of(body), executed=False)


def digest_of(body: dict[str, Any]) -> bytes:
    """Return what is the same for two answers that say the same; each of them has references of its own."""
    errors = [(one["message"], one.get("path"), one["extensions"]["code"]) for one in body.get("errors", ())]
    return sha256(_ENCODER.encode((body.get("data"), errors))).digest()
