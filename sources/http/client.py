"""The one HTTP client: hardened. Whole answers come over the wire (`wire.py`); what is handed on as it comes, over
httpx2, which only this file knows.

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
from typing import Any, Final, TypeAlias, TypeVar

import httpx2 as http  # the way back: `import httpx as http` (docs/decisions/http-client.md)
from msgspec import Struct

from sources.errors import BadData, Fault, SourceTimeout, SourceUnavailable
from sources.guard import Retried
from sources.http.addresses import BadAddressError, is_loopback, relative
from sources.http.calls import Answer, Call, Called
from sources.http.certificate import Certificate, trusted
from sources.http.credentials import Credentials
from sources.http.line import BrokenError
from sources.http.streaming import Streaming
from sources.http.wire import POOL_SECONDS, Bounds, Origin, Wire
from sources.source import Observer

T = TypeVar("T")

CONNECT_SECONDS: Final = 0.2
CONNECT_SHARE: Final = 0.25
"""A connection may take so long, or this share of a call's time where that is longer."""
CONNECTIONS: Final = 32
MOST_BYTES: Final = 16 * 1024 * 1024
_HOST: Final = re.compile(r"[0-9A-Za-z._:-]{1,253}")
UNKNOWN: Final = frozenset({401, 403})
"""Statuses of a system that does not know the gateway."""
_BROKEN: Final = (BrokenError, http.ReadError, http.WriteError, http.RemoteProtocolError)

Headers: TypeAlias = Callable[[], Mapping[str, str]]
"""What a call carries beside what it asks: of the request on whose behalf it is made, and never of a customer."""


def nobody(_: Struct) -> None:
    """Tell nobody."""


class _StrayedError(Exception):
    """A request was about to leave for another host."""


