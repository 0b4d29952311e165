"""Giving finished answers again: to whoever would be told the same, after the same decisions, for as long as it is so.

What an answer is kept under is whatever it may depend on: the document, as its schema sees it, the variables, and of
who asks all that decides what is shown. One that shows what depends on the viewer is kept for that viewer alone.
"""

import os
import time
from collections.abc import Hashable, Mapping
from hashlib import blake2b
from typing import Any, Final
from weakref import WeakKeyDictionary

import msgspec
from msgspec import Struct

from cache.answers import Answers
from cache.turns import Ended, Turn, Turns
from gateway.edge_settings import EdgeSettings
from gateway.engine.execution import Answer, CostTold, Engine, Operation
from gateway.engine.prepared import Prepared
from gateway.engine.size import objects_in
from gateway.engine.viewed import is_per_viewer
from resolvers.completeness import Completeness
from resolvers.refusal import Refusal
from resolvers.scope import Scope
from resolvers.story import Story, holds, story_of
from resolvers.witness import watched
from sources.source import Observer
from sources.words import Word

ROUNDS: Final = 3
"""So often a request waits for another: then it works by itself."""
PATIENCE: Final = 0.1
"""So many seconds it waits for another, once what that one waits for is there: all wait for sources together, each on
its own account, so that a source goes on when one of them leaves."""
SHARE: Final = 0.25
"""No more than so large a part of its time it spends on that."""
HEADER: Final = "x-overview-answer"
LEAST: Final = 2_048
"""What keeping an answer costs beside its bytes, and again for each customer."""


class Reuse(Word):
    """What became of an operation, as far as finished answers go. None is given that is older than what it rests on."""

    HIT = "hit", "It was given an answer that was finished already."
    MISS = "miss", "It was worked out, and is kept for whoever asks the same."
    BYPASS = "bypass", "It was worked out, and nobody else is given it."


class Kept(Struct, frozen=True, weakref=True):
    """An answer as it is written, how many objects it holds, and its story."""

    body: bytes
    objects: int
    story: Story


class Hit(Struct, frozen=True):
    """An answer that was finished already, what it is kept under, and the document that it answers."""

    kept: Kept
    key: Hashable
    prepared: Prepared


class Given(Answer, frozen=True):
    """An answer, how it came about, and how complete the overviews in it are, where they were worked out before."""

    reuse: Reuse = Reuse.BYPASS
    overviews: tuple[Completeness, ...] = ()
    hit: Hit | None = None


class Reused(Struct, frozen=True):
    """An operation was answered in one way or another; so many bytes of answers are kept.

    `known` is whether its request was known by its bytes.
    """

    reuse: Reuse
    bytes: int
    known: bool = False


