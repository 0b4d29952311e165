"""What a request came to, known by its bytes: the next one that says the same is answered without reading it anew.

Anew are made: who asks, the place, the rate, whether the document is still the caller's, the rules, what the caller is
let in to (`resolvers/retold.py`), and the record of that. Where anything is not as it was, the request is answered as
any other. What is known of requests lies beside the answers and takes of their memory; no token is in it.
"""

import os
from collections.abc import Callable, Hashable
from hashlib import blake2b
from typing import Any, Final
from weakref import ref

from msgspec import Struct
from starlette.requests import Request
from starlette.responses import Response

from cache.answers import Answers, Met
from gateway.audit.event import Recorder
from gateway.audit.journal import AuditUnavailableError, Journal
from gateway.audit.template import Template, filled_in, template_of
from gateway.edge import reading
from gateway.edge.incoming import Indexed
from gateway.edge.limiting import Meter
from gateway.edge.recording import fingerprint_of, record_written
from gateway.edge.responding import Finished
from gateway.edge.seen import Seen, Told, told_of
from gateway.engine import Engine, Operation
from gateway.engine.answering import HEADER, LEAST, Answering, Given, Hit, Kept, Reuse
from gateway.engine.execution import Appraised, CostTold
from gateway.rates.rates import cost_of
from gateway.rules import Rules, Ruling
from gateway.trusted.asked import Asked
from resolvers.caller import Caller
from resolvers.neighbours import Neighbours
from resolvers.refusal import Refusal
from resolvers.retold import Retold, retold_of, tells
from resolvers.scope import Scope
from sources.source import Clock, Observer

KEYED: Final = ("accept", "x-access-reason", "x-interaction-id")
"""Headers that are a part of what a request says."""
ANEW: Final = frozenset("origin x-request-id traceparent authorization x-api-key content-type".split())
"""Headers that are read of every request, before it is known what it says."""
_READ: Final = ANEW | set(KEYED)
_HIT: Final = (HEADER.encode(), Reuse.HIT.value.encode())


class Ground(Struct, frozen=True):
    """What repeats stand on: what the process shares, the rules that hold now, who keeps the record."""

    neighbours: Neighbours
    ruling: Ruling
    recorder: Recorder
    journal: Journal
    clock: Clock
    trace_id: Callable[[], str | None]
    observe: Observer


class Repeat(Struct, frozen=True):
    """A request that was given an answer that was finished already: what it said, and what it came to.

    `kept` is the answer, which is not kept alive by it, under `key`. `costed` tells what its document may cost and came
    to, `told` what was decided, and `units` are what it is charged.
    """

    caller: Caller
    rules: Rules
    asked: Asked
    operation: Operation
    key: Hashable
    kept: "ref[Kept]"
    retold: Retold
    templates: tuple[Template, ...]
    costed: tuple[Appraised, CostTold]
    told: Told
    units: int


class Recall(Struct, frozen=True):
    """What is known of a request by its bytes: their `size`, what it is kept under, and what it came to last time."""

    size: int = 0
    name: bytes = b""
    repeat: Repeat | None = None

    @property
    def asked(self) -> Asked | None:
        """What its body says, where that is known."""
        return self.repeat.asked if self.repeat is not None else None


class Asks(Struct, frozen=True):
    """A request that is answered: its number, the media type of its answer, what is seen of it, and its meter."""

    number: str
    media: str
    seen: Seen
    meter: Meter


