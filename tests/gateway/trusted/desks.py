"""A gateway whose callers come through programs with names of their own, and the manifests of these."""

import asyncio
from collections.abc import AsyncIterator, Callable, Mapping
from contextlib import asynccontextmanager
from hashlib import sha256
from pathlib import Path
from typing import Any
from urllib.parse import urlencode

import msgspec

from gateway.engine.execution import Appraised
from gateway.keyring import open_keyring
from gateway.settings import Profile, Settings
from gateway.trusted.events import Looked
from tests.running import Answer, Gate, serving
from tests.running.issuing import STAFF, Issuing, issuing

MANIFESTS = Path(__file__).parent / "manifests"
WHO = "query Who { viewer { kind id } }"
OTHER = "query Other { viewer { organisation } }"
SCOPES = "crn:read overview:read customer:read customer:search"
PATIENCE = 30.0


def key(text: str) -> str:
    return sha256(text.encode()).hexdigest()


def own(*texts: str, **told: Any) -> bytes:
    """A manifest in our own form."""
    return msgspec.json.encode({key(text): {"document": text, **told} for text in texts})


class Desk:
    """Asks a gateway on behalf of programs."""

    def __init__(self, gate: Gate, issuer: Issuing, folder: Path) -> None:
        self.gate = gate
        self.issuer = issuer
        self.folder = folder

    def headers(self, client: str | None) -> dict[str, str]:
        return {"authorization": f"Bearer {self.issuer.token(client_id=client, scope=SCOPES)}"}

    async def ask(self, client: str | None, **body: Any) -> Answer:
        """The answer to a body."""
        return await self.gate.post(msgspec.json.encode(body), headers=self.headers(client))

    async def get(self, client: str | None, headers: Mapping[str, str] | None = None, **told: str) -> Answer:
        """The answer to an address."""
        sent = self.headers(client) | dict(headers or {})
        return await self.gate.send("GET", f"/graphql?{urlencode(told)}", b"", sent)

    def write(self, client: str, body: bytes) -> None:
        """Put a manifest in the place of the one before, at once."""
        new = self.folder / ".new"
        new.write_bytes(body)
        new.replace(self.folder / f"{client}.json")

    @property
    def results(self) -> list[str]:
        return [event.result.value for event in self.gate.events if isinstance(event, Looked)]

    @property
    def counted(self) -> list[str | None]:
        """What operations were counted as."""
        return [event.operation for event in self.gate.events if isinstance(event, Appraised)]

    async def until(self, happened: Callable[[], bool]) -> None:
        """Wait for what comes by itself."""
        async with asyncio.timeout(PATIENCE):
            while not happened():  # noqa: ASYNC110
                await asyncio.sleep(0.05)


@asynccontextmanager
async def desk_of(
    home: Path,
    manifests: Mapping[str, bytes] | None,
    *records: Any,
    profile: Profile = Profile.EMBEDDED,
    more: str = STAFF,
    **settings: Any,
) -> AsyncIterator[Desk]:
    """A gateway with these manifests by client, without a folder for None."""
    folder = home / "manifests"
    folder.mkdir()
    for client, body in (manifests or {}).items():
        (folder / f"{client}.json").write_bytes(body)
    open_keyring(home / "keyring.json", make=True)
    async with issuing() as issuer:
        chosen = Settings(
            home=home,
            profile=profile,
            issuers_file=issuer.file(home, more),
            documents_folder=folder if manifests is not None else None,
            **settings,
        )
        async with serving(home, *records, settings=chosen) as gate:
            yield Desk(gate, issuer, folder)
