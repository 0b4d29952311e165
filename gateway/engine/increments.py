"""An answer that comes in parts: what can be said at once, then what was deferred, each with its own errors.

The parts are told here as they are, whatever the wire makes of them. What failed without an error of its own is told
with the data that it belongs to, at the latest with the last part.
"""

from collections.abc import AsyncIterator, Iterable, Sequence
from typing import Any, Final, TypeAlias

from graphql import GraphQLError
from graphql.execution import (
    ExperimentalIncrementalExecutionResults,
    IncrementalStreamResult,
    PendingResult,
    SubsequentIncrementalExecutionResult,
)
from msgspec import Struct
from msgspec.structs import replace

from gateway.engine.errors import extensions
from gateway.engine.execution import Answer, Engine, Operation, error_of
from gateway.engine.size import bounded, objects_of
from resolvers.scope import Failure, Scope
from schema import PROBLEMS

Path: TypeAlias = tuple[str | int, ...]
Errors: TypeAlias = tuple[dict[str, Any], ...]


class Pending(Struct, frozen=True):
    """Something that is still to come: a fragment at a path, or the rest of a list."""

    id: str
    path: Path
    label: str | None = None


class Patch(Struct, frozen=True):
    """A piece of what was pending: the fields `data` at a path below it, or the next `items` of its list.

    `path` is whole: of items, up to the index of the first of them.
    """

    of: Pending
    path: Path
    data: dict[str, Any] | None = None
    items: list[Any] | None = None
    errors: Errors = ()


class Ended(Struct, frozen=True):
    """Something is pending no more. With `errors` it, or what was left of it, could not be had; `at` is where."""

    of: Pending
    at: Path
    is_list: bool = False
    errors: Errors = ()


class Part(Struct, frozen=True):
    """One part of an answer after the first: what came, what ended, and what is awaited from now on."""

    patches: tuple[Patch, ...] = ()
    ended: tuple[Ended, ...] = ()
    pending: tuple[Pending, ...] = ()
    is_last: bool = False


