"""Documents that were read and checked before Strawberry sees them."""

from collections.abc import Iterator
from typing import Final

from graphql import DocumentNode
from strawberry.extensions import SchemaExtension

READY: Final = "document"
"""Under which name such a document comes along with an operation."""


class Ready(SchemaExtension):
    """Takes a document that comes along as it is: it is neither read nor validated again."""

    def on_parse(self) -> Iterator[None]:
        """Put it where the library looks for what it has read."""
        document = self._document()
        if document is not None:
            self.execution_context.graphql_document = document
        yield

    def on_validate(self) -> Iterator[None]:
        """Say that nothing is wrong with it."""
        if self._document() is not None:
            self.execution_context.pre_execution_errors = []
        yield

    def _document(self) -> DocumentNode | None:
        along = self.execution_context.operation_extensions or {}
        found: DocumentNode | None = along.get(READY)
        return found
