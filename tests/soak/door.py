"""One gateway as its callers meet it, and what it leaves behind: its audit, its memory, its open files."""

from collections.abc import Mapping
from pathlib import Path
from typing import Any, Final

import msgspec
from httpx2 import AsyncClient, Limits

from tests.running import Answer

PATIENCE: Final = 20.0
"""Seconds after which a caller gives up: later than any answer may come."""
KIBIBYTE: Final = 1024


class Door:
    """One gateway. `callers` are the headers of everybody who asks it, `process` is its number."""

    def __init__(
        self, name: str, address: str, process: int, journal: Path, callers: Mapping[str, dict[str, str]]
    ) -> None:
        self.name: Final = name
        self._address, self._process = address, process
        self._callers, self._journal, self._read = callers, journal, 0
        self._client = self._connected()

    async def ask(self, who: str, document: str, **variables: Any) -> Answer:
        """The answer to an operation."""
        body = msgspec.json.encode({"query": document, "variables": variables})
        headers = {**self._callers[who], "content-type": "application/json"}
        return await self.post("/graphql", body, headers)

    async def post(self, path: str, body: bytes, headers: Mapping[str, str]) -> Answer:
        """The answer to a body as it is."""
        answer = await self._client.post(path, content=body, headers=headers)
        return Answer(answer.status_code, dict(answer.headers), answer.text)

    async def renew(self) -> None:
        """Let go of every connection."""
        await self.close()
        self._client = self._connected()

    async def close(self) -> None:
        """Let go of every connection for good."""
        await self._client.aclose()

    def journal(self) -> list[dict[str, Any]]:
        """What its audit has on record since this was asked last."""
        with self._journal.open("rb") as file:
            file.seek(self._read)
            text = file.read()
        end = text.rfind(b"\n") + 1
        self._read += end
        return [msgspec.json.decode(line) for line in text[:end].splitlines()]

    @property
    def files(self) -> int:
        """How many files its process has open."""
        return len(list(Path(f"/proc/{self._process}/fd").iterdir()))

    @property
    def resident(self) -> int:
        """The memory of its process, in bytes."""
        lines = Path(f"/proc/{self._process}/status").read_text("ascii").splitlines()
        (told,) = [line.split()[1] for line in lines if line.startswith("VmRSS:")]
        return int(told) * KIBIBYTE

    def _connected(self) -> AsyncClient:
        limits = Limits(max_connections=None)
        return AsyncClient(base_url=self._address, timeout=PATIENCE, limits=limits, verify=False)
