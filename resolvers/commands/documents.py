"""Opening a document (BR-CO-20), and marking it as read (BR-CO-22).

Opening gives its caller alone an address that holds for a minute. Whoever asks for that address is decided on again.
"""

from collections.abc import Mapping
from datetime import datetime, timedelta
from typing import Any, Final

import msgspec
from msgspec import Struct

from resolvers.caller import Caller, CallerKind, Purpose
from resolvers.commands.keys import check_key
from resolvers.commands.problems import RuleViolation
from resolvers.document import Document, DocumentFallback
from resolvers.opening import document_at, fallback, mark_of
from resolvers.refusal import Refusal
from resolvers.scope import Act, Scope
from resolvers.sealing import Sealer, node_key
from resolvers.viewing import Used, Views
from sources.crn import Crn

OPEN: Final = "openDocument"
MARK: Final = "markDocumentViewed"
ACTIONS: Final[Mapping[str, str]] = {OPEN: "document_address", MARK: "document_marked"}
SHOWN: Final = "document_opened"
"""The action on record of the moment at which a document is fetched for its viewer."""

_USE: Final = "document address"


class Pass(Struct, frozen=True, array_like=True):
    """What an address holds, sealed: for whom, which document, until when, why, in which interaction."""

    kind: CallerKind
    organisation: str
    caller: str
    crn: Crn
    native: str
    until: datetime
    purpose: Purpose | None = None
    interaction: str | None = None

    def is_for(self, caller: Caller) -> bool:
        """Tell whether it is this caller's."""
        return (self.kind, self.organisation, self.caller) == (caller.kind, caller.organisation, caller.id)


class About(Struct, frozen=True):
    """What is asked for: the id of a document, and the idempotency key."""

    id: str
    key: str


class OpenedDocument(Struct, frozen=True):
    """A document can be fetched at an address, until a moment."""

    address: str
    expires_at: datetime
    document: Document
    replayed: bool


class ArchivedDocument(Struct, frozen=True):
    """A document is to be had elsewhere."""

    fallback: DocumentFallback
    document: Document


class ViewedDocument(Struct, frozen=True):
    """The viewer has opened a document, and when that was so first."""

    document: Document
    viewed_at: datetime
    replayed: bool


async def open_document(scope: Scope, asked: About) -> OpenedDocument | ArchivedDocument | RuleViolation:
    """Return an address for a document. Raise the refusal, or the fault of the ledger."""
    found = await _begun(scope, OPEN, asked)
    if isinstance(found, RuleViolation):
        return found
    document, used = found
    elsewhere = fallback(scope, document)
    if elsewhere is not None:
        return ArchivedDocument(elsewhere, document)
    until = used.at + timedelta(seconds=scope.address_seconds)
    await put_on_record(scope, ACTIONS[OPEN], document)
    caller = scope.caller
    passed = Pass(
        caller.kind,
        caller.organisation,
        caller.id,
        document.crn,
        document.native,
        until,
        scope.purpose,
        scope.interaction,
    )
    return OpenedDocument(address_for(scope.sealer, passed), until, document, used.before)


async def mark_viewed(scope: Scope, asked: About) -> ViewedDocument | RuleViolation:
    """Keep that the viewer has opened a document, wherever. Raise the refusal, or the fault of the ledger."""
    found = await _begun(scope, MARK, asked)
    if isinstance(found, RuleViolation):
        return found
    document, used = found
    await put_on_record(scope, ACTIONS[MARK], document)
    first = await _views(scope).add(scope.caller, document.key, scope.now)
    return ViewedDocument(document, first, used.before)


def address_for(sealer: Sealer, passed: Pass) -> str:
    """Return the address that holds a pass, relative to the gateway."""
    return f"/documents/{sealer.seal(_USE, msgspec.msgpack.encode(passed))}"


def pass_of(sealer: Sealer, token: str) -> Pass | None:
    """Return what an address holds; None for one that was not made here."""
    try:
        return msgspec.msgpack.decode(sealer.open(_USE, token), type=Pass)
    except (ValueError, msgspec.MsgspecError):
        return None


async def put_on_record(scope: Scope, action: str, document: Document) -> None:
    """Put on record what is about to happen with a document; raise the refusal when that cannot be done."""
    crn = document.crn
    scope.acts[crn] = Act(action, mark_of(scope, document))
    scope.loaders.recorded.pop(crn, None)  # each of several documents of a request is an event of its own
    await scope.record(scope)


async def _begun(scope: Scope, command: str, asked: About) -> tuple[Document, Used] | RuleViolation:
    """Return the document that the caller may see, with what its key stands for; nothing has happened yet."""
    check_key(asked.key)
    key = node_key(scope.sealer, asked.id)
    document = await document_at(scope, key) if key is not None else None
    if document is None:
        return RuleViolation("NOT_FOUND", "No document is known by this id.")
    used = await _views(scope).use(scope.caller, command, asked.key, document.key, scope.now)
    return (document, used) if used.same else RuleViolation("IDEMPOTENCY_KEY_REUSED")


def _views(scope: Scope) -> Views:
    views: Any = scope.views
    if views is None:
        raise Refusal("UNSUPPORTED_BY_SOURCE")
    kept: Views = views
    return kept
