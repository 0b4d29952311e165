"""One request runs one operation: a document with several needs the name of one of them."""

from collections.abc import Iterator

from graphql import GraphQLError, OperationDefinitionNode
from strawberry.extensions import SchemaExtension


class OneOperation(SchemaExtension):
    """Refuses a document whose operation to run cannot be told; Strawberry would run its first."""

    def on_validate(self) -> Iterator[None]:
        """Add the refusal before anything runs."""
        context = self.execution_context
        definitions = context.graphql_document.definitions if context.graphql_document is not None else ()
        operations = [one for one in definitions if isinstance(one, OperationDefinitionNode)]
        if len(operations) > 1 and context._provided_operation_name is None:
            ambiguous = GraphQLError("The document holds several operations: name one of them.")
            context.pre_execution_errors = [*(context.pre_execution_errors or ()), ambiguous]
        yield