class Repeats:
    """Knows requests to one engine again. Where no answers are kept, none."""

    def __init__(self, answering: Answering, engine: Engine, ground: Ground) -> None:
        self._answering: Final = answering
        self._answers: Final[Answers[Any] | None] = answering.answers
        self._engine: Final = engine
        self._ground: Final = ground
        self._secret: Final = os.urandom(32)
        self._met: Final = Met()

    def recall(self, request: Request, body: bytes, caller: Caller) -> Recall:
        """Return what is known of a caller's request with a body."""
        if self._answers is None or not body:
            return Recall()
        getlist = request.headers.getlist
        said = repr((caller.organisation, caller.id, *(getlist(name) for name in KEYED))).encode()
        told = blake2b(body, key=self._secret, digest_size=24)
        told.update(b"%b%08x" % (said, len(said)))  # where the body ends can be told from the end
        name = told.digest()
        repeat = self._answers.read(name)
        good = repeat is not None and (repeat.caller is caller or repeat.caller == caller)
        return Recall(len(body), name, repeat if good else None)

    async def answer(self, recall: Recall, operation: Operation, asks: Asks) -> Response | None:
        """Return what a request is answered that comes to the same as before, after that is on record; else None.

        Raise the refusal where it cannot be put on record.
        """
        repeat, ground = recall.repeat, self._ground
        if repeat is None:
            return None
        kept, now = repeat.kept(), ground.clock()
        if (
            kept is None
            or not self._is_same(repeat, kept, operation)
            or not tells(repeat.retold, ground.neighbours, now)
        ):
            self._forget(recall)
            return None
        for event in repeat.costed:
            ground.observe(event)
        self._answering.given_again()
        asks.meter.cost(repeat.caller, repeat.units)
        asks.seen.ran_again(repeat.told)
        trace = ground.trace_id()
        written = [filled_in(one, ground.recorder, now, asks.number, trace) for one in repeat.templates]
        try:
            await record_written(
                ground.journal, written, [one.action for one in repeat.templates], ground.observe
            )
        except AuditUnavailableError:
            raise Refusal("AUDIT_UNAVAILABLE") from None
        return _response(kept, repeat.caller, asks)

    def learn(
        self, recall: Recall, request: Request, asked: Asked, operation: Operation, scope: Scope, asks: Asks
    ) -> None:
        """Know a request again that was given a finished answer twice, where nothing but that was done for it."""
        given, read = asks.seen.answer, request.headers
        hit = given.hit if isinstance(given, Given) else None
        if hit is None or self._answers is None or not recall.size:
            return
        if not isinstance(read, Indexed) or not read.looked <= _READ or asks.media == reading.EVENT_STREAM:
            return  # what else of a request it went by, nobody has thought about
        if not self._met.before(recall.name):
            return  # most requests do not come a third time
        repeat = self._repeat(asked, operation, scope, hit)
        if repeat is not None:
            weight = recall.size + LEAST + sum(LEAST + one.bytes for one in repeat.templates)
            self._answers.put(recall.name, repeat, weight)

    def _repeat(self, asked: Asked, operation: Operation, scope: Scope, hit: Hit) -> Repeat | None:
        ground, rules = self._ground, self._ground.ruling.now
        if rules.policy is not scope.policy or rules.labels is not scope.labels:
            return None  # others hold by now
        retold = retold_of(hit.kept.story, scope, ground.neighbours)
        if retold is None:
            return None
        events = ground.recorder.all_of(scope, fingerprint_of(operation, scope), operation.name)
        templates = [template_of(event, crn) for crn, event in events.items()]
        appraised, _ = self._engine.appraised(hit.prepared, operation, scope.caller.kind)
        if not all(templates):
            return None
        return Repeat(
            caller=scope.caller,
            rules=rules,
            asked=asked,
            operation=operation,
            key=hit.key,
            kept=ref(hit.kept),
            retold=retold,
            templates=tuple(one for one in templates if one is not None),
            costed=(appraised, CostTold(hit.kept.objects, operation.label)),
            told=Told(told_of(scope, None).decisions, hit.kept.story.overviews),
            units=cost_of(scope),
        )

    def _is_same(self, repeat: Repeat, kept: Kept, operation: Operation) -> bool:
        """Tell whether the rules, the document and the answer are the very same still."""
        before = repeat.operation
        return (
            self._answers is not None
            and repeat.rules is self._ground.ruling.now
            and operation.prepared is before.prepared
            and (operation.query, operation.name, operation.label)
            == (before.query, before.name, before.label)
            and self._answers.use(repeat.key)
        )

    def _forget(self, recall: Recall) -> None:
        if self._answers is not None:
            self._answers.remove(recall.name)


def _response(kept: Kept, caller: Caller, asks: Asks) -> Response:
    response = Finished(kept.body, 200, asks.number, asks.media)
    if caller.is_staff:
        response.raw_headers.append(_HIT)
    return response
