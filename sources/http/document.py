"""Documents of a system that hands them out over HTTP: asked for as its mapping says, and handed on as they come."""

import re
from collections.abc import AsyncIterator
from typing import Final

from sources.crn import Crn
from sources.document import PDF
from sources.errors import BadData, Fault, WrongSubject
from sources.http.client import Client
from sources.http.endpoints import is_plain
from sources.http.mapping import DocumentMapping
from sources.http.streaming import Streaming
from sources.http.upstream import Upstream

_NUMBER: Final = re.compile(r"[0-9A-Za-z][0-9A-Za-z._:-]{0,63}")


class HttpDocuments:
    """The documents of one system. `time_limit` is in seconds, for a whole one."""

    def __init__(
        self,
        described: DocumentMapping,
        client: Client,
        upstream: Upstream,
        most_bytes: int,
        retention_days: int | None,
    ) -> None:
        self.system: Final = client.system
        self.time_limit: Final = client.seconds
        self.most_bytes: Final = most_bytes
        self.retention_days: Final = retention_days
        self._described: Final = described
        self._client: Final = client
        self._upstream: Final = upstream

    async def open(self, crn: Crn, number: str) -> "HttpDocument | None":
        """Return a document, None where the system has none such; raise a `Fault`, also for one about another."""
        if not is_plain(crn) or not _NUMBER.fullmatch(number):
            return None  # no number that could lead to another path is asked for
        described = self._described
        call = described.endpoint.call({"crn": crn, "number": number})
        response = await self._upstream.guarded(
            lambda: self._client.stream(call, PDF), lambda begun: begun.answer, self.time_limit
        )
        try:
            if response.answer.status in described.endpoint.not_found:
                found = None
            else:
                self._check(response, crn, number)
                found = HttpDocument(response)
        except Fault:
            await response.close()
            raise
        if found is None:
            await response.close()
        return found

    async def close(self) -> None:
        """Let go of the connections."""
        await self._client.close()

    def _check(self, response: Streaming, crn: Crn, number: str) -> None:
        fault = self._upstream.fault(response.answer)
        if fault is not None:
            raise fault
        described = self._described
        for header, asked in ((described.number_header, number), (described.crn_header, str(crn))):
            if header is None:
                continue
            told = response.header(header)
            if told is None:
                raise BadData(self.system, "unnamed")
            if told != asked:
                raise WrongSubject(self.system)


class HttpDocument:
    """A document on its way. `size` is what its system says of it."""

    def __init__(self, response: Streaming) -> None:
        self.size: Final = response.size
        self._response = response

    def pieces(self) -> AsyncIterator[bytes]:
        """Return its bytes as they come."""
        return self._response.pieces()

    async def close(self) -> None:
        """Let go of it; what was not read to its end ends the connection."""
        await self._response.close()
