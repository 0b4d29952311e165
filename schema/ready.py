"""Documents that were read and checked before Strawberry sees them."""

from collections.abc import Mapping
from inspect import isawaitable
from typing import Any, cast

import strawberry
from graphql import DocumentNode
from graphql.execution import experimental_execute_incrementally
from strawberry.execution import optimized_is_awaitable


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
