"""Reading a request: media type, size, shape. What is wrong is refused as early as it can be told."""

import re
from asyncio import timeout
from functools import lru_cache
from typing import Any

import msgspec
from starlette.requests import ClientDisconnect, HTTPConnection, Request

from gateway.auth import Shown
from gateway.edge.accepting import in_parts, preferred
from gateway.edge.begun import Begun
from gateway.edge.parts import Form, form_of
from gateway.ids import new_id
from gateway.trusted.asked import Asked, id_of
from resolvers.asking import INTERACTION_NUMBER
from resolvers.caller import Purpose
from resolvers.refusal import Refusal

GRAPHQL_JSON = "application/graphql-response+json"
PLAIN_JSON = "application/json"
EVENT_STREAM = "text/event-stream"
BODY_SECONDS = 10.0
JSON_DEPTH = 32
LONG_ACCEPT = 200
"""Characters of an `Accept` that is not remembered: clients say the same all day, and shortly."""
_STRINGS = re.compile(rb'"(?:[^"\\]|\\.)*+"', re.DOTALL)
_NO_BRACKETS = bytes(one for one in range(256) if one not in b"[]{}")
JSON_CHARSETS = frozenset({"", "utf-8", "utf8"})
_REQUEST_ID = re.compile(r"[0-9a-f]{32}|[0-9a-f]{8}(-[0-9a-f]{4}){3}-[0-9a-f]{12}")


class _Envelope(msgspec.Struct):
    query: str | None = None
    id: str | None = None
    documentId: str | None = None
    variables: dict[str, Any] | None = None
    operationName: str | None = None
    extensions: dict[str, Any] | None = None


_DECODER = msgspec.json.Decoder(_Envelope)


def request_id(request: Request) -> str:
    """Return the caller's request id if it is a UUID, else a new one: nothing else of a caller's gets into logs."""
    given = request.headers.get("x-request-id", "").lower()
    return given if given and _REQUEST_ID.fullmatch(given) else new_id()


def answer_type(request: Request) -> str:
    """Return the media type that the caller reads; refuse one that reads none of ours."""
    accept = ",".join(request.headers.getlist("accept"))
    found = _known(accept) if len(accept) <= LONG_ACCEPT else _read_by(accept)
    if found is None and reads_parts(request) is None:
        raise Refusal("NOT_ACCEPTABLE")
    return found or PLAIN_JSON  # what has no parts is no answer in parts


def _read_by(accept: str) -> str | None:
    return preferred(accept, (GRAPHQL_JSON, PLAIN_JSON, EVENT_STREAM), PLAIN_JSON)


_known = lru_cache(maxsize=256)(_read_by)


def reads_parts(request: Request) -> Form | None:
    """Return in which form the caller reads an answer in parts; None where it would rather have it whole."""
    told = in_parts(",".join(request.headers.getlist("accept")), (GRAPHQL_JSON, PLAIN_JSON, EVENT_STREAM))
    return form_of(told) if told is not None else None


def reads_events(request: Request) -> bool:
    """Tell whether the caller says that it reads a stream of events, among other things or alone."""
    accept = ",".join(request.headers.getlist("accept"))
    named = EVENT_STREAM in accept.lower()
    return named and preferred(accept, (EVENT_STREAM,), EVENT_STREAM) is not None


def shown(request: HTTPConnection) -> Shown:
    """Return what a request shows of who asks."""
    headers, client = request.headers, request.scope.get("client")
    return Shown(
        tuple(headers.getlist("authorization")),
        tuple(headers.getlist("x-api-key")),
        client[0] if client is not None else "",
    )


def purpose(request: HTTPConnection, usual: Purpose | None) -> Purpose | None:
    """Return why the record is opened: the header X-Access-Reason, else the deployment's usual purpose."""
    given = _one(request, "x-access-reason")
    if given is None:
        return usual
    try:
        return Purpose[given.strip().upper()]
    except KeyError:
        known = ", ".join(Purpose.__members__)
        raise Refusal("BAD_USER_INPUT", f"X-Access-Reason can be {known}.") from None


