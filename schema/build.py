"""The schema, built for a scheme of CRNs, and printed."""

import re
from collections.abc import Iterable
from functools import cached_property
from typing import Any

import strawberry
from graphql import GraphQLError
from strawberry.extensions.disable_introspection import DisableIntrospection
from strawberry.schema.config import StrawberryConfig

from schema.correspondence import Correspondence
from schema.debt import Debt
from schema.deferring import Executor
from schema.federation import FederatedQuery, Representation, any_scalar, link, say
from schema.interaction import Interaction
from schema.mutation import Mutation
from schema.overview import CARD_TYPES
from schema.query import Query
from schema.scalars import crn_scalar
from schema.subscription import Subscription
from sources.crn import Crn, CrnScheme, ServicesAustralia

_SUGGESTION = re.compile(r" Did you mean [^?]*\?")


class Silent(strawberry.Schema):
    """A schema that logs no error: what went wrong is in its result, and the gateway says what may be said.

    `introspection` is whether everybody is told what it holds.
    """

    introspection = True

    @cached_property
    def printed(self) -> str:
        """The schema in the schema definition language."""
        return self.as_str() + "\n"

    def process_errors(self, errors: list[GraphQLError], execution_context: Any = None) -> None:
        """Write nothing."""

    @staticmethod
    def remove_field_suggestion(error: GraphQLError) -> None:
        """Take what it suggests out of an error, whatever it is about; the library does that for fields alone."""
        error.message = _SUGGESTION.sub("", error.message)


def build(
    scheme: CrnScheme,
    *,
    introspection: bool = True,
    federation: str | None = None,
    executor: type[Executor] = Executor,
) -> Silent:
    """Return the schema. Without `introspection` it neither describes itself nor suggests names.

    With a version of `federation` it is a subgraph, too. `executor` executes its operations.
    """
    made = Silent(
        query=Query if federation is None else FederatedQuery,
        mutation=Mutation,
        subscription=Subscription,
        types=_types(),
        extensions=() if introspection else (DisableIntrospection,),
        schema_directives=() if federation is None else (link(federation),),
        execution_context_class=executor,
        config=StrawberryConfig(
            disable_field_suggestions=not introspection,
            scalar_map={Crn: crn_scalar(scheme), Representation: any_scalar()},
            enable_experimental_incremental_execution=True,
        ),
    )
    made.introspection = introspection
    if federation is not None:
        say(made._schema)
    return made


def sdl(federation: str | None = None) -> str:
    """Return the schema in the schema definition language, as it is committed, or as that of a subgraph."""
    return build(ServicesAustralia(), federation=federation).printed


def _types() -> Iterable[type]:
    return (*CARD_TYPES.values(), Interaction, Correspondence, Debt)
