"""Documents as they are offered: what is known of each, and where it is to be had. Pure."""

from datetime import datetime
from typing import Final

from msgspec import Struct

from resolvers.sealing import NodeKey
from sources.crn import Crn
from sources.document import PDF
from sources.parts import Correspondence, Interaction
from sources.words import Word

WRITTEN: Final = "Document"
RECEIPT: Final = "Receipt"


class DocumentFallback(Word):
    """Where a document is to be had that cannot be opened here."""

    ARCHIVE = (
        "ARCHIVE",
        "The archive of the body: the document is older than its source keeps it, or a receipt.",
    )


class Document(Struct, frozen=True):
    """What is known of a document. `native` is the number of the letter, message or transaction that it belongs to,
    `made` when that was made, and `number` the document's own at the system that has it; None where none has it."""

    kind: str
    crn: Crn
    native: str
    made: datetime
    type: str
    number: str | None = None
    pages: int | None = None
    bytes: int | None = None
    language: str | None = None

    @property
    def key(self) -> NodeKey:
        """What its id is made from."""
        return NodeKey(self.kind, self.crn, self.native)


def written(item: Correspondence) -> Document | None:
    """Return the document of a letter or message; None where there is none."""
    told = item.document
    if told is None:
        return None
    return Document(
        WRITTEN,
        item.crn,
        item.id,
        item.created_at,
        told.type,
        None if told.archived else told.number,
        told.pages,
        told.bytes,
        told.language or item.language,
    )


def receipt(item: Interaction) -> Document | None:
    """Return the receipt of a transaction, which only the archive has; None where it was given no number."""
    if item.receipt_number is None:
        return None
    return Document(RECEIPT, item.crn, item.id, item.started_at, PDF)
