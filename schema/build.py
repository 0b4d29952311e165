"""The schema, built for a scheme of CRNs, and printed."""

import re
from collections.abc import Iterable
from typing import Any

import strawberry
from graphql import GraphQLError
from strawberry.extensions.disable_introspection import DisableIntrospection
from strawberry.schema.config import StrawberryConfig

from schema.correspondence import Correspondence
from schema.debt import Debt
from schema.interaction import Interaction
from schema.mutation import Mutation
from schema.overview import CARD_TYPES
from schema.query import Query
from schema.ready import Ready
from schema.scalars import crn_scalar
from schema.subscription import Subscription
from sources.crn import Crn, CrnScheme, ServicesAustralia

_SUGGESTION = re.compile(r" Did you mean [^?]*\?")


class Silent(strawberry.Schema):
    """A schema that logs no error: what went wrong is in its result, and the gateway says what may be said."""

    def process_errors(self, errors: list[GraphQLError], execution_context: Any = None) -> None:
        """Write nothing."""

    @staticmethod
    def remove_field_suggestion(error: GraphQLError) -> None:
        """Take what it suggests out of an error, whatever it is about; the library does that for fields alone."""
        error.message = _SUGGESTION.sub("", error.message)


def build(
    scheme: CrnScheme, *, introspection: bool = True, executor: type[Any] | None = None
) -> strawberry.Schema:
    """Return the schema. Without `introspection` it neither describes itself nor suggests names.

    `executor` executes its operations, in the place of the library's own.
    """
    extensions: list[Any] = [Ready]
    if not introspection:
        extensions.append(DisableIntrospection)
    return Silent(
        query=Query,
        mutation=Mutation,
        subscription=Subscription,
        types=_types(),
        extensions=extensions,
        execution_context_class=executor,
        config=StrawberryConfig(
            disable_field_suggestions=not introspection, scalar_map={Crn: crn_scalar(scheme)}
        ),
    )


def sdl() -> str:
    """Return the schema in the schema definition language, as it is committed."""
    return build(ServicesAustralia()).as_str() + "\n"


def _types() -> Iterable[type]:
    return (*CARD_TYPES, Interaction, Correspondence, Debt)