class Answering:
    """Answers operations. Without `answers` each is worked out, and nothing is told of it."""

    def __init__(self, answers: Answers[Any] | None, observe: Observer, patience: float = PATIENCE) -> None:
        """`patience` is how many seconds one waits for another."""
        self._patience: Final = patience
        self.answers: Final = answers
        self._observe: Final = observe
        self._turns: Final = Turns(time.monotonic)
        self._secret: Final = os.urandom(32)
        self._encoder: Final = msgspec.json.Encoder(order="sorted")
        self._per_viewer: Final[WeakKeyDictionary[Prepared, bool]] = WeakKeyDictionary()

    async def run(self, engine: Engine, operation: Operation, scope: Scope) -> Answer:
        """Return the answer to an operation, whole: one that was finished before, or a new one."""
        if self.answers is None:
            return await engine.run(operation, scope)
        prepared = engine.checked(operation, scope)
        if isinstance(prepared, Answer):
            return self._told(prepared, Reuse.BYPASS)
        key = self._key(prepared, operation, scope)
        if key is None:
            return self._told(await _worked_out(engine, prepared, operation, scope), Reuse.BYPASS)
        for _ in range(ROUNDS):
            kept = self.answers.read(key)
            if kept is not None and await holds(kept.story, scope):
                return self._again(Hit(kept, key, prepared), operation)
            if self._turns.free(key):
                with self._turns.mine(key) as turn:
                    answer = await self._anew(engine, prepared, operation, scope, key, turn)
                    turn.ended = Ended.KEPT if answer.reuse is Reuse.MISS else Ended.UNFIT
                return answer
            if not await self._waited(key, scope):
                break
        return await self._anew(engine, prepared, operation, scope, key)

    async def _waited(self, key: Hashable, scope: Scope) -> bool:
        """Wait for whoever is working the same out; tell whether that may have been of use."""
        if not self._turns.worth(key):
            return False
        try:
            for crns, parts in tuple(self._turns.told(key) or ()):
                await scope.loaders.admit(crns, parts)
        except Refusal:  # the operation will meet it, too
            return False
        seconds = min(self._patience, SHARE * scope.loaders.loading.left)
        return await self._turns.wait(key, seconds) is not Ended.UNFIT

    async def _anew(
        self,
        engine: Engine,
        prepared: Prepared,
        operation: Operation,
        scope: Scope,
        key: Hashable,
        turn: Turn | None = None,
    ) -> Given:
        """Return an answer that is worked out, and keep it where that is right."""
        seen, witness = watched(scope)
        if turn is not None:
            turn.told = witness.asked
        answer = await _worked_out(engine, prepared, operation, seen)
        good = answer.executed and answer.status == 200 and "errors" not in answer.body
        story = story_of(scope, witness) if good else None
        if story is None or answer.raw is None or self.answers is None:
            return self._told(answer, Reuse.BYPASS)
        kept = Kept(bytes(answer.raw), objects_in(answer.raw) - 1, story)
        fits = self.answers.put(key, kept, len(kept.body) + LEAST * (1 + len(story.decisions)))
        return self._told(answer, Reuse.MISS if fits else Reuse.BYPASS)

    def _again(self, hit: Hit, operation: Operation) -> Given:
        kept = hit.kept
        self._observe(CostTold(kept.objects, operation.label))
        self._tell(Reuse.HIT)
        raw, overviews = msgspec.Raw(kept.body), kept.story.overviews
        return Given(
            {}, 200, executed=True, kind="query", raw=raw, reuse=Reuse.HIT, overviews=overviews, hit=hit
        )

    def given_again(self) -> None:
        """Tell that an answer was given that was finished already, to a request that was known by its bytes."""
        self._tell(Reuse.HIT, known=True)

    def _told(self, answer: Answer, reuse: Reuse) -> Given:
        self._tell(reuse)
        return Given(answer.body, answer.status, answer.executed, answer.kind, answer.raw, reuse)

    def _tell(self, reuse: Reuse, *, known: bool = False) -> None:
        self._observe(Reused(reuse, self.answers.bytes if self.answers is not None else 0, known))

    def _key(self, prepared: Prepared, operation: Operation, scope: Scope) -> Hashable | None:
        """Return what an answer is kept under, None where none is. It holds no variable in clear."""
        if prepared.type_of(operation.name) != "query":
            return None
        try:
            variables = self._encoder.encode(operation.variables or {})
        except (UnicodeEncodeError, RecursionError):  # half a character can be said, and not be written
            return None
        asked = blake2b(variables, key=self._secret, digest_size=24).digest()
        return prepared, operation.name, asked, self._who(prepared, scope)

    def _who(self, prepared: Prepared, scope: Scope) -> tuple[Any, ...]:
        """Return everything of who asks that an answer may depend on beyond decisions: they are made anew."""
        caller, asking = scope.caller, scope.loaders.asking
        if prepared not in self._per_viewer:
            self._per_viewer[prepared] = is_per_viewer(prepared.document, prepared.appraiser.schema)
        viewer = caller.id if self._per_viewer[prepared] else None
        return (
            caller.kind,
            caller.organisation,
            viewer,
            caller.roles,
            caller.scopes,
            caller.presentation,
            scope.purpose,
            asking.agreement,
            asking.earliest,
        )


async def _worked_out(engine: Engine, prepared: Prepared, operation: Operation, scope: Scope) -> Answer:
    return engine.answered(await engine.executed(prepared, operation, scope), prepared, operation, scope)


def how(answer: Answer, scope: Scope) -> Mapping[str, str]:
    """Return the header that tells staff how an answer came about; others are not told who asked before."""
    if isinstance(answer, Given) and scope.caller.is_staff:
        return {HEADER: answer.reuse.value}
    return {}


def answering_of(settings: EdgeSettings, observe: Observer) -> Answering:
    """Return what answers operations as settings say."""
    return Answering(Answers(settings.answers_bytes) if settings.answers else None, observe)