class _Way:
    """How a call goes: over a connection that was kept, unless one was made for it."""

    def __init__(self) -> None:
        self.kept = True

    async def trace(self, event: str, _: Any) -> None:
        """Take note of what the library does."""
        if event == "connection.connect_tcp.started":
            self.kept = False


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

    `known_by` is what the system knows the gateway by, read again when it does not. `connect_seconds` bounds the way
    to one that is far off.
    `observe` is told of each call, and `more` gives each its further headers. `connections` is how many there may be.
    What is seen of the system's certificate is kept in `certificate`.
    """

    def __init__(
        self,
        system: str,
        address: str,
        seconds: float,
        most_bytes: int = MOST_BYTES,
        known_by: Credentials | None = None,
        connect_seconds: float | None = None,
        observe: Observer = nobody,
        more: Headers = dict,
        connections: int = CONNECTIONS,
        certificate: Certificate | None = None,
    ) -> None:
        url = checked(address)
        self.system: Final = system
        self.host: Final = url.netloc.decode()
        self.seconds: Final = seconds
        self.secured: Final = url.scheme == "https"
        self.certificate: Final = certificate or Certificate()
        self._observe = observe
        self._more = more
        self._credentials = known_by or Credentials(system)
        self._url = url
        soon = connect_seconds or max(CONNECT_SECONDS, CONNECT_SHARE * seconds)
        self._bounds = Bounds(soon, connections, most_bytes)
        self._wire = Wire(system, _parts(url), self._bounds, self.certificate)
        self._streams: http.AsyncClient | None = None

    async def send(self, call: Call) -> Answer:
        """Return the answer, whatever its status; raise the `Fault` for none, or for one that is too large."""
        return await self._timed(call, self._whole, lambda answer: answer.status)

    async def stream(self, call: Call, accept: str) -> Streaming:
        """Return an answer, whatever its status, of which the body is still to come; whoever asked closes it.

        Raise the `Fault` for none. The deadline is for the beginning: that of the body is the reader's to hold.
        """

        async def begun(call: Call, way: _Way) -> Streaming:
            headers = {"accept": accept, "accept-encoding": "identity"}
            return Streaming(await self._begun(call, way, headers), self._as_fault)

        return await self._timed(call, begun, lambda streaming: streaming.answer.status)

    async def close(self) -> None:
        """Let go of the connections."""
        await self._wire.close()
        if self._streams is not None:
            await self._streams.aclose()

    async def _timed(
        self, call: Call, sending: Callable[[Call, _Way], Awaitable[T]], status: Callable[[T], int]
    ) -> T:
        began = time.perf_counter()
        try:
            async with asyncio.timeout(self.seconds):
                told = await self._known(call, sending, status)
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

    async def _known(
        self, call: Call, sending: Callable[[Call, _Way], Awaitable[T]], status: Callable[[T], int]
    ) -> T:
        """Send a call, and again where the system does not know us by our token, and its file holds another by now.

        So with the key that the caller's name is signed with.
        """
        shown = self._credentials.shown
        told = await self._connected(call, sending)
        if status(told) not in UNKNOWN or not await self._credentials.renewed(shown):
            return told
        if isinstance(told, Streaming):
            await told.close()
        self._observe(Retried(self.system, "credentials"))
        return await self._connected(call, sending)

    async def _connected(self, call: Call, sending: Callable[[Call, _Way], Awaitable[T]]) -> T:
        """Send a call, and again where its connection was a kept one, which the system may have closed meanwhile.

        Nobody has failed there. What breaks on a connection of its own is a failure.
        """
        way = _Way()
        try:
            return await sending(call, way)
        except _BROKEN:
            if not way.kept:
                raise
        self._observe(Retried(self.system, "reconnected"))
        return await sending(call, _Way())

    async def _whole(self, call: Call, way: _Way) -> Answer:
        return await self._wire.send(call, self._headers(call), way)

    def _headers(self, call: Call) -> dict[str, str]:
        typed = {"content-type": "application/json"} if call.body is not None else {}
        return {**self._more(), **typed, **self._credentials.headers(call.asker)}

    async def _begun(self, call: Call, way: _Way, more: Mapping[str, str]) -> http.Response:
        streams = self._streaming()
        request = streams.build_request(
            call.method,
            relative(call.path),
            params=call.query or None,
            content=call.body,
            headers={**self._headers(call), **more},
            extensions={"trace": way.trace},
        )
        response = await streams.send(request, stream=True)
        self.certificate.look(response.extensions.get("network_stream"))
        return response

    def _streaming(self) -> http.AsyncClient:
        """Return what answers are handed on with, made when it is first needed."""
        if self._streams is None:
            bounds, url = self._bounds, self._url
            self._streams = http.AsyncClient(
                base_url=url,
                transport=_Guarded(_transport(url, bounds.connections), _origin(url)),
                trust_env=False,
                follow_redirects=False,
                cookies=CookieJar(DefaultCookiePolicy(allowed_domains=())),
                timeout=http.Timeout(self.seconds, connect=bounds.connect_seconds, pool=POOL_SECONDS),
                headers={"user-agent": "customer-overview-gateway"},
            )
        return self._streams

    def _as_fault(self, error: Exception) -> Fault | None:
        return as_fault(error, self.system)


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
        return SourceUnavailable(system, "tls" if _is_tls(error) else "refused")
    if isinstance(error, BrokenError | http.NetworkError | http.ProtocolError):
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
    if url.scheme == "http" and not is_loopback(url.host):
        raise BadAddressError("only this machine may be asked by http://; use https://")
    return url


def points_elsewhere(link: str, host: str) -> bool:
    """Tell whether a link that a system sent names another host than its own, or cannot be read at all."""
    try:
        url = http.URL(link)
    except http.InvalidURL:
        return True
    return bool(url.host) and url.netloc.decode() != host


def _transport(url: http.URL, most: int) -> http.AsyncBaseTransport:
    limits = http.Limits(max_connections=most, max_keepalive_connections=most)
    verify = trusted() if url.scheme == "https" else False
    return http.AsyncHTTPTransport(verify=verify, trust_env=False, limits=limits)


def _is_tls(error: BaseException | None) -> bool:
    """Tell whether an exception came of a certificate, or of what else a connection begins with."""
    return error is not None and (
        isinstance(error, ssl.SSLError) or _is_tls(error.__cause__ or error.__context__)
    )


def _parts(url: http.URL) -> Origin:
    secured = url.scheme == "https"
    return Origin(
        secured, url.host, url.port or (443 if secured else 80), url.netloc.decode(), url.raw_path.decode()
    )


def _origin(url: http.URL) -> tuple[str, str]:
    return url.scheme, url.netloc.decode()
