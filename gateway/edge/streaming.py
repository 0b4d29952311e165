"""A PDF on its way to its reader: handed on piece by piece, broken off where its source breaks off."""

from asyncio import timeout
from collections.abc import Awaitable, Callable
from typing import Final

from msgspec import Struct
from msgspec.structs import replace
from starlette.responses import StreamingResponse
from starlette.types import Receive, Scope, Send

from gateway.edge.answered import DocumentAnswered, ViewNotKept
from gateway.edge.responding import HEADERS
from sources.document import PDF, Streamed
from sources.errors import Fault
from sources.source import Observer

LONGEST: Final = 120.0
"""Seconds that a reader may take for a whole document, however slowly it reads."""

SAFE: Final = {
    "content-disposition": 'inline; filename="document.pdf"',
    "content-security-policy": "sandbox; default-src 'none'",
    "referrer-policy": "no-referrer",
    "cross-origin-resource-policy": "same-origin",
}
"""What keeps a document from being anything but a document; its name tells nothing of it."""


class Produced(Struct, frozen=True):
    """What is done when a document was produced whole, and who is told how it went: `told` is all but that."""

    told: DocumentAnswered
    keep: Callable[[], Awaitable[None]]
    observe: Observer


class StreamedPdf(StreamingResponse):
    """The answer that is a document. Where its source fails on the way, the connection ends before the answer does."""

    def __init__(self, streamed: Streamed, produced: Produced) -> None:
        size = {"content-length": str(streamed.size)} if streamed.size is not None else {}
        named = {"x-request-id": produced.told.request_id}
        self._pieces = streamed.pieces()
        super().__init__(self._pieces, headers=HEADERS | SAFE | size | named, media_type=PDF)
        self._streamed = streamed
        self._produced = produced
        self._code: str | None = None
        self._whole = False

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        """Send it; a reader that leaves ends it."""
        try:
            await super().__call__(scope, receive, send)
        finally:
            await self._streamed.close()
            produced = self._produced
            produced.observe(replace(produced.told, code=self._code, whole=self._whole))

    async def stream_response(self, send: Send) -> None:
        """Send what comes, the last piece when all is there and the document counts as read."""
        await send({"type": "http.response.start", "status": self.status_code, "headers": self.raw_headers})
        try:
            async with timeout(LONGEST):
                last = await self._all_but_the_last(send)
        except Fault as fault:
            self._code = fault.code
            return  # without an end: whoever reads it sees that it broke off
        except TimeoutError:
            return
        await self._keep()
        self._whole = True
        await send({"type": "http.response.body", "body": last, "more_body": False})

    async def _all_but_the_last(self, send: Send) -> bytes:
        held = b""
        async for piece in self._pieces:
            if held:
                await send({"type": "http.response.body", "body": held, "more_body": True})
            held = piece
        return held

    async def _keep(self) -> None:
        try:
            await self._produced.keep()
        except Fault as fault:
            self._produced.observe(ViewNotKept(self._produced.told.request_id, fault.code))
