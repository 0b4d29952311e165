"""Commands about access to customers."""

from datetime import datetime
from typing import Annotated

import strawberry

from resolvers.commands import break_glass
from schema.mutation.problems import RuleViolation
from schema.node import Info
from schema.shown import argument, show, shows, told
from sources.crn import Crn


@strawberry.input(description="Which customer is to be opened, why, and for how long.")
class BreakGlassInput:
    """What breaking the glass needs."""

    idempotency_key: strawberry.ID = strawberry.field(
        description="16 to 64 letters, digits, _ and -: made once for each action of a person, sent again on a retry."
    )
    crn: Crn = strawberry.field(description="The customer's number.")
    reason: str = strawberry.field(
        description="Why this customer, why now: 20 to 1000 characters. Somebody will review it."
    )
    interaction_id: str = strawberry.field(description="The interaction that it is needed for.")
    minutes: int = strawberry.field(default=60, description="For how many minutes; the policy's limit is 60.")


@shows(break_glass.BrokenGlass)
class GlassBroken:
    """The customer is open to this officer, every section, until a moment. It is on record and will be reviewed."""

    grant_id: strawberry.ID = told("The number under which it is reviewed.")
    until: datetime = told("When it ends, by itself.")
    replayed: bool = told("Whether it was done before, under the same idempotency key.")


BreakGlassPayload = Annotated[
    GlassBroken | RuleViolation,
    strawberry.union("BreakGlassPayload", description="What came of breaking the glass."),
]


@strawberry.type
class AccessMutations:
    """Commands about access."""

    @strawberry.mutation(
        description="Open one customer beyond the usual, for a stated reason, for a while: every section, whatever the "
        "officer's scopes, and whatever was opened before. Needs the scope `breakglass:use` and a log-in of the last "
        "five minutes. Never somebody close; a restricted record only where the policy says so."
    )
    async def break_glass(
        self, info: Info, input: Annotated[BreakGlassInput, argument("What is to be opened, and why.")]
    ) -> BreakGlassPayload:
        """Break the glass."""
        asked = break_glass.BreakGlass(
            crn=input.crn,
            reason=input.reason,
            interaction=input.interaction_id,
            minutes=input.minutes,
            key=str(input.idempotency_key),
        )
        done: BreakGlassPayload = show(await break_glass.break_glass(info.context, asked))
        return done
