"""Every error code, in one table: what it means, how HTTP says it, whether trying again can help."""

from collections.abc import Mapping
from types import MappingProxyType

from msgspec import Struct

from sources.words import Word


class ProblemClass(Word):
    """Whose turn it is after an error."""

    REQUEST = "REQUEST", "The request has to change."
    ACCESS = "ACCESS", "The caller may not have this."
    SOURCE = "SOURCE", "A source failed; what came from it is missing."
    GATEWAY = "GATEWAY", "The gateway cannot answer now."


class Problem(Struct, frozen=True):
    """One code. `status` is the HTTP status when nothing was executed; `text` is what a person reads."""

    code: str
    kind: ProblemClass
    status: int
    text: str
    retryable: bool = False


def _table(*problems: Problem) -> Mapping[str, Problem]:
    return MappingProxyType({problem.code: problem for problem in problems})


REQUEST, ACCESS, SOURCE, GATEWAY = ProblemClass

PROBLEMS = _table(
    Problem("BAD_REQUEST", REQUEST, 400, "The request is not a GraphQL request in JSON."),
    Problem("GRAPHQL_PARSE_FAILED", REQUEST, 400, "The document is not valid GraphQL."),
    Problem("GRAPHQL_VALIDATION_FAILED", REQUEST, 400, "The document does not fit the schema."),
    Problem("BAD_USER_INPUT", REQUEST, 400, "A value cannot be used."),
    Problem("TOO_MANY_CUSTOMERS", REQUEST, 400, "One operation asks for too many customers."),
    Problem("UNSUPPORTED_BY_SOURCE", REQUEST, 400, "No source here can search."),
    Problem("QUERY_TOO_LARGE", REQUEST, 400, "The document is too long."),
    Problem("QUERY_TOO_DEEP", REQUEST, 400, "The document goes too deep."),
    Problem("QUERY_TOO_COMPLEX", REQUEST, 400, "The document asks for too many things."),
    Problem(
        "QUERY_TOO_COSTLY", REQUEST, 400, "The operation may cost too much: ask for fewer things at once."
    ),
    Problem("RESPONSE_TOO_LARGE", REQUEST, 200, "The answer is too large: ask for less at once."),
    Problem("DOCUMENT_NOT_FOUND", REQUEST, 404, "No document of yours is registered under this id."),
    Problem("DOCUMENT_MISMATCH", REQUEST, 400, "The text is not that of the document with this id."),
    Problem("DOCUMENT_NOT_ALLOWED", REQUEST, 400, "Only documents that are registered are executed here."),
    Problem("PERSISTED_QUERY_NOT_FOUND", REQUEST, 200, "This hash is not known here: send its text, too."),
    Problem("CONFLICT", REQUEST, 409, "Something has changed meanwhile: start again."),
    Problem("NO_SUCH_CALL", REQUEST, 200, "You are in no call of this number now."),
    Problem(
        "IDEMPOTENCY_KEY_REUSED",
        REQUEST,
        200,
        "This idempotency key stands for another request: make a new one for each action.",
    ),
    Problem(
        "RATE_LIMITED",
        REQUEST,
        429,
        "That was too much for one minute. The header Retry-After says when to ask again.",
        retryable=True,
    ),
    Problem(
        "SUBSCRIPTION_LIMIT",
        REQUEST,
        429,
        "Too many subscriptions are open: end some of them first.",
    ),
    Problem("REQUEST_TOO_LARGE", REQUEST, 413, "The request is too large."),
    Problem("HEADERS_TOO_LARGE", REQUEST, 431, "The headers of the request are too large."),
    Problem("METHOD_NOT_ALLOWED", REQUEST, 405, "Queries are sent by POST."),
    Problem(
        "NOT_ACCEPTABLE",
        REQUEST,
        406,
        "The answer can be application/graphql-response+json or application/json.",
    ),
    Problem("UNSUPPORTED_MEDIA_TYPE", REQUEST, 415, "The request must be application/json in UTF-8."),
    Problem("BATCHING_DISABLED", REQUEST, 400, "One request carries one operation."),
    Problem("NOT_FOUND", REQUEST, 404, "There is nothing at this address."),
    Problem(
        "DOCUMENT_ARCHIVED",
        REQUEST,
        404,
        "The source does not have this document, or not any more: look for it in the archive.",
    ),
    Problem("UNAUTHENTICATED", ACCESS, 401, "A valid token or key is needed."),
    Problem("FORBIDDEN", ACCESS, 403, "This caller may not see customers."),
    Problem("FORBIDDEN_FIELD", ACCESS, 403, "This caller may not see this."),
    Problem("REASON_REQUIRED", ACCESS, 403, "Say why the record is opened, in the header X-Access-Reason."),
    Problem(
        "CONFLICT_OF_INTEREST", ACCESS, 403, "This caller may not open this record. The attempt is on record."
    ),
    Problem(
        "STEP_UP_REQUIRED",
        ACCESS,
        403,
        "Log in again to go on, or name the interaction in the header X-Interaction-Id.",
    ),
    Problem(
        "RESTRICTED_RECORD",
        ACCESS,
        403,
        "The record is restricted. Refer the customer to the Restricted Access team.",
    ),
    Problem("SOURCE_TIMEOUT", SOURCE, 200, "The source did not answer in time.", retryable=True),
    Problem("SOURCE_UNAVAILABLE", SOURCE, 200, "The source could not be asked.", retryable=True),
    Problem("SOURCE_BAD_DATA", SOURCE, 200, "The source sent something that cannot be read."),
    Problem(
        "SOURCE_WRONG_SUBJECT",
        SOURCE,
        200,
        "The source answered about somebody else; its answer was dropped.",
    ),
    Problem(
        "ACCESS_CHECK_UNAVAILABLE",
        GATEWAY,
        503,
        "Whether this record may be opened cannot be checked now, so it is not shown.",
        retryable=True,
    ),
    Problem(
        "AUDIT_UNAVAILABLE",
        GATEWAY,
        503,
        "The look could not be put on record, so nothing is shown.",
        retryable=True,
    ),
    Problem(
        "IDENTITY_UNAVAILABLE", GATEWAY, 503, "Whose key this is cannot be looked up now.", retryable=True
    ),
    Problem(
        "LEDGER_UNAVAILABLE",
        GATEWAY,
        503,
        "What the gateway itself keeps cannot be reached now. Nothing was taken.",
        retryable=True,
    ),
    Problem(
        "OVERLOADED",
        GATEWAY,
        503,
        "Too much is asked at once. The header Retry-After says when to ask again. Nothing was done.",
        retryable=True,
    ),
    Problem("INTERNAL", GATEWAY, 500, "Something went wrong. Quote the reference."),
)
