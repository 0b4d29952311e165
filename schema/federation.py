"""The gateway as a subgraph of others: what a router asks of it, and what is printed for whoever composes."""

import copy
from collections.abc import Mapping
from typing import Annotated, Any, Final, NewType

import strawberry
from graphql import GraphQLSchema
from strawberry.federation.schema_directives import Key, Link, Shareable
from strawberry.federation.types import FieldSet, LinkImport
from strawberry.types.scalar import ScalarDefinition

from resolvers.caller import SCHEMA_READ
from resolvers.entities import by_representations
from resolvers.refusal import Refusal
from schema.correspondence import Correspondence
from schema.cost import DEFINITION, asked
from schema.customer import Customer
from schema.debt import Debt
from schema.gaps import tell_gaps
from schema.interaction import Interaction
from schema.node import Info
from schema.query import Query
from schema.shown import argument, show
from schema.wanted import wanted

BY_CRN: Final = Key(fields=FieldSet("crn"))
BY_ID: Final = Key(fields=FieldSet("id"))

SAID: Final[Mapping[str, tuple[object, ...]]] = {
    "Customer": (BY_CRN, BY_ID),
    "Interaction": (BY_ID,),
    "Correspondence": (BY_ID,),
    "Debt": (BY_ID,),
    # every graph with connections has one, and all of them mean the same
    "PageInfo": (Shareable(),),
}
"""What a subgraph says of its types, beside what is said to everybody."""

IMPORTED: Final = tuple(map(LinkImport, ("@key", "@shareable", "@tag")))

Representation = NewType("Representation", object)

Entity = Annotated[
    Customer | Correspondence | Debt | Interaction,
    strawberry.union("_Entity", description="What a router asks for by its key."),
]


@strawberry.type(
    name="_Service", description="This graph, as whoever composes it with others has to know it."
)
class Service:
    """The subgraph."""

    sdl: str = strawberry.field(description="The schema, with the directives of federation.")


@strawberry.type(name="Query", description="Where a caller starts.")
class FederatedQuery(Query):
    """The root of every query, with the two fields that routers ask for."""

    @strawberry.field(
        name="_service",
        description="The schema as a subgraph. Where the schema is not told to everybody, the scope `schema:read` is "
        "needed.",
    )
    def subgraph(self, info: Info) -> Service:
        """Return what the subgraph says of itself."""
        schema: Any = info.schema
        if not schema.introspection and SCHEMA_READ not in info.context.caller.scopes:
            raise Refusal("FORBIDDEN_FIELD")
        return Service(sdl=schema.printed)

    @strawberry.field(
        name="_entities",
        description="What stands behind keys, in the order asked: null where that is nothing known. Customers count "
        "and are decided on as those of `customers` are.",
        directives=[asked("representations")],
    )
    async def entities(
        self,
        info: Info,
        representations: Annotated[
            list[Representation], argument("A `__typename` each, and the fields of one of its keys.")
        ],
    ) -> list[Entity | None]:
        """Return what representations stand for."""
        found: list[Entity | None] = show(
            await by_representations(info.context, representations, wanted(info))
        )
        tell_gaps(info, found)
        return found


def any_scalar() -> ScalarDefinition:
    """Return the scalar of a representation: whatever is sent; what it has to be is seen when it is resolved."""
    return strawberry.scalar(
        name="_Any",
        description="An object with a `__typename` and the fields of a key.",
        parse_value=lambda one: one,
    )


def link(version: str) -> Link:
    """Return the link of a schema to a version of the specification."""
    return Link(url=f"https://specs.apollo.dev/federation/v{version}", import_=list(IMPORTED))


def say(schema: GraphQLSchema) -> None:
    """Have a schema, and no other that is made of the same types, say what a subgraph says of its types."""
    for name, directives in SAID.items():
        extensions = schema.type_map[name].extensions
        told: Any = copy.copy(extensions[DEFINITION])
        told.directives = [*(told.directives or ()), *directives]
        extensions[DEFINITION] = told
