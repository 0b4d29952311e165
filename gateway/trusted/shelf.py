"""The registered documents, by client and id, ready to run. Files that change are read again while the gateway runs."""

import asyncio
import time
from collections.abc import AsyncIterator, Mapping
from contextlib import asynccontextmanager, suppress
from pathlib import Path
from typing import Final, TypeAlias
from urllib.parse import quote, unquote

from msgspec import Struct

from gateway.engine.prepared import Prepared
from gateway.trusted.checking import Checker, MisfitError
from gateway.trusted.events import LeftOut, ManifestLoaded, ManifestRejected
from gateway.trusted.manifest import MOST_BYTES, Entry, ManifestError, read
from sources.source import Observer

ANY: Final = "any"
"""The client whose documents are everybody's."""

SECONDS: Final = 1.0
MOST_MANIFESTS: Final = 100
MOST_TOKENS: Final = 400_000
"""How long all registered documents may be together: a token takes about a quarter of a kilobyte."""

PAUSE: Final = 0.003
"""Seconds between documents that are read while the gateway serves: requests are let in between."""

State: TypeAlias = tuple[int, int, int]


class Document(Struct, frozen=True):
    """A registered document."""

    text: str
    prepared: Prepared

    @property
    def tokens(self) -> int:
        """How long it is."""
        return self.prepared.document.token_count


class _Manifest(Struct, frozen=True):
    state: State
    documents: Mapping[str, Document]


class Shelf:
    """What the manifests of a folder register; nothing without a folder. Look at it first, then ask."""

    def __init__(self, folder: Path | None, checker: Checker, observe: Observer) -> None:
        self._folder = folder
        self._checker = checker
        self._observe = observe
        self._manifests: Mapping[str, _Manifest] = {}
        self._pause = 0.0

    @property
    def is_empty(self) -> bool:
        """Whether there is nothing to look for."""
        return not self._manifests

    def find(self, client: str | None, key: str) -> Document | None:
        """Return a document of a client, or of every client, by its id or the sha-256 of its text."""
        own, everybody = self._of(client), self._of(ANY)
        return own.get(key) or everybody.get(key)

    def _of(self, client: str | None) -> Mapping[str, Document]:
        found = self._manifests.get(client) if client is not None else None
        return found.documents if found is not None else {}

    def look(self) -> None:
        """Read what has changed in the folder; raise `OSError` when it cannot be looked at."""
        for event in self._read():
            self._observe(event)

    def _read(self) -> list[Struct]:
        """Read what has changed; return what there is to tell of it, to be told where everything else is told."""
        if self._folder is None:
            return []
        files, told = manifests_of(self._folder), list[Struct]()
        kept = {client: one for client, one in self._manifests.items() if client in files}
        for client, file in files.items():
            kept[client] = self._looked(file, kept.get(client), kept, told.append)
        self._manifests = kept
        return told

    def _looked(
        self, file: Path, before: _Manifest | None, others: Mapping[str, _Manifest], tell: Observer
    ) -> _Manifest:
        """Return a manifest as its file has it now, as it was before where that cannot be used."""
        state = state_of(file)
        if before is not None and before.state == state:
            return before
        try:
            documents = self._shelved(file, read(body_of(file)), others, tell)
        except (OSError, ManifestError) as error:
            reason = str(error) if isinstance(error, ManifestError) else "it cannot be read"
            tell(ManifestRejected(file.name, reason))  # once, until it changes again
            documents = before.documents if before is not None else {}
        return _Manifest(state, documents)

    def _shelved(
        self, file: Path, entries: tuple[Entry, ...], others: Mapping[str, _Manifest], tell: Observer
    ) -> Mapping[str, Document]:
        """Return the documents of a manifest that can be used. One that is ready already is not made again."""
        ready = {one.text: one for manifest in others.values() for one in manifest.documents.values()}
        room = MOST_TOKENS - sum(one.tokens for one in ready.values())
        found: dict[str, Document] = {}
        left_out = 0
        for entry in entries:
            try:
                document = ready.get(entry.text) or self._made(entry.text, room)
            except MisfitError as misfit:
                tell(LeftOut(file.name, entry.name, misfit.code))
                left_out += 1
                continue
            room -= document.tokens if entry.text not in ready else 0
            found |= dict.fromkeys((entry.hash, *entry.ids), document)
        tell(ManifestLoaded(file.name, len(entries) - left_out, left_out))
        return found

    def _made(self, text: str, room: int) -> Document:
        time.sleep(self._pause)
        document = Document(text, self._checker.prepared(text))
        if document.tokens > room:
            raise MisfitError("QUERY_TOO_LARGE", "There are too many documents.")
        return document

    @asynccontextmanager
    async def watching(self) -> AsyncIterator[None]:
        """Look again once a second, beside the event loop."""
        task = asyncio.create_task(self._watch()) if self._folder is not None else None
        try:
            yield
        finally:
            if task is not None:
                task.cancel()
                with suppress(asyncio.CancelledError):
                    await task

    async def _watch(self) -> None:
        self._pause = PAUSE
        while True:
            await asyncio.sleep(SECONDS)
            with suppress(OSError):  # a folder that is away: what was read stays
                for event in await asyncio.to_thread(self._read):
                    self._observe(event)


def manifests_of(folder: Path) -> Mapping[str, Path]:
    """Return the manifests of a folder by their clients; raise `OSError`."""
    files = sorted(one for one in folder.iterdir() if one.suffix == ".json" and not one.name.startswith("."))
    return {unquote(one.stem): one for one in files[:MOST_MANIFESTS]}


def file_of(folder: Path, client: str) -> Path:
    """Return the file of a client's manifest; whatever a client is called, it lies in the folder."""
    name = quote(client, safe=":@+ ")
    return folder / f"{'%2E' + name[1:] if name.startswith('.') else name}.json"


def state_of(file: Path) -> State:
    """Return what changes with a file; of one that is not there, what no file has."""
    try:
        told = file.stat()
    except OSError:
        return (0, 0, 0)
    return (told.st_mtime_ns, told.st_size, told.st_ino)


def body_of(file: Path) -> bytes:
    """Return what stands in a file, no more than shows that it is too large; raise `OSError`."""
    with file.open("rb") as opened:
        return opened.read(MOST_BYTES + 1)