def interaction(request: HTTPConnection) -> str | None:
    """Return the caller's number of the contact that this request is made for: the header X-Interaction-Id."""
    given = _one(request, "x-interaction-id")
    if given is not None and not INTERACTION_NUMBER.fullmatch(given):
        raise Refusal("BAD_USER_INPUT", "X-Interaction-Id has 1 to 64 letters, digits and . _ : -")
    return given


def _one(request: HTTPConnection, name: str) -> str | None:
    """Return a header that goes on record, None without one; of two, which one counts would be a guess."""
    given = request.headers.getlist(name)
    if len(given) > 1:
        raise Refusal("BAD_USER_INPUT", f"{name.title()} is sent once.")
    return given[0] if given else None


def media_type(request: Request) -> str:
    """Return the media type of a body, in small letters; refuse one in another charset than UTF-8."""
    kind, _, parameters = request.headers.get("content-type", "").partition(";")
    if parameters.strip().lower().removeprefix("charset=").strip('"') not in JSON_CHARSETS:
        raise Refusal("UNSUPPORTED_MEDIA_TYPE")
    return kind.strip().lower()


async def json_body(request: Request, most_bytes: int) -> bytes:
    """Return a body of JSON as it came; refuse one of another type, or too large."""
    if media_type(request) != PLAIN_JSON:
        raise Refusal("UNSUPPORTED_MEDIA_TYPE")
    return await body_of(request, most_bytes)


def operation(body: bytes) -> Asked:
    """Return the operation that a request asks for; refuse a body of another shape."""
    _check_depth(body)
    try:
        envelope = _DECODER.decode(body)
    except (msgspec.MsgspecError, UnicodeDecodeError, RecursionError):
        raise Refusal("BATCHING_DISABLED" if body.lstrip()[:1] == b"[" else "BAD_REQUEST") from None
    key, automatic = id_of((envelope.id, envelope.documentId), envelope.extensions)
    if envelope.query is None and key is None:
        raise Refusal("BAD_REQUEST")
    return Asked(envelope.query, key, automatic, envelope.variables, envelope.operationName)


def asked_by_address(request: Request) -> Asked:
    """Return the operation that an address names; refuse one that cannot be read."""
    told = request.query_params
    if any(len(told.getlist(name)) > 1 for name in told):
        raise Refusal("BAD_REQUEST", "An address names each thing once.")
    named = {name: told[name] for name in ("query", "id", "documentId", "operationName") if name in told}
    values = {name: _value(told[name]) for name in ("variables", "extensions") if told.get(name)}
    return operation(msgspec.json.encode(named | values))


def _value(text: str) -> Any:
    body = text.encode("utf-8", "surrogatepass")
    _check_depth(body)
    try:
        return msgspec.json.decode(body)
    except (msgspec.MsgspecError, UnicodeDecodeError, RecursionError):
        raise Refusal("BAD_REQUEST") from None


def _check_depth(body: bytes) -> None:
    """Refuse JSON that is nested too deep, before anything is made of it."""
    depth = 0
    for one in _STRINGS.sub(b"", body).translate(None, _NO_BRACKETS):
        depth += 1 if one in b"[{" else -1
        if depth > JSON_DEPTH:
            raise Refusal("BAD_REQUEST", f"What is sent is {JSON_DEPTH} levels deep at most.")


async def body_of(request: Request, most_bytes: int) -> bytes:
    """Return a body as it came; refuse one that is too large, or takes too long."""
    begun = Begun(_whole(request, most_bytes))
    if begun.is_over:  # it came with its headers
        return begun.result
    try:
        async with timeout(BODY_SECONDS):
            return await begun
    except TimeoutError:
        raise Refusal(
            "BAD_REQUEST", f"The request did not arrive within {BODY_SECONDS:.0f} seconds."
        ) from None


async def _whole(request: Request, most_bytes: int) -> bytes:
    body, has_more = bytearray(), True
    while has_more:
        message = await request.receive()
        if message["type"] == "http.disconnect":
            raise ClientDisconnect
        body += message.get("body", b"")
        if len(body) > most_bytes:
            raise Refusal("REQUEST_TOO_LARGE", f"A request has {most_bytes} bytes at most.")
        has_more = message.get("more_body", False)
    return bytes(body)
