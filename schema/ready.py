"""Documents that were read and checked before Strawberry sees them."""

from collections.abc import Iterator, Mapping
from inspect import isawaitable
from typing import Any, Final, cast

import strawberry
from graphql import DocumentNode
from graphql.execution import experimental_execute_incrementally
from strawberry.execution import optimized_is_awaitable
from strawberry.extensions import SchemaExtension

READY: Final = "document"
"""Under which name such a document comes along with an operation."""


async def executed(
    schema: strawberry.Schema,
    document: DocumentNode,
    variables: dict[str, Any] | None,
    context: Any,
    name: str | None,
    along: Mapping[str, Any],
) -> Any:
    """Return what the library makes of such a document, executed as the schema executes one.

    What stands around that there, extensions that watch a document being read and checked, has nothing to see here.
    """
    result = experimental_execute_incrementally(
        schema._schema,
        document,
        context_value=context,
        variable_values=variables,
        operation_name=name,
        executor_class=schema.execution_context_class,
        is_awaitable=cast(Any, optimized_is_awaitable),
        operation_extensions=along,
    )
    return await result if isawaitable(result) else result


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
