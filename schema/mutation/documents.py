"""Commands about documents."""

from datetime import datetime
from typing import Annotated

import strawberry

from resolvers.commands import documents
from resolvers.document import DocumentFallback
from schema.document import Document
from schema.mutation.problems import RuleViolation
from schema.node import Info
from schema.shown import argument, show, shows, told
from schema.tag import PARTNER

KEY = "16 to 64 letters, digits, _ and -: made once for each action of a person, sent again on a retry."


@strawberry.input(description="Which document is to be opened.")
class OpenDocumentInput:
    """What opening a document needs."""

    idempotency_key: strawberry.ID = strawberry.field(description=KEY)
    id: strawberry.ID = strawberry.field(description="The document's id.")


@strawberry.input(description="Which document was opened.")
class MarkDocumentViewedInput:
    """What marking a document as opened needs."""

    idempotency_key: strawberry.ID = strawberry.field(description=KEY)
    id: strawberry.ID = strawberry.field(description="The document's id.")


@shows(documents.OpenedDocument)
class DocumentOpened:
    """The document can be fetched, by this caller alone, with the same `Authorization` or `X-API-Key`."""

    address: str = told("Where, relative to the gateway: `GET` gives the PDF. It holds for a minute or so.")
    expires_at: datetime = told("Until when the address holds.")
    document: Document = told("The document.")
    replayed: bool = told(
        "Whether it was done before, under the same idempotency key: the address is that one."
    )


@shows(documents.ArchivedDocument)
class DocumentInArchive:
    """The document cannot be opened here, and this is where it is."""

    fallback: DocumentFallback = told("Where it is to be had.")
    document: Document = told("The document.")


@shows(documents.ViewedDocument)
class DocumentViewed:
    """The document counts as read by this viewer."""

    document: Document = told("The document.")
    viewed_at: datetime = told("When the viewer opened it first.")
    replayed: bool = told("Whether it was done before, under the same idempotency key.")


OpenDocumentPayload = Annotated[
    DocumentOpened | DocumentInArchive | RuleViolation,
    strawberry.union("OpenDocumentPayload", description="What came of opening a document."),
]
MarkDocumentViewedPayload = Annotated[
    DocumentViewed | RuleViolation,
    strawberry.union("MarkDocumentViewedPayload", description="What came of marking a document as read."),
]


@strawberry.type
class DocumentMutations:
    """Commands about documents."""

    @strawberry.mutation(
        description="Get an address at which a document can be fetched as a PDF, by this caller alone and for a "
        "minute or so. Whoever may see the letter or message may open its document. It is on record, and so is the "
        "fetching, which also makes the card's `readState` READ.",
        directives=[PARTNER],
    )
    async def open_document(
        self, info: Info, input: Annotated[OpenDocumentInput, argument("Which document.")]
    ) -> OpenDocumentPayload:
        """Open a document."""
        asked = documents.About(str(input.id), str(input.idempotency_key))
        done: OpenDocumentPayload = show(await documents.open_document(info.context, asked))
        return done

    @strawberry.mutation(
        description="Say that the viewer has opened a document elsewhere, such as in the archive: `readState` is READ "
        "from then on, for this viewer alone.",
        directives=[PARTNER],
    )
    async def mark_document_viewed(
        self, info: Info, input: Annotated[MarkDocumentViewedInput, argument("Which document.")]
    ) -> MarkDocumentViewedPayload:
        """Mark a document as read."""
        asked = documents.About(str(input.id), str(input.idempotency_key))
        done: MarkDocumentViewedPayload = show(await documents.mark_viewed(info.context, asked))
        return done