class Increments:
    """The answer to one operation, in parts: the `first` is there, `pending` what follows it."""

    def __init__(
        self,
        engine: Engine,
        operation: Operation,
        scope: Scope,
        results: ExperimentalIncrementalExecutionResults,
    ) -> None:
        self._engine = engine
        self._operation = operation
        self._scope = scope
        self._results = results.subsequent_results
        self._told = 0
        self._held: list[Failure] = []
        self._open: dict[str, Pending] = {}
        initial = results.initial_result
        self._data: Final[dict[str, Any]] = initial.data or {}
        self.pending: Final = self._begun(initial.pending)
        self._awaited = dict(self._open)
        self._errors: list[dict[str, Any]] = self._worded(
            [*(initial.errors or ()), *map(error_of, self._due(last=False))]
        )
        self.first: Final[dict[str, Any]] = {"errors": list(self._errors)} if self._errors else {}
        self.first["data"] = self._data

    async def parts(self) -> AsyncIterator[Part]:
        """Yield the parts after the first, as they come. What was yielded before has been sent by then."""
        async for result in self._results:
            part = self._part(result)
            yield part
            self._awaited = dict(self._open)

    async def close(self) -> None:
        """Stop what is under way, and wait until it has."""
        await self._results.aclose()

    def broken(self, code: str) -> Part:
        """Return the last part where it cannot go on: all that is pending ends with the error of a code."""
        ended = []
        for one in self._awaited.values():
            at, is_list = self._at(one)
            error = {
                "message": PROBLEMS[code].text,
                "path": list(at),
                "extensions": extensions(code, self._scope.request_id),
            }
            self._errors.append(error)
            ended.append(Ended(one, at, is_list, (error,)))
        return Part(ended=tuple(ended), is_last=True)

    def whole(self) -> Answer:
        """Return what all parts that there were come to, as one answer; and tell how large it was."""
        self._engine.costed(objects_of(self._data), self._operation)
        body = {"data": self._data}
        return Answer({"errors": self._errors} | body if self._errors else body, 200, True, "query")

    def _worded(self, errors: Sequence[GraphQLError]) -> list[dict[str, Any]]:
        return self._engine.worded(errors, self._scope)

    def _begun(self, pending: Iterable[PendingResult] | None) -> tuple[Pending, ...]:
        begun = tuple(Pending(one.id, tuple(one.path), one.label) for one in pending or ())
        self._open |= {one.id: one for one in begun}
        return begun

    def _at(self, one: Pending) -> tuple[Path, bool]:
        """Return where something pending goes on, and whether it is a list."""
        there = _there(self._data, one.path)
        return ((*one.path, len(there)), True) if isinstance(there, list) else (one.path, False)

    def _part(self, result: SubsequentIncrementalExecutionResult) -> Part:
        pending = self._begun(result.pending)  # something of it may have come by now, too
        patches = [self._patch(one) for one in result.incremental or ()]
        ended = [self._ended(one) for one in result.completed or ()]
        due = self._due(last=not result.has_next)
        if due and not patches and ended:  # nothing came, but something is to be said
            one = ended[0]
            patches.append(Patch(one.of, one.at, **({"items": []} if one.is_list else {"data": {}})))
        for failure in due if patches else ():
            index = _nearest(patches, failure.path)
            errors = tuple(self._kept([error_of(failure)]))
            patches[index] = replace(patches[index], errors=(*patches[index].errors, *errors))
        return Part(tuple(patches), tuple(ended), pending, not result.has_next)

    def _patch(self, result: Any) -> Patch:
        """Return a piece, after it has been put in its place."""
        of, errors = self._open[result.id], tuple(self._kept(result.errors or ()))
        if isinstance(result, IncrementalStreamResult):
            at, _ = self._at(of)
            _there(self._data, of.path).extend(result.items)
            return Patch(of, at, items=result.items, errors=errors)
        path = (*of.path, *(result.sub_path or ()))
        _there(self._data, path).update(result.data)
        return Patch(of, path, data=result.data, errors=errors)

    def _ended(self, result: Any) -> Ended:
        of = self._open.pop(result.id)
        at, is_list = self._at(of)
        return Ended(of, at, is_list, tuple(self._kept(result.errors or ())))

    def _kept(self, errors: Sequence[GraphQLError]) -> list[dict[str, Any]]:
        said = self._worded(errors) if errors else []
        self._errors += said
        return said

    def _due(self, *, last: bool) -> list[Failure]:
        """Return the failures that belong to what is there by now; of the last part, all that are left."""
        waiting = [*self._held, *self._scope.failures[self._told :]]
        self._told = len(self._scope.failures)
        due = [one for one in waiting if last or _reaches(self._data, one.path)]
        self._held = [one for one in waiting if one not in due]
        return due


async def begin(engine: Engine, operation: Operation, scope: Scope) -> Answer | Increments:
    """Return the answer to an operation that asks for parts; whole, where nothing of it is to follow."""
    prepared = engine.checked(operation, scope)
    if isinstance(prepared, Answer):
        return prepared
    result = await engine.executed(prepared, operation, scope, in_parts=True)
    if not isinstance(result, ExperimentalIncrementalExecutionResults):
        return engine.answered(result, prepared, operation, scope)
    increments = Increments(engine, operation, scope, result)
    body = bounded(increments.first, engine.most_bytes(scope), scope.request_id).body
    if body is increments.first:
        return increments
    await increments.close()
    return replace(increments.whole(), body=body)


def _there(data: Any, path: Iterable[str | int]) -> Any:
    """Return what stands at a path that there is."""
    for step in path:
        data = data[step]
    return data


def _reaches(data: Any, path: Path) -> bool:
    """Tell whether what stands at a path, or the null above it, has been told."""
    for step in path:
        if data is None:
            return True
        try:
            data = data[step]
        except (KeyError, IndexError):
            return False
    return True


def _nearest(patches: Sequence[Patch], path: Path) -> int:
    """Return the number of the patch that a path belongs to: the deepest above it, else the first."""

    def depth(patch: Patch) -> int:
        above = patch.path if patch.items is None else patch.path[:-1]
        return len(above) if path[: len(above)] == above else -1

    return max(range(len(patches)), key=lambda number: depth(patches[number]))
