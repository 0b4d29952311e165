"""The wire: whole answers of one system, over connections that are kept (docs/decisions/transport.md).

It only carries: a call goes to the one origin, as it is told, and comes back as bytes. There is no proxy, no cookie and
no redirect that it could follow; what came packed is unpacked as far as it may.
"""

import asyncio
import re
import ssl
from collections import deque
from collections.abc import Mapping
from typing import Final, Protocol
from urllib.parse import quote, urlencode

from msgspec import Struct

from sources.errors import BadData, Fault, SourceTimeout, SourceUnavailable
from sources.http.addresses import relative
from sources.http.calls import Answer, Call, head_of
from sources.http.certificate import Certificate, trusted
from sources.http.line import Came, Line, OversizeError
from sources.http.unpacking import PACKINGS, BadPackingError, unpacked

POOL_SECONDS: Final = 0.1
"""How long a call waits for a connection while all are taken."""
KEPT_SECONDS: Final = 5.0
"""How long a connection is kept that nobody uses."""
_AGENT: Final = "customer-overview-gateway"
_CLEAN: Final = re.compile(r"(?:[0-9A-Za-z/._~!$&'()*+,;=:@-]|%[0-9A-Fa-f]{2})*")
_LONE: Final = re.compile(r"%(?![0-9A-Fa-f]{2})")
_NAME: Final = re.compile(r"[0-9A-Za-z-]+")
_VALUE: Final = re.compile(r"[\t -~]*")


class Way(Protocol):
    """How a call goes: over a connection that was kept, or over one that was made for it."""

    kept: bool


class Origin(Struct, frozen=True):
    """A system's address, in parts. `authority` is its host, and its port where it names one; `path` what stands before
    every path."""

    secured: bool
    host: str
    port: int
    authority: str
    path: str


class Bounds(Struct, frozen=True):
    """How long a connection may take to be made, how many there may be, and how many bytes an answer may unpack to."""

    connect_seconds: float
    connections: int
    most_bytes: int


class Wire:
    """The connections to one system, made as they are needed. What is seen of its certificate goes to `certificate`."""

    def __init__(self, system: str, origin: Origin, bounds: Bounds, certificate: Certificate) -> None:
        self._system: Final = system
        self._origin: Final = origin
        self._bounds: Final = bounds
        self._certificate: Final = certificate
        self._below: Final = origin.path.rstrip("/")
        self._usual: Final = (
            f"host: {origin.authority}\r\naccept: application/json\r\n"
            f"accept-encoding: {', '.join(PACKINGS)}\r\nuser-agent: {_AGENT}\r\n"
        )
        self._secured: Final = _secured() if origin.secured else None
        self._places: Final = asyncio.Semaphore(bounds.connections)
        self._kept: Final[deque[Line]] = deque()

    async def send(self, call: Call, headers: Mapping[str, str], way: Way) -> Answer:
        """Return the whole answer; raise a `Fault`, or `BrokenError` when its connection broke."""
        sent = self._written(call, headers)
        await self._place()
        try:
            line = self._free() or await self._made(way)
            self._certificate.look(line.certified())
            came = await line.ask(sent)
            self._keep(line)
        except OversizeError:
            fault: Fault = BadData(self._system, "oversize")
        else:
            return self._answer(came)
        finally:
            self._places.release()
        raise fault  # out here, so that nothing else is its context

    async def close(self) -> None:
        """Let go of the connections."""
        while self._kept:
            self._kept.pop().abort()
        await asyncio.sleep(0)  # in which they are closed

    async def _place(self) -> None:
        if not self._places.locked():
            await self._places.acquire()
            return
        try:
            async with asyncio.timeout(POOL_SECONDS):
                await self._places.acquire()
                return
        except TimeoutError:
            pass
        raise SourceUnavailable(self._system, "busy")

    def _free(self) -> Line | None:
        """Return the connection that was last used; those that nobody used for long are let go."""
        latest = asyncio.get_running_loop().time() - KEPT_SECONDS
        while self._kept and self._kept[0].free_since < latest:
            self._kept.popleft().abort()
        while self._kept:
            line = self._kept.pop()
            if line.reusable:
                return line
        return None

    def _keep(self, line: Line) -> None:
        if line.reusable:
            line.free_since = asyncio.get_running_loop().time()
            self._kept.append(line)
        else:
            line.abort()

    async def _made(self, way: Way) -> Line:
        """Return a new connection; raise the `Fault` of none."""
        way.kept = False
        origin = self._origin
        try:
            async with asyncio.timeout(self._bounds.connect_seconds):
                _, line = await asyncio.get_running_loop().create_connection(
                    lambda: Line(self._bounds.most_bytes),
                    origin.host,
                    origin.port,
                    ssl=self._secured,
                    server_hostname=origin.host if origin.secured else None,
                )
                return line
        except TimeoutError:
            fault: Fault = SourceTimeout(self._system, "connect")
        except (ssl.SSLError, ssl.CertificateError):
            fault = SourceUnavailable(self._system, "tls")
        except OSError:
            fault = SourceUnavailable(self._system, "refused")
        raise fault

    def _written(self, call: Call, headers: Mapping[str, str]) -> bytes:
        """Return a call as it is sent."""
        path = relative(call.path)
        if not _CLEAN.fullmatch(path):
            path = quote(_LONE.sub("%25", path), safe="/%._~!$&'()*+,;=:@-[]|^")
        query = f"?{urlencode(call.query)}" if call.query else ""
        told = [f"{call.method} {self._below}{path}{query} HTTP/1.1\r\n", self._usual]
        for name, value in headers.items():
            if not _NAME.fullmatch(name) or not _VALUE.fullmatch(value):
                raise ValueError("a header that cannot be sent")
            told.append(f"{name}: {value}\r\n")
        if call.body is None and call.method != "POST":
            return "".join([*told, "\r\n"]).encode("ascii")
        body = call.body or b""
        return "".join([*told, f"content-length: {len(body)}\r\n\r\n"]).encode("ascii") + body

    def _answer(self, came: Came) -> Answer:
        packing = came.headers.get("content-encoding")
        if packing is None or not came.body:
            return head_of(came.status, came.headers, came.body)
        try:
            plain = unpacked(came.body, packing, self._bounds.most_bytes)
        except BadPackingError:
            fault = BadData(self._system, "encoding")
        else:
            if plain is not None:
                return head_of(came.status, came.headers, plain)
            fault = BadData(self._system, "oversize")
        raise fault


def _secured() -> ssl.SSLContext:
    context = trusted()
    context.set_alpn_protocols(["http/1.1"])
    return context
