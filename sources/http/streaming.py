"""An answer of which the body is still to come: handed on as it comes, whatever breaks told as a fault."""

from collections.abc import AsyncIterator, Callable, Mapping
from typing import Final, Protocol

from sources.errors import Fault
from sources.http.calls import head_of


class Response(Protocol):
    """What the library below gives of such an answer."""

    @property
    def status_code(self) -> int:
        """The status."""

    @property
    def headers(self) -> Mapping[str, str]:
        """The headers, found by name in any case."""

    def aiter_bytes(self) -> AsyncIterator[bytes]:
        """Return the body, unpacked, as it comes."""

    async def aclose(self) -> None:
        """Let go of the connection, or give it back where all was read."""


class Streaming:
    """One answer. `size` is how many bytes its body has, where it is not packed and says so."""

    def __init__(self, response: Response, as_fault: Callable[[Exception], Fault | None]) -> None:
        self.answer: Final = head_of(response.status_code, response.headers)
        self._response = response
        self._as_fault = as_fault

    @property
    def size(self) -> int | None:
        """How many bytes the body has, by the answer's own word."""
        told = self._response.headers.get("content-length", "")
        packed = self._response.headers.get("content-encoding", "identity") != "identity"
        return int(told) if told.isascii() and told.isdigit() and len(told) < 16 and not packed else None

    def header(self, name: str) -> str | None:
        """Return a header."""
        return self._response.headers.get(name)

    async def pieces(self) -> AsyncIterator[bytes]:
        """Yield the body as it comes; raise the `Fault` when it breaks off."""
        fault = None
        try:
            async for piece in self._response.aiter_bytes():
                if piece:
                    yield piece
        except Exception as error:
            fault = self._as_fault(error)
            if fault is None:
                raise
        if fault is not None:
            raise fault  # out here, so that the library's exception, and the address in it, is not even its context

    async def close(self) -> None:
        """Let go of it; a connection of which not everything was read is closed."""
        await self._response.aclose()
