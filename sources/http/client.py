"""The one HTTP client: hardened, and the only file that knows the library behind it.

It sends to addresses of one system alone, on paths relative to its own: no proxy of the environment, no cookie kept,
no redirect followed, a total deadline however slowly an answer drips, and a cap on what an answer unpacks to. What the
library raises becomes a fault here.
"""

import asyncio
import re
import ssl
import time
from collections.abc import Awaitable, Callable, Mapping
from http.cookiejar import CookieJar, DefaultCookiePolicy
from ipaddress import ip_address
from typing import Final, TypeAlias, TypeVar

import httpx2 as http  # the way back: `import httpx as http` (docs/decisions/http-client.md)
from msgspec import Struct

from sources.errors import BadData, Fault, SourceTimeout, SourceUnavailable
from sources.http.calls import Answer, Call, Called, Retried, head_of
from sources.http.streaming import Streaming
from sources.source import Observer

T = TypeVar("T")

CONNECT_SECONDS: Final = 0.2
CONNECT_SHARE: Final = 0.25
"""A connection may take so long, or this share of a call's time where that is longer."""
POOL_SECONDS: Final = 0.1
CONNECTIONS: Final = 32
MOST_BYTES: Final = 16 * 1024 * 1024
_HOST: Final = re.compile(r"[0-9A-Za-z._:-]{1,253}")
_BROKEN: Final = (http.ReadError, http.WriteError, http.RemoteProtocolError)


Headers: TypeAlias = Callable[[], Mapping[str, str]]
"""What a call carries beside what it asks: of the request on whose behalf it is made, and never of a customer."""


def nobody(_: Struct) -> None:
    """Tell nobody."""


class BadAddressError(ValueError):
    """An address of a system that cannot be used. The text says why."""


class _StrayedError(Exception):
    """A request was about to leave for another host."""


class _Guarded(http.AsyncBaseTransport):
    """Lets requests go to the one host alone, by the address that they really go to."""

    def __init__(self, inner: http.AsyncBaseTransport, allowed: tuple[str, str]) -> None:
        self._inner = inner
        self._allowed = allowed

    async def handle_async_request(self, request: http.Request) -> http.Response:
        if _origin(request.url) != self._allowed:
            raise _StrayedError
        return await self._inner.handle_async_request(request)

    async def aclose(self) -> None:
        await self._inner.aclose()


class Client:
    """The way to one system. `seconds` bounds a whole call, `most_bytes` the unpacked answer.

    `token` is what the system knows the gateway by. `connect_seconds` bounds the way to one that is far off.
    `observe` is told of each call, and `more` gives each its further headers.
    """

    def __init__(
        self,
        system: str,
        address: str,
        seconds: float,
        most_bytes: int = MOST_BYTES,
        token: str | None = None,
        connect_seconds: float | None = None,
        observe: Observer = nobody,
        more: Headers = dict,
    ) -> None:
        url = checked(address)
        self.system: Final = system
        self.host: Final = url.netloc.decode()
        self.seconds: Final = seconds
        self._most = most_bytes
        self._observe = observe
        self._more = more
        headers = {"accept": "application/json", "user-agent": "customer-overview-gateway"}
        if token is not None:
            headers["authorization"] = f"Bearer {token}"
        self._http = http.AsyncClient(
            base_url=url,
            transport=_Guarded(_transport(url), _origin(url)),
            trust_env=False,
            follow_redirects=False,
            cookies=CookieJar(DefaultCookiePolicy(allowed_domains=())),
            timeout=http.Timeout(
                seconds,
                connect=connect_seconds or max(CONNECT_SECONDS, CONNECT_SHARE * seconds),
                pool=POOL_SECONDS,
            ),
            headers=headers,
        )

    async def send(self, call: Call) -> Answer:
        """Return the answer, whatever its status; raise the `Fault` for none, or for one that is too large."""
        return await self._timed(call, self._whole, lambda answer: answer.status)

    async def stream(self, call: Call, accept: str) -> Streaming:
        """Return an answer, whatever its status, of which the body is still to come; whoever asked closes it.

        Raise the `Fault` for none. The deadline is for the beginning: that of the body is the reader's to hold.
        """

        async def begun(call: Call) -> Streaming:
            headers = {"accept": accept, "accept-encoding": "identity"}
            return Streaming(await self._begun(call, headers), self._as_fault)

        return await self._timed(call, begun, lambda streaming: streaming.answer.status)

    async def close(self) -> None:
        """Let go of the connections."""
        await self._http.aclose()

    async def _timed(
        self, call: Call, sending: Callable[[Call], Awaitable[T]], status: Callable[[T], int]
    ) -> T:
        began = time.perf_counter()
        try:
            async with asyncio.timeout(self.seconds):
                told = await self._twice(call, sending)
            self._observe(Called(self.system, call.method, time.perf_counter() - began, status(told)))
            return told
        except TimeoutError:
            fault: Fault = SourceTimeout(self.system, "deadline")
        except Exception as error:
            found = as_fault(error, self.system)
            if found is None:
                raise
            fault = found
        self._observe(Called(self.system, call.method, time.perf_counter() - began, code=fault.code))
        raise fault  # out here, so that the library's exception, and the address in it, is not even its context

    async def _twice(self, call: Call, sending: Callable[[Call], Awaitable[T]]) -> T:
        try:
            return await sending(call)
        except _BROKEN as error:
            fault = as_fault(error, self.system)
            self._observe(Retried(self.system, fault.reason if fault is not None else ""))
            # every call is a read: a kept connection that the system had closed meanwhile, or one that broke
            return await sending(call)

    async def _whole(self, call: Call) -> Answer:
        response = await self._begun(call)
        try:
            body = await self._body(response)
        finally:
            await response.aclose()
        return head_of(response.status_code, response.headers, body)

    async def _begun(self, call: Call, more: Mapping[str, str] | None = None) -> http.Response:
        typed = {"content-type": "application/json"} if call.body is not None else {}
        headers = {**self._more(), **typed, **(more or {})}
        request = self._http.build_request(
            call.method, relative(call.path), params=call.query or None, content=call.body, headers=headers
        )
        return await self._http.send(request, stream=True)

    def _as_fault(self, error: Exception) -> Fault | None:
        return as_fault(error, self.system)

    async def _body(self, response: http.Response) -> bytes:
        pieces: list[bytes] = []
        size = 0
        async for piece in response.aiter_bytes():
            size += len(piece)
            if size > self._most:
                raise BadData(self.system, "oversize")
            pieces.append(piece)
        return b"".join(pieces)


