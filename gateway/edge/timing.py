"""Every request over HTTP, timed: whatever its address."""

import time
from typing import Final

from starlette.types import ASGIApp, Message, Receive, Scope, Send

from gateway.edge.answered import HttpAnswered
from gateway.edge.seen import GONE
from sources.source import Observer

OTHER: Final = "other"
METHODS: Final = frozenset("GET HEAD POST PUT PATCH DELETE OPTIONS".split())


class Timing:
    """Tells of each request when its answer is out."""

    def __init__(self, app: ASGIApp, observe: Observer, routes: frozenset[str]) -> None:
        self._app = app
        self._observe = observe
        self._routes = routes

    def _route(self, path: str) -> str:
        """Return the address as the routes have it: what stands in the place of a blank is nobody's to know."""
        if path in self._routes:
            return path
        above = f"{path.rpartition('/')[0]}/{{"
        return next((one for one in self._routes if one.startswith(above)), OTHER)

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        if scope["type"] != "http":
            await self._app(scope, receive, send)
            return
        began, status = time.perf_counter(), GONE

        async def sending(message: Message) -> None:
            nonlocal status
            if message["type"] == "http.response.start":
                status = message["status"]
            await send(message)

        try:
            await self._app(scope, receive, sending)
        finally:
            route = self._route(scope["path"])
            method = scope["method"] if scope["method"] in METHODS else OTHER
            self._observe(HttpAnswered(route, method, status, time.perf_counter() - began))
