"""Which documents a viewer has opened (BR-CO-22): each viewer for themselves, kept in the ledger, read in one look."""

from collections.abc import Callable, Collection, Coroutine
from datetime import datetime
from typing import Any, Protocol

from msgspec import Struct

from resolvers.caller import Caller
from resolvers.document import Document
from resolvers.scope import Failure, Scope
from resolvers.sealing import NodeKey
from sources.errors import Fault
from sources.words import Word


class ReadState(Word):
    """Whether the viewer has opened a document."""

    UNREAD = "UNREAD", "The viewer has not opened it."
    READ = "READ", "The viewer has opened it, here or, by their own word, in the archive."
    NOT_APPLICABLE = "NOT_APPLICABLE", "There is no document."
    UNKNOWN = "UNKNOWN", "It cannot be told now: what was opened cannot be read. An error says why."


class Used(Struct, frozen=True):
    """When an idempotency key was used first, whether that was before, and whether it was for the same."""

    at: datetime
    before: bool
    same: bool


class Views(Protocol):
    """Where it is kept what was opened. Every method may raise a `Fault`."""

    async def seen(self, viewer: Caller, documents: Collection[NodeKey]) -> frozenset[NodeKey]:
        """Return which of the documents a viewer has opened."""

    async def add(self, viewer: Caller, document: NodeKey, at: datetime) -> datetime:
        """Keep that a viewer opened a document; return when they did so first."""

    async def use(self, viewer: Caller, command: str, key: str, asked: NodeKey, at: datetime) -> Used:
        """Keep that an idempotency key of a viewer stands for a command and what it was asked about."""


def has_opened(views: Views, viewer: Caller) -> Callable[[list[NodeKey]], Coroutine[Any, Any, list[bool]]]:
    """Return what tells of many documents at once whether a viewer has opened each; it raises the ledger's fault."""

    async def batch(documents: list[NodeKey]) -> list[bool]:
        seen = await views.seen(viewer, documents)
        return [one in seen for one in documents]

    return batch


async def read_state(scope: Scope, document: Document | None, path: Collection[str | int]) -> ReadState:
    """Return whether the viewer has opened a document. When that cannot be read, one error says so at the path."""
    if document is None:
        return ReadState.NOT_APPLICABLE
    if scope.has_opened is None:
        return ReadState.UNKNOWN
    try:
        return ReadState.READ if await scope.has_opened(document.key) else ReadState.UNREAD
    except Fault as fault:  # the same one for all that were asked about together
        if not any(one.fault is fault for one in scope.failures):
            scope.failures.append(Failure(tuple(path), fault))
        return ReadState.UNKNOWN
