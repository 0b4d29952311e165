"""Running one operation against the schema."""

from collections.abc import Mapping, Sequence
from typing import Any, Final
from weakref import WeakKeyDictionary

import msgspec
import strawberry
from graphql import GraphQLError
from msgspec import Struct
from strawberry.types import ExecutionResult

from gateway.document_limits import USUAL, Enforcement
from gateway.engine.compiled import PIECES, PLANS
from gateway.engine.errors import guarded, is_ours, request_error, root, several
from gateway.engine.extent import MOST
from gateway.engine.limits import Excess, too_costly
from gateway.engine.piece_events import tell_pieces
from gateway.engine.prepared import Appraiser, Prepared, Table
from gateway.engine.size import bounded
from resolvers.caller import CallerKind
from resolvers.refusal import Refusal
from resolvers.scope import Failure, Scope
from schema import PROBLEMS
from schema.ready import executed
from sources.source import Observer


class Operation(Struct, frozen=True):
    """What a caller sent: a document, its variables, and which of its operations to run.

    A registered document is `prepared` already, and how far it goes has been decided; `label` is what it is counted as.
    """

    query: str
    variables: dict[str, Any] | None = None
    name: str | None = None
    prepared: Prepared | None = None
    label: str | None = None


class Answer(Struct, frozen=True):
    """The body of an answer, and the HTTP status of a caller that understands statuses of GraphQL.

    `executed` is false for a request that was refused before anything ran; `kind` is query or mutation where it ran.
    `raw` is the body as it is written, where that was needed to know its size: it need not be written again.
    """

    body: dict[str, Any]
    status: int
    executed: bool
    kind: str | None = None
    raw: msgspec.Raw | None = None


class Appraised(Struct, frozen=True):
    """What an operation may cost was told from its document, in objects; `excess` is the code of what is too much."""

    cost: int
    excess: str | None = None
    operation: str | None = None


class CostTold(Struct, frozen=True):
    """How many objects an answer held."""

    objects: int
    operation: str | None = None


class HandedBack(Struct, frozen=True):
    """How many values compiled code handed back to the library."""

    values: int


class Unforeseen(Struct, frozen=True):
    """Something broke that should not: the type of the exception and where, never its text."""

    request_id: str
    error: str
    frames: tuple[str, ...]


