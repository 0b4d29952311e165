"""What a caller can do: one module for each family of commands."""

import strawberry

from schema.mutation.access import AccessMutations
from schema.mutation.cache import CacheMutations
from schema.mutation.call import CallMutations
from schema.mutation.documents import DocumentMutations

__all__ = ["Mutation"]


@strawberry.type(description="What a caller can do. Every command is on record.")
class Mutation(AccessMutations, CacheMutations, CallMutations, DocumentMutations):
    """The root of every mutation."""