def as_fault(error: Exception, system: str) -> Fault | None:
    """Return the fault that an exception stands for; None when neither the network nor its library raised it."""
    if isinstance(error, Fault):
        return error
    if isinstance(error, _StrayedError | http.InvalidURL | http.UnsupportedProtocol):
        return SourceUnavailable(system, "address")
    if isinstance(error, http.PoolTimeout):
        return SourceUnavailable(system, "busy")
    if isinstance(error, http.TimeoutException):
        return SourceTimeout(system, "connect" if isinstance(error, http.ConnectTimeout) else "silent")
    if isinstance(error, http.DecodingError):
        return BadData(system, "encoding")
    if isinstance(error, http.ConnectError):
        return SourceUnavailable(system, "refused")
    if isinstance(error, http.NetworkError | http.ProtocolError):
        return SourceUnavailable(system, "reset")
    theirs = http.HTTPError | http.StreamError | http.CookieConflict | OSError
    return SourceUnavailable(system, "http") if isinstance(error, theirs) else None


def checked(address: str) -> http.URL:
    """Return a system's address; raise `BadAddressError` for one that must not be used."""
    try:
        url = http.URL(address)
    except http.InvalidURL:
        raise BadAddressError("it is no address") from None
    if url.scheme not in {"http", "https"} or not url.host:
        raise BadAddressError("it must begin with https:// and name a host")
    if not _HOST.fullmatch(url.host) or not 0 < (url.port or 443) < 65536:
        raise BadAddressError("its host or its port cannot be one")
    if url.userinfo or url.query or url.fragment:
        raise BadAddressError("it must hold no user, no query and no fragment")
    if url.scheme == "http" and not _is_loopback(url.host):
        raise BadAddressError("only this machine may be asked by http://; use https://")
    return url


def points_elsewhere(link: str, host: str) -> bool:
    """Tell whether a link that a system sent names another host than its own, or cannot be read at all."""
    try:
        url = http.URL(link)
    except http.InvalidURL:
        return True
    return bool(url.host) and url.netloc.decode() != host


def relative(path: str) -> str:
    """Return a path that can only lead below the system's address; raise `BadAddressError` for any other."""
    strange = "\\" in path or not path.isprintable()
    if not path.startswith("/") or path.startswith("//") or strange or ".." in path.split("/"):
        raise BadAddressError("a path begins with one / and leads nowhere up")
    return path


def _transport(url: http.URL) -> http.AsyncBaseTransport:
    limits = http.Limits(max_connections=CONNECTIONS, max_keepalive_connections=CONNECTIONS)
    verify = ssl.create_default_context() if url.scheme == "https" else False
    return http.AsyncHTTPTransport(verify=verify, trust_env=False, limits=limits)


def _origin(url: http.URL) -> tuple[str, str]:
    return url.scheme, url.netloc.decode()


def _is_loopback(host: str) -> bool:
    try:
        return ip_address(host).is_loopback
    except ValueError:
        return host == "localhost"
