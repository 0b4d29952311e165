"""Where a caller starts."""

from typing import Annotated

import strawberry

from resolvers import finding, search
from resolvers.criteria import criteria
from schema.cost import asked, page, some, weight
from schema.customer import Customer
from schema.gaps import tell_gaps
from schema.node import Info, Node
from schema.search import AfterHit, CustomerConnection, CustomerSearch, FirstHits
from schema.shown import PerViewer, argument, show
from schema.source import Source
from schema.tag import PARTNER
from schema.viewer import Viewer
from schema.wanted import selected, wanted
from sources.crn import Crn


@strawberry.input(
    one_of=True, description="One number that leads to a customer. Exactly one field must be given."
)
class CustomerIdentifier:
    """A number of any of the systems that number customers."""

    crn: strawberry.Maybe[Crn] = strawberry.field(
        description="A customer reference number, canonical or not."
    )
    can: strawberry.Maybe[str] = strawberry.field(description="A customer access number: digits.")
    csrn: strawberry.Maybe[str] = strawberry.field(
        description="A Child Support reference number: digits, never repaired."
    )
    csid: strawberry.Maybe[str] = strawberry.field(
        description="A Child Support identifier: digits, never repaired."
    )
    citizen_id: strawberry.Maybe[str] = strawberry.field(
        description="A council's number for a citizen's account."
    )
    alias: strawberry.Maybe[str] = strawberry.field(
        description="Any other number that a source knows the customer by."
    )

    def given(self) -> tuple[str, str]:
        """Return the name of the field that was given, and its value."""
        name, some = next((name, some) for name, some in vars(self).items() if some is not None)
        return name, some.value


@strawberry.type(description="Where a caller starts.")
class Query:
    """The root of every query."""

    @strawberry.field(
        description="Who asks: kind, scopes, presentation.",
        directives=[PerViewer(), PARTNER],
    )
    def viewer(self, info: Info) -> Viewer:
        """Return the caller."""
        asking: Viewer = show(info.context.caller)
        return asking

    @strawberry.field(
        description="One customer; null when nobody has the number. Other numbers of a person lead to the person.",
        directives=[PARTNER],
    )
    async def customer(
        self, info: Info, crn: Annotated[Crn, argument("The customer's number.")]
    ) -> Customer | None:
        """Return a customer."""
        found: Customer | None = show(await search.by_crn(info.context, crn, wanted(info)))
        tell_gaps(info, [found])
        return found

    @strawberry.field(
        description="The customer that a number of any system leads to; null when it leads to nobody.",
        directives=[PARTNER],
    )
    async def customer_by(
        self,
        info: Info,
        identifier: Annotated[CustomerIdentifier, argument("The number, and which system's it is.")],
    ) -> Customer | None:
        """Return a customer by one of their numbers."""
        found: Customer | None = show(
            await search.by_identifier(info.context, *identifier.given(), wanted(info))
        )
        tell_gaps(info, [found])
        return found

    @strawberry.field(
        description="Several customers: as many as asked, in the order asked, "
        "null where nobody is known by the number.",
        directives=[asked("crns")],
    )
    async def customers(
        self, info: Info, crns: Annotated[list[Crn], argument("The customers' numbers.")]
    ) -> list[Customer | None]:
        """Return customers in the order asked."""
        found: list[Customer | None] = show(await search.by_crns(info.context, crns, wanted(info)))
        tell_gaps(info, found)
        return found

    @strawberry.field(
        description="People, found by whatever is known of them. Whole words come first, then beginnings of words, "
        "then what sounds alike; each of them by name. Give either `quick` or `advanced`.",
        directives=[weight(10), page()],
    )
    async def search_customers(
        self,
        info: Info,
        quick: Annotated[
            str | None,
            argument(
                "Up to 8 words; each must match a name, a number, a telephone number, an e-mail address, a word of an "
                "address, or a date of birth such as 12/03/1989."
            ),
        ] = None,
        advanced: Annotated[CustomerSearch | None, argument("What is known, field by field.")] = None,
        first: FirstHits = 20,
        after: AfterHit = None,
    ) -> CustomerConnection:
        """Return a page of the people who are found."""
        scope = info.context
        known = vars(advanced) if advanced is not None else None
        looked_for = finding.Search(
            criteria(quick, known, protected_names=scope.caller.is_staff),
            wanted(info, "edges", "node"),
            "possibleDuplicates" in selected(info, "edges"),
        )
        found: CustomerConnection = show(
            await finding.search(scope, looked_for, first, after, info.path.as_list())
        )
        tell_gaps(info, [edge.node for edge in found.edges], "edges", "node")
        return found

    @strawberry.field(
        description="The sources: health, freshness, retention, capabilities. No person in it.",
        directives=[some(10)],
    )
    def sources(self, info: Info) -> list[Source]:
        """Return the state of every source."""
        states: list[Source] = show(list(info.context.source_states()))
        return states

    @strawberry.field(
        description="What an id stands for; null when that is nothing known. What may not be seen is refused.",
        directives=[PARTNER],
    )
    async def node(
        self, info: Info, id: Annotated[strawberry.ID, argument("An id that the gateway gave.")]
    ) -> Node | None:
        """Return what an id stands for."""
        found: Node | None = show(await search.by_node_id(info.context, id, wanted(info)))
        tell_gaps(info, [found])
        return found
