"""Commands about the call that an officer is in."""

from typing import Annotated

import strawberry

from resolvers.commands import call_context
from resolvers.refusal import bad_input
from resolvers.switchboard import IdentifiedBy
from schema.mutation.problems import RuleViolation
from schema.node import Info
from schema.shown import argument, show, shows, told
from sources.crn import Crn


@strawberry.input(
    one_of=True, description="The number of whoever is on the line. Exactly one field must be given."
)
class CallerIdentifier:
    """A number that leads to a customer."""

    crn: strawberry.Maybe[Crn] = strawberry.field(description="A customer reference number.")
    can: strawberry.Maybe[str] = strawberry.field(description="A customer access number: digits.")

    def given(self) -> tuple[IdentifiedBy, str]:
        """Return which number was given, and the number."""
        by, some = (IdentifiedBy.CRN, self.crn) if self.crn is not None else (IdentifiedBy.CAN, self.can)
        if some is None:
            raise bad_input("`customer` has either `crn` or `can`.")
        return by, str(some.value)


@strawberry.input(description="Whom a call is with.")
class SetCallContextInput:
    """What setting the context of a call needs."""

    idempotency_key: strawberry.ID = strawberry.field(
        description="16 to 64 letters, digits, _ and -: made once for each action of a person, sent again on a retry."
    )
    call_id: strawberry.ID = strawberry.field(
        description="The call's number, as `viewer { currentCall { callId } }` says it."
    )
    customer: CallerIdentifier = strawberry.field(description="Who is on the line, by their number.")


@shows(call_context.CallContextSet)
class CallContextSet:
    """The call is with this customer from now on: `viewer { currentCall }` shows them, and nothing of another."""

    replayed: bool = told("Whether it was done before, under the same idempotency key.")

    @strawberry.field(description="The call's number.")
    def call_id(self) -> strawberry.ID:
        """Return the number of the call."""
        done: call_context.CallContextSet = show(self)
        return strawberry.ID(done.call.call_id)


SetCallContextPayload = Annotated[
    CallContextSet | RuleViolation,
    strawberry.union("SetCallContextPayload", description="What came of setting the context of a call."),
]


@strawberry.type
class CallMutations:
    """Commands about calls."""

    @strawberry.mutation(
        description="Say whom the call that you are in is with, by a number that you keyed. For officers. Whoever may "
        "not see the customer is refused. A later word of the telephone system counts before it."
    )
    async def set_call_context(
        self,
        info: Info,
        input: Annotated[SetCallContextInput, argument("Which call, and who is on the line.")],
    ) -> SetCallContextPayload:
        """Set the context of a call."""
        by, number = input.customer.given()
        asked = call_context.SetCallContext(str(input.call_id), by, number, str(input.idempotency_key))
        done: SetCallContextPayload = show(await call_context.set_call_context(info.context, asked))
        return done
