"""Running one operation against the schema."""

from collections.abc import Mapping, Sequence
from typing import Any

import strawberry
from graphql import GraphQLError, get_operation_ast, parse
from msgspec import Struct
from strawberry.types import ExecutionResult

from gateway.engine.errors import is_ours, request_error, root, several
from resolvers.scope import Scope
from schema import PROBLEMS
from sources.source import Observer


class Operation(Struct, frozen=True):
    """What a caller sent: a document, its variables, and which of its operations to run."""

    query: str
    variables: dict[str, Any] | None = None
    name: str | None = None


class Answer(Struct, frozen=True):
    """The body of an answer, and the HTTP status of a caller that understands statuses of GraphQL.

    `executed` is false for a request that was refused before anything ran.
    """

    body: dict[str, Any]
    status: int
    executed: bool


class Unforeseen(Struct, frozen=True):
    """Something broke that should not: the type of the exception and where, never its text."""

    request_id: str
    error: str
    frames: tuple[str, ...]


class Engine:
    """Executes operations. `observe` is told what was not foreseen."""

    def __init__(self, schema: strawberry.Schema, observe: Observer) -> None:
        self._schema = schema
        self._observe = observe

    async def run(self, operation: Operation, scope: Scope) -> Answer:
        """Return the answer to an operation."""
        try:
            result: Any = await self._schema.execute(
                operation.query,
                variable_values=operation.variables,
                context_value=scope,
                operation_name=operation.name,
            )
        except Exception as error:  # Strawberry raises for documents that hold no such operation
            return self._not_run(error, scope)
        return self._answer(result, scope)

    def _answer(self, result: ExecutionResult, scope: Scope) -> Answer:
        beneath = [
            GraphQLError(one.fault.code, path=one.path, original_error=one.fault) for one in scope.failures
        ]
        errors = [*(result.errors or ()), *beneath]
        for error in errors:
            if not is_ours(error):
                self._observe(unforeseen(root(error) or error, scope.request_id))
        said = several(errors, scope.request_id)
        if result.data is None and errors and not errors[0].path:
            return Answer({"errors": said}, PROBLEMS[said[0]["extensions"]["code"]].status, executed=False)
        body: dict[str, Any] = {"data": result.data}
        if said:
            body = {"errors": said} | body
        return Answer(body, _status(scope, result.data, said), executed=True)

    def _not_run(self, error: Exception, scope: Scope) -> Answer:
        code = "GRAPHQL_VALIDATION_FAILED" if _names_no_operation(error) else "INTERNAL"
        if code == "INTERNAL":
            self._observe(unforeseen(error, scope.request_id))
        body = request_error(code, scope.request_id, _NO_OPERATION if code != "INTERNAL" else None)
        return Answer(body, PROBLEMS[code].status, executed=False)


def type_of(document: str, name: str | None) -> str | None:
    """Return query, mutation or subscription; None for a document that holds no such operation, or no operation."""
    try:
        operation = get_operation_ast(parse(document, no_location=True), name)
    except (GraphQLError, RecursionError):
        return None
    return operation.operation.value if operation is not None else None


_NO_OPERATION = "The document holds no such operation, or several and none was named."


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


def _names_no_operation(error: Exception) -> bool:
    return isinstance(error, GraphQLError) or type(error).__module__.startswith("strawberry.")


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
