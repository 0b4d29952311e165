"""Operations by GET: what an address may ask for, and answers that a browser may keep and ask about again.

An address is kept in logs and histories, so it holds no text and no variables: it names a registered query. A page of
another origin cannot have it fetched unseen: a header is asked for that such a page cannot send without being let in.
"""

from typing import Final

from starlette.requests import Request
from starlette.responses import Response

from gateway.edge import reading
from gateway.engine import Answer, Operation
from gateway.trusted.asked import Asked
from resolvers.refusal import Refusal
from resolvers.scope import Scope

PREFLIGHTED: Final = ("apollo-require-preflight", "graphql-require-preflight", "x-apollo-operation-name")
KEPT: Final = "private, no-cache"


def asked_for(request: Request, *, anything: bool) -> Asked:
    """Return what an address asks for; refuse what does not go by GET. `anything` is what development takes."""
    if anything:
        return reading.asked_by_address(request)
    try:
        asked = reading.asked_by_address(request)
    except Refusal:
        raise Refusal("METHOD_NOT_ALLOWED") from None
    if asked.text is not None or asked.variables or not is_preflighted(request):
        raise Refusal("METHOD_NOT_ALLOWED")
    return asked


def is_preflighted(request: Request) -> bool:
    """Tell whether a request has a header that a page of another origin has to be let in for."""
    if any(request.headers.get(name) for name in PREFLIGHTED):
        return True
    kind = request.headers.get("content-type", "").partition(";")[0].strip().lower()
    return kind == reading.PLAIN_JSON


def keepable(request: Request, operation: Operation, scope: Scope, answer: Answer) -> bool:
    """Tell whether an answer may be kept: that of a registered query by GET, whole, and about nobody."""
    return (
        request.method == "GET"
        and operation.prepared is not None
        and not operation.variables
        and is_preflighted(request)
        and answer.executed
        and "errors" not in answer.body
        and not scope.loaders.decisions
    )


def kept(request: Request, response: Response, scope: Scope) -> Response:
    """Return an answer with its mark, or without its body where the caller has that one already."""
    media = response.headers["content-type"].encode()
    # keyed: what a plain hash is of, whoever reads it somewhere could try out
    mark = f'"{scope.sealer.fingerprint("answer", media + bytes(response.body))}"'
    response.headers["cache-control"] = KEPT
    response.headers["etag"] = mark
    given = {one.strip().removeprefix("W/") for one in request.headers.get("if-none-match", "").split(",")}
    if not given & {mark, "*"}:
        return response
    headers = {name: value for name, value in response.headers.items() if not name.startswith("content-")}
    return Response(status_code=304, headers=headers)
