"""What viewers opened, hidden for the ledger: no viewer, customer or document can be read from what is kept."""

import hmac
from collections.abc import Collection, Iterator, Mapping
from datetime import datetime
from hashlib import sha256
from typing import Final

import msgspec

from gateway.keyring import Keyring
from resolvers.caller import Caller
from resolvers.sealing import NodeKey
from resolvers.viewing import Used
from sources.ledger import KeptUse, ViewStore

USE: Final = "views"
"""The keyring's subkey that viewers and documents are hashed with."""


class HiddenViews:
    """The views of the ledger, as keyed hashes. What an older version of the keyring hid is still found."""

    def __init__(self, store: ViewStore, keyring: Keyring) -> None:
        self._store = store
        self._keys: Mapping[int, bytes] = keyring.subkeys(USE)  # the current one comes first

    async def seen(self, viewer: Caller, documents: Collection[NodeKey]) -> frozenset[NodeKey]:
        """Return which of the documents a viewer has opened; raise the ledger's fault."""
        if not documents:
            return frozenset()
        hidden = {mark: document for document in documents for mark in self._all(_document(document))}
        found = await self._store.seen(list(self._all(_viewer(viewer))), list(hidden))
        return frozenset(hidden[mark] for mark in found)

    async def add(self, viewer: Caller, document: NodeKey, at: datetime) -> datetime:
        """Keep that a viewer opened a document; return when they did so first."""
        marks, whose = list(self._all(_document(document))), list(self._all(_viewer(viewer)))
        await self._store.add(whose[0], marks[0], at)
        return min((await self._store.seen(whose, marks)).values(), default=at)

    async def use(self, viewer: Caller, command: str, key: str, asked: NodeKey, at: datetime) -> Used:
        """Keep what an idempotency key stands for; return since when, and whether it is the same."""
        whose, mark = next(self._all(_viewer(viewer))), next(self._all(_document(asked)))
        kept, before = await self._store.use(KeptUse(whose, command, key, mark, at))
        return Used(kept.at, before, kept.asked == mark)

    def _all(self, body: bytes) -> Iterator[str]:
        return (hmac.digest(key, body, sha256).hex()[:32] for key in self._keys.values())


def _viewer(viewer: Caller) -> bytes:
    return msgspec.msgpack.encode(("viewer", viewer.kind.value, viewer.organisation, viewer.id))


def _document(key: NodeKey) -> bytes:
    return msgspec.msgpack.encode(("document", key))
