"""The call that the viewer is in: the screen pop."""

from datetime import datetime

import strawberry

from resolvers import screen_pop, switchboard
from resolvers.switchboard import IdentifiedBy, TelephonyState
from schema.customer import Customer
from schema.gaps import tell_gaps
from schema.node import Info
from schema.shown import show, shows, told, words
from schema.wanted import wanted

for word in (IdentifiedBy, TelephonyState):
    words(word)


@shows(switchboard.CurrentCall)
class CurrentCall:
    """A call that the viewer is in, as the telephone system tells it. That somebody gave a number proves nothing."""

    call_id: strawberry.ID = told("The call's number at the telephone system.")
    answered_at: datetime = told("When an officer answered it.")
    by: IdentifiedBy | None = told(
        "Which number the person on the line gave; null until one is known: ask for it.", name="identifiedBy"
    )

    @strawberry.field(
        description="The customer whom that number leads to; null until one is known, and when it leads to nobody. "
        "The overview beneath is that of this call."
    )
    async def customer(self, info: Info) -> Customer | None:
        """Return the customer on the line."""
        found: Customer | None = show(await screen_pop.customer_on(info.context, show(self), wanted(info)))
        tell_gaps(info, [found])
        return found