class Engine:
    """Executes operations. `observe` is told what was not foreseen, and what documents come to.

    A document has `most_tokens` at most, whoever sends it. What goes further than its caller's documents may is
    refused, or only measured. `most_bytes` is how large an answer may be, by who asks.
    """

    def __init__(
        self,
        schema: strawberry.Schema,
        observe: Observer,
        *,
        introspects: bool = True,
        most_tokens: int = 2_000,
        enforcement: Enforcement = Enforcement.ENFORCE,
        most_bytes: Mapping[CallerKind, int],
    ) -> None:
        self._schema = schema
        self._observe = observe
        self._enforces = enforcement is Enforcement.ENFORCE
        self._most_bytes = most_bytes
        self.appraiser: Final = Appraiser(schema._schema, introspects)
        self._table = Table(self.appraiser, most_tokens)
        self._fitted: WeakKeyDictionary[Prepared, Prepared] = WeakKeyDictionary()

    def changes(self, operation: Operation) -> bool:
        """Tell whether an operation is a mutation."""
        return self.kind_of(operation) == "mutation"

    def kind_of(self, operation: Operation) -> str | None:
        """Return query, mutation or subscription; None where it cannot be told."""
        try:
            return self._prepared(operation).type_of(operation.name)
        except (GraphQLError, RecursionError):
            return None

    def defers(self, operation: Operation) -> bool:
        """Tell whether a query asks for its answer in parts. Whatever changes something is answered whole."""
        try:
            prepared = self._prepared(operation)
        except (GraphQLError, RecursionError):
            return False
        return prepared.whole is not prepared.document and prepared.type_of(operation.name) == "query"

    async def run(self, operation: Operation, scope: Scope) -> Answer:
        """Return the answer to an operation, whole."""
        prepared = self.checked(operation, scope)
        if isinstance(prepared, Answer):
            return prepared
        return self.answered(await self.executed(prepared, operation, scope), prepared, operation, scope)

    def checked(self, operation: Operation, scope: Scope) -> Prepared | Answer:
        """Return what can be executed, or the answer where nothing is."""
        try:
            prepared = self._prepared(operation)
            self._admit(prepared, operation, scope.caller.kind)
        except RecursionError:
            return _refused(Refusal("QUERY_TOO_DEEP"), scope)
        except Refusal as refusal:
            return _refused(refusal, scope)
        except GraphQLError as error:
            return self._answer(ExecutionResult(data=None, errors=[error]), scope)
        errors = prepared.errors()
        if not errors:
            return prepared
        said = list(errors) if self.appraiser.introspects else guarded(errors)
        return self._answer(ExecutionResult(data=None, errors=said), scope)

    def answered(
        self, result: ExecutionResult, prepared: Prepared, operation: Operation, scope: Scope
    ) -> Answer:
        """Return the answer that an execution comes to, or that it is too large for its caller."""
        answer = self._answer(result, scope)
        self._count_handed_back(prepared)
        tell_pieces(scope.pieces, self._observe)
        written = bounded(answer.body, self.most_bytes(scope), scope.request_id)
        self.costed(written.objects, operation)
        kind = prepared.type_of(operation.name)
        return msgspec.structs.replace(answer, body=written.body, raw=written.raw, kind=kind)

    def most_bytes(self, scope: Scope) -> int:
        """Return how large an answer to a caller may be, in bytes."""
        return self._most_bytes[scope.caller.kind]

    def costed(self, objects: int, operation: Operation) -> None:
        """Tell how many objects an answer held."""
        self._observe(CostTold(objects, operation.label))

    def _prepared(self, operation: Operation) -> Prepared:
        known = operation.prepared
        if known is None:
            return self._table.prepare(operation.query)
        return known if known.appraiser is self.appraiser else self._fit(known)

    def _fit(self, known: Prepared) -> Prepared:
        """Return a document that was prepared for another schema as this one sees it: it may not fit here."""
        if known not in self._fitted:
            self._fitted[known] = Prepared(known.document, self.appraiser, recurs=True)
        return self._fitted[known]

    def _admit(self, prepared: Prepared, operation: Operation, kind: CallerKind) -> None:
        """Refuse an operation that goes too far for its caller; one that is registered never does."""
        told, excess = self.appraised(prepared, operation, kind)
        self._observe(told)
        if excess is not None:
            raise Refusal(excess.code, excess.detail)

    def appraised(
        self, prepared: Prepared, operation: Operation, kind: CallerKind
    ) -> tuple[Appraised, Excess | None]:
        """Return what there is to tell of what an operation may cost, and what it is refused for."""
        if operation.prepared is not None:
            cost = prepared.appraisal.cost(prepared.number(operation.name), operation.variables)
            return Appraised(cost, None, operation.label), None
        limits, appraisal = USUAL[kind], prepared.appraisal
        refuses, cost = self._enforces or not appraisal.prices, MOST
        excess = appraisal.excess(limits)
        if excess is None or not refuses:
            cost = appraisal.cost(prepared.number(operation.name), operation.variables)
            excess = excess or too_costly(cost, limits)
        told = Appraised(cost, excess.code if excess is not None else None)
        if excess is None or not refuses or (excess.code == "QUERY_TOO_COSTLY" and prepared.errors()):
            return told, None  # a price would tell, too, which of its names are known
        return told, excess

    async def executed(
        self, prepared: Prepared, operation: Operation, scope: Scope, *, in_parts: bool = False
    ) -> Any:
        """Return what the library makes of a document that is checked; errors are values."""
        document = prepared.document if in_parts else prepared.whole
        try:
            return await executed(
                self._schema,
                document,
                operation.variables,
                scope,
                operation.name,
                # parts are put together, and looked into
                {PLANS: prepared.plans, PIECES: None if in_parts else scope.pieces},
            )
        except GraphQLError as error:
            return ExecutionResult(data=None, errors=[error])
        except Exception as error:  # it is to give errors as values
            return ExecutionResult(data=None, errors=[GraphQLError("", original_error=error)])

    def _count_handed_back(self, prepared: Prepared) -> None:
        values = prepared.plans.counted()
        if values:
            self._observe(HandedBack(values))

    def worded(self, errors: Sequence[GraphQLError], scope: Scope) -> list[dict[str, Any]]:
        """Return errors as the caller sees them; those that nobody foresaw are told to the operator."""
        for error in errors:
            if not is_ours(error):
                self._observe(unforeseen(root(error) or error, scope.request_id))
        return several(errors, scope.request_id)

    def _answer(self, result: ExecutionResult, scope: Scope) -> Answer:
        errors = [*(result.errors or ()), *map(error_of, scope.failures)]
        said = self.worded(errors, scope)
        if result.data is None and errors and not errors[0].path:
            return Answer({"errors": said}, PROBLEMS[said[0]["extensions"]["code"]].status, executed=False)
        body: dict[str, Any] = {"data": result.data}
        if said:
            body = {"errors": said} | body
        return Answer(body, _status(scope, result.data, said), executed=True)


def error_of(failure: Failure) -> GraphQLError:
    """Return what failed beneath a field as an error of the language."""
    return GraphQLError(failure.fault.code, path=failure.path, original_error=failure.fault)


def _refused(refusal: Refusal, scope: Scope) -> Answer:
    body = request_error(refusal.code, scope.request_id, refusal.detail)
    return Answer(body, PROBLEMS[refusal.code].status, executed=False)


def unforeseen(error: BaseException, request_id: str) -> Unforeseen:
    """Return what an operator may know of an exception: its type and where it was raised."""
    return Unforeseen(request_id, type(error).__name__, frames_of(error))


def frames_of(error: BaseException) -> tuple[str, ...]:
    """Return where an exception was raised: modules and lines, the innermost last."""
    frames = []
    trace = error.__traceback__
    while trace is not None:
        frames.append(f"{trace.tb_frame.f_globals.get('__name__', '?')}:{trace.tb_lineno}")
        trace = trace.tb_next
    return tuple(frames[-8:])


def _status(scope: Scope, data: dict[str, Any] | None, said: Sequence[Mapping[str, Any]]) -> int:
    """Return 200 as soon as anything was answered, else the status of the first error.

    503 only when it could be decided of no customer of the operation whether to show them.
    """
    if not all(_is_nothing(answered) for answered in (data or {}).values()):
        return 200
    statuses = [PROBLEMS[error["extensions"]["code"]].status for error in said]
    undecided = [one.code == "ACCESS_CHECK_UNAVAILABLE" for one in scope.loaders.decisions.values()]
    if not all(undecided):
        statuses = [status for status in statuses if status != 503]
    return statuses[0] if statuses else 200


def _is_nothing(answered: Any) -> bool:
    """Tell whether a root field came to nothing: null, or a list of nulls."""
    return answered is None or (isinstance(answered, list) and all(one is None for one in answered))
