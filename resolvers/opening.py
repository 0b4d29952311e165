"""Documents of a request: their ids, whether each can be opened here, and the way back from an id through access."""

from datetime import timedelta
from typing import Any, Final

import msgspec

from resolvers.document import RECEIPT, WRITTEN, Document, DocumentFallback, receipt, written
from resolvers.recency import local_day
from resolvers.scope import Scope
from resolvers.sealing import NodeKey, node_id
from resolvers.search import item_at
from sources.parts import CORRESPONDENCE, INTERACTION, Part

PARTS_OF: Final[dict[str, Part[Any]]] = {WRITTEN: CORRESPONDENCE, RECEIPT: INTERACTION}
"""The part that tells of each kind of document: whoever may see the one may open the other."""


def document_id(scope: Scope, document: Document) -> str:
    """Return the id of a document, opaque and stable."""
    return node_id(scope.sealer, document.key)


def fallback(scope: Scope, document: Document) -> DocumentFallback | None:
    """Return where a document is to be had when not here; None where it can be opened (BR-AC-7)."""
    source = scope.loaders.documents
    if source is None or document.number is None:
        return DocumentFallback.ARCHIVE
    kept = source.retention_days
    first = scope.today - timedelta(days=kept) if kept is not None else None
    old = first is not None and local_day(document.made, scope.policy.tz) < first
    return DocumentFallback.ARCHIVE if old else None


async def document_at(scope: Scope, key: NodeKey) -> Document | None:
    """Return the document of a key, as far as the caller may see what it belongs to; raise the refusal."""
    part = PARTS_OF.get(key.type)
    item = await item_at(scope, key.crn, part, key.native) if part is not None else None
    if item is None:
        return None
    return written(item) if key.type == WRITTEN else receipt(item)


def mark_of(scope: Scope, document: Document) -> str:
    """Return what stands for a document on record: a keyed hash."""
    return scope.sealer.fingerprint("document", msgspec.msgpack.encode(document.key))
