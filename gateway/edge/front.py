"""What is looked at before any address: how large the headers are, whose host is asked, and from which page.

A page of another origin gets an answer only where that origin is listed, letter by letter. Nobody is let in by a
cookie, so there is nothing that another page could ride on; the list is for pages that show a token of their own.
"""

import re
from collections.abc import Awaitable, Callable, Collection, Mapping
from typing import Any, Final, TypeAlias

from starlette.datastructures import MutableHeaders
from starlette.requests import Request
from starlette.responses import Response
from starlette.types import ASGIApp, Message, Receive, Scope, Send
from starlette.websockets import WebSocket

from gateway.edge.incoming import Incoming
from gateway.edge.reading import PLAIN_JSON, request_id
from gateway.edge.responding import HEADERS, refused
from gateway.edge.sockets import SOCKET, LiveRejected, Why
from gateway.ids import new_id
from resolvers.refusal import Refusal
from sources.source import Observer

MOST_HEADERS: Final = 100
MOST_HEADER_BYTES: Final = 32_768
_HOST: Final = re.compile(
    r"(?:[a-z0-9](?:[a-z0-9._-]{0,253}[a-z0-9.])?|\[[0-9a-f:.]{2,45}\])(?::\d{1,5})?", re.IGNORECASE
)

ASKED_WITH: Final = ", ".join(
    (
        "apollo-require-preflight",
        "authorization",
        "content-type",
        "graphql-require-preflight",
        "idempotency-key",
        "if-none-match",
        "last-event-id",
        "traceparent",
        "x-access-reason",
        "x-api-key",
        "x-apollo-operation-name",
        "x-interaction-id",
        "x-request-id",
    )
)
TOLD_IN: Final = "etag, x-request-id, retry-after, ratelimit, ratelimit-policy"
REMEMBERED_SECONDS: Final = 600

Answering: TypeAlias = Callable[[Request], Awaitable[Response]]


class Front:
    """Turns away what is not even looked at, and says to pages of listed `origins` that they may read the answer.

    What is posted to one of the `doors` is answered there, without looking for it among all addresses.
    """

    def __init__(
        self, app: ASGIApp, origins: Collection[str], observe: Observer, doors: Mapping[str, Answering]
    ) -> None:
        self._app = app
        self._doors = doors
        self._observe = observe
        self._origins = frozenset(origins)

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        """Answer a request."""
        if scope["type"] == "websocket":
            await self._socket(scope, receive, send)
            return
        if scope["type"] != "http":
            await self._app(scope, receive, send)
            return
        request = Incoming(scope, receive, send)
        try:
            _check(scope)
        except Refusal as refusal:
            answer = refused(refusal.code, request_id(request), PLAIN_JSON, refusal.detail)
            await answer(scope, receive, send)
            return
        origin = request.headers.get("origin")
        if origin is None or origin not in self._origins:
            await self._asked(request, send)
        elif _is_preflight(request):
            await _let_in(origin)(scope, receive, send)
        else:
            await self._asked(request, _telling(send, origin))

    async def _asked(self, request: Incoming, send: Send) -> None:
        scope = request.scope
        door = (
            self._doors.get(scope["path"]) if scope["method"] == "POST" and not scope["root_path"] else None
        )
        if door is None:
            await self._app(scope, request.receive, send)
        else:
            await (await door(request))(scope, request.receive, send)

    async def _socket(self, scope: Scope, receive: Receive, send: Send) -> None:
        """Let a socket in that no page asks for, or one of the same host or of a listed origin."""
        socket = WebSocket(scope, receive, send)
        try:
            _check(scope)
        except Refusal as refusal:
            answer = refused(refusal.code, new_id(), PLAIN_JSON, refusal.detail)
            await socket.send_denial_response(answer)
            return
        origins, host = socket.headers.getlist("origin"), socket.headers["host"]
        if len(origins) > 1 or not all(one in self._origins or _is_of(one, host) for one in origins):
            self._observe(LiveRejected(SOCKET, Why.ORIGIN))
            await socket.send_denial_response(Response(status_code=403, headers=HEADERS))
            return
        await self._app(scope, receive, send)


def _is_of(origin: str, host: str) -> bool:
    """Tell whether an origin is the host that is asked. Who says `https` is seen by a proxy alone."""
    return origin.partition("://")[2].lower() == host.lower()


def _check(scope: Scope) -> None:
    headers: list[tuple[bytes, bytes]] = scope["headers"]
    if len(headers) > MOST_HEADERS:
        raise Refusal("HEADERS_TOO_LARGE", f"A request has {MOST_HEADERS} headers at most.")
    size, hosts = len(scope["query_string"]), list[bytes]()
    for name, value in headers:
        size += len(name) + len(value)
        if name == b"host":
            hosts.append(value)
    if size > MOST_HEADER_BYTES:
        raise Refusal(
            "HEADERS_TOO_LARGE", f"The headers of a request have {MOST_HEADER_BYTES} bytes at most."
        )
    if len(hosts) != 1 or not _HOST.fullmatch(hosts[0].decode("latin-1")):
        raise Refusal("BAD_REQUEST", "A request names one host.")


def _is_preflight(request: Request) -> bool:
    return request.method == "OPTIONS" and "access-control-request-method" in request.headers


def _let_in(origin: str) -> Response:
    told = HEADERS | {
        "access-control-allow-origin": origin,
        "access-control-allow-methods": "GET, POST",
        "access-control-allow-headers": ASKED_WITH,
        "access-control-max-age": str(REMEMBERED_SECONDS),
    }
    return Response(status_code=204, headers=told)


def _telling(send: Send, origin: str) -> Any:
    async def sending(message: Message) -> None:
        if message["type"] == "http.response.start":
            headers = MutableHeaders(scope=message)
            headers["access-control-allow-origin"] = origin
            headers["access-control-expose-headers"] = TOLD_IN
        await send(message)

    return sending
