"""How an error is said: a code of the table, words without anything the caller sent, and a reference to quote."""

import re
from collections.abc import Sequence
from typing import Any

from graphql import (
    FieldNode,
    GraphQLError,
    GraphQLSyntaxError,
    VariableDefinitionNode,
    VariableNode,
    print_ast,
)
from graphql.language import ValueNode

from resolvers.refusal import Refusal
from schema import PROBLEMS
from sources.crn import BadCrn
from sources.errors import Fault

MOST_ERRORS = 20
_TOO_LONG = re.compile(r"more (?:than|that) \d+ tokens")
# digits that may be somebody's number; whatever stands between the first quotation mark and the last
_NUMBER = re.compile(r"[0-9][0-9 -]{5,}[A-Za-z]?")
_QUOTED = re.compile(r"[\"'].*[\"']", re.DOTALL)
# what was sent in place of a value: its sender knows it, and it can be as long as the request, once for each error
_FOUND = re.compile(r", found: .*", re.DOTALL)
_EXPECTED = re.compile(r"Expected value of (?:non-null )?type '([A-Za-z!\[\]]+)'")
# an input of which one field is to be given: the library words it for its own developers
_ONE_OF = re.compile(r"^OneOf Input Object|^Value for member field '\w+' must be|of type 'Maybe\[")
# what is wrong with a variable's declaration, whatever its value
_DECLARED = re.compile(r"is never used|non-input type|used in position|only one variable")

# a name that is told to be unknown, or the place where it stands, would tell which others are known
_MISFIT = GraphQLError(PROBLEMS["GRAPHQL_VALIDATION_FAILED"].text)


def guarded(errors: Sequence[GraphQLError]) -> list[GraphQLError]:
    """Return what is said of a document that does not fit the schema to callers who may not ask for the schema.

    That it does not fit; of one that would fit, were it about another customer, also why it does not, and of one that
    goes too far in itself, how far it may.
    """
    of_no_schema = all(isinstance(root(error), BadCrn | Refusal) for error in errors)
    return list(errors) if of_no_schema else [_MISFIT]


def formatted(error: GraphQLError, request_id: str) -> dict[str, Any]:
    """Return an error as the caller sees it."""
    code, detail, source = _meaning(error)
    said: dict[str, Any] = {"message": detail or PROBLEMS[code].text}
    if error.locations:
        said["locations"] = [{"line": place.line, "column": place.column} for place in error.locations]
    if error.path is not None:
        said["path"] = list(error.path)
    return said | {"extensions": extensions(code, request_id, source)}


def extensions(code: str, request_id: str, source: str | None = None) -> dict[str, Any]:
    """Return what every error carries beside its message."""
    problem = PROBLEMS[code]
    told: dict[str, Any] = {"code": code, "class": problem.kind.value, "retryable": problem.retryable}
    if source is not None:
        told["source"] = source
    return told | {"reference": request_id}


def request_error(
    code: str, request_id: str, detail: str | None = None, source: str | None = None
) -> dict[str, Any]:
    """Return the body of an answer to a request that was not executed."""
    message = detail or PROBLEMS[code].text
    return {"errors": [{"message": message, "extensions": extensions(code, request_id, source)}]}


def several(errors: Sequence[GraphQLError], request_id: str) -> list[dict[str, Any]]:
    """Return errors as the caller sees them: the first twenty, and how many more there are."""
    said = [formatted(error, request_id) for error in errors[:MOST_ERRORS]]
    if len(errors) > MOST_ERRORS:
        code = said[-1]["extensions"]["code"]
        more = f"… {len(errors) - MOST_ERRORS} more"
        said.append({"message": more, "extensions": extensions(code, request_id)})
    return said


def is_ours(error: GraphQLError) -> bool:
    """Tell whether an error was foreseen; any other is a bug and is told to the operator."""
    original = root(error)
    if original is None:
        return not _is_unshowable(error)
    return isinstance(original, Refusal | Fault | BadCrn)


def _is_unshowable(error: GraphQLError) -> bool:
    """Tell whether a value of ours could not be written as its field's type, such as a number too large for Int."""
    of_a_field = error.path is not None and any(isinstance(node, FieldNode) for node in error.nodes or ())
    return of_a_field and "cannot represent" in error.message


def root(error: GraphQLError) -> BaseException | None:
    """Return the exception that a GraphQL error was made from, None for one of the language itself."""
    original: BaseException | None = error
    while isinstance(original, GraphQLError):
        original = original.original_error
    return original


def _meaning(error: GraphQLError) -> tuple[str, str | None, str | None]:
    original = root(error)
    if isinstance(original, Refusal):
        return original.code, original.detail, None
    if isinstance(original, Fault):
        return original.code, None, original.source
    if isinstance(error, GraphQLSyntaxError) and _TOO_LONG.search(error.message):
        return "QUERY_TOO_LARGE", None, None
    if isinstance(error, GraphQLSyntaxError) and "nested too deep" in error.message:
        return "QUERY_TOO_DEEP", None, None
    if isinstance(error, GraphQLSyntaxError):
        return "GRAPHQL_PARSE_FAILED", _QUOTED.sub("…", error.message.removeprefix("Syntax Error: ")), None
    if isinstance(original, BadCrn):
        return original.code, str(original), None
    if original is not None or _is_unshowable(error):
        return "INTERNAL", None, None
    return _of_the_language(error)


def _of_the_language(error: GraphQLError) -> tuple[str, str | None, str | None]:
    if _ONE_OF.search(error.message):
        return "BAD_USER_INPUT", "Exactly one field of this input must be given, and not as null.", None
    node = error.nodes[0] if error.nodes else None
    if isinstance(node, VariableDefinitionNode) and not _DECLARED.search(error.message):
        name = node.variable.name.value
        return (
            "BAD_USER_INPUT",
            _masked(f"The variable ${name} does not fit its type {print_ast(node.type)}."),
            None,
        )
    # of the language's own messages only those about a value quote with "
    if '"' in error.message or (isinstance(node, ValueNode) and not isinstance(node, VariableNode)):
        expected = _EXPECTED.match(error.message)
        return "BAD_USER_INPUT", f"A value of type {expected[1]} is needed here." if expected else None, None
    return "GRAPHQL_VALIDATION_FAILED", _masked(_FOUND.sub(".", error.message)), None


def _masked(message: str) -> str:
    return _NUMBER.sub("…", message)
