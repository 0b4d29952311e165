"""What a caller can do: one module for each family of commands."""

import strawberry

from schema.mutation.access import AccessMutations

__all__ = ["Mutation"]


@strawberry.type(description="What a caller can do. Every command is on record.")
class Mutation(AccessMutations):
    """The root of every mutation."""
