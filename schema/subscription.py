"""What a caller can follow. Each field is answered at once, and again whenever its answer has become another one.

The fields are resolved like those of a query, as often as there may be something new: who decides when is the gateway.
"""

from typing import Annotated

import strawberry

from resolvers import search
from resolvers.screen_pop import line_of
from schema.cost import some
from schema.current_call import CurrentCall
from schema.customer import Customer
from schema.gaps import tell_gaps
from schema.node import Info
from schema.shown import argument, show
from schema.source import Source
from schema.wanted import wanted
from sources.crn import Crn

Number = Annotated[Crn, argument("The customer's number.")]


@strawberry.type(
    description="What a caller can follow: the whole answer at once, and again whenever it has become another one."
)
class Subscription:
    """The root of every subscription."""

    @strawberry.field(
        description="A customer whose overview is followed; null when nobody has the number. Select what is drawn: "
        "an answer comes whenever any of it has changed."
    )
    async def overview_changed(self, info: Info, crn: Number) -> Customer | None:
        """Return the customer as it is now."""
        return await _customer(info, crn)

    @strawberry.field(
        description="A customer of whom anything is followed; null when nobody has the number. An answer comes "
        "whenever any of what is selected has changed."
    )
    async def customer_changed(self, info: Info, crn: Number) -> Customer | None:
        """Return the customer as it is now."""
        return await _customer(info, crn)

    @strawberry.field(
        description="The call that the viewer is in, in this log-in, with the customer on the line; null while there "
        "is none, or telephony is down. An answer comes when the telephone rings, and when the call is over."
    )
    async def screen_pop(self, info: Info) -> CurrentCall | None:
        """Return the call under way."""
        call: CurrentCall | None = show((await line_of(info.context)).call)
        return call

    @strawberry.field(
        description="The sources. An answer comes when one of them has become healthy, or is not any more. No person "
        "in it.",
        directives=[some(10)],
    )
    def source_health_changed(self, info: Info) -> list[Source]:
        """Return the state of every source."""
        states: list[Source] = show(list(info.context.source_states()))
        return states


async def _customer(info: Info, crn: Crn) -> Customer | None:
    found: Customer | None = show(await search.by_crn(info.context, crn, wanted(info)))
    tell_gaps(info, [found])
    return found
