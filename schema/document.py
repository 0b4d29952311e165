"""Documents as their customers saw them, and whether the viewer has opened them."""

import strawberry

from resolvers import document, opening
from resolvers.document import DocumentFallback
from resolvers.viewing import ReadState
from schema.node import Info
from schema.shown import shows, told, words

for word in (DocumentFallback, ReadState):
    words(word)


@shows(document.Document)
class Document:
    """A letter or message as its customer saw it, or a receipt. Its address is made by `openDocument`, for its caller
    alone."""

    type: str = told("Its media type, such as `application/pdf`.")
    pages: int | None = told("How many pages it has, where that is known.")
    bytes: int | None = told("How large it is, where that is known.")
    language: str | None = told("The language it is written in, as an IETF tag, where that is known.")

    @strawberry.field(description="The opaque, stable id that `openDocument` takes. Not a node id.")
    def id(self, info: Info) -> strawberry.ID:
        """Return the id."""
        shown: document.Document = self  # type: ignore[assignment]
        return strawberry.ID(opening.document_id(info.context, shown))

    @strawberry.field(description="Where it is to be had when it cannot be opened here; null when it can.")
    def fallback(self, info: Info) -> DocumentFallback | None:
        """Return where else it is."""
        shown: document.Document = self  # type: ignore[assignment]
        return opening.fallback(info.context, shown)
