"""What happened between the customer and the body."""

from datetime import date, datetime
from typing import Annotated

import strawberry

from schema.connection import Connection
from schema.node import Info, Node, item_id
from schema.shown import STEADY, argument, shows, told, words
from sources.parts import interaction
from sources.parts.interaction import Channel, Direction, InteractionKind, Outcome

for word in (Channel, Direction, Outcome, InteractionKind):
    words(word)


@shows(interaction.SourceRef)
class SourceRef:
    """Where a record comes from."""

    system: str = told("The system that keeps the record.")
    native_id: str = told("The record's number in that system.")


@shows(interaction.Location)
class Location:
    """A service centre."""

    name: str = told("The centre's name.")
    zone: str = told("The centre's own time zone, an IANA name such as Australia/Perth.")


@shows(interaction.Interaction)
class Interaction(Node):
    """One thing that happened between the customer and the body, on any channel."""

    kind: InteractionKind = told("What kind of thing happened.")
    kind_raw: str | None = told("The source's own code, where it has no counterpart here.")
    channel: Channel = told("The way it took.")
    direction: Direction = told("From whom to whom.")
    started_at: datetime = told("When it began.")
    ended_at: datetime | None = told("When it ended; null while it goes on or where the source does not say.")
    title: str = told("What it was, in a few words.")
    summary: str | None = told("What was said or done, in a sentence.")
    activity: str | None = told("The source's activity code.")
    outcome: Outcome = told("What came of it.")
    status_raw: str | None = told("The source's own word for how far it got.")
    officer: str | None = told("The staff id of the officer who handled it.")
    department: str | None = told("The department that handled it.")
    service_area: str | None = told("The service area it belongs to.")
    contact_type: str | None = told("The type of contact within the service area.")
    location: Location | None = told("The service centre, for a visit.")
    queue: str | None = told("The queue or line of business.")
    queue_position: int | None = told("The customer's place in the queue when it was kept.")
    callback_at: datetime | None = told("When the customer is to be called back.")
    transferred: bool = told("Whether it was passed on to somebody else.")
    avoidable: bool | None = told("Whether the contact was avoidable (NI 14), where it was assessed.")
    avoidable_reason: str | None = told("Why it was avoidable.")
    receipt_number: str | None = told("The receipt number given to the customer.")
    source: SourceRef = told("Where the record comes from.")
    recorded_at: datetime = told("When its source learnt of it.")

    @strawberry.field(description="The opaque, stable id.", metadata={STEADY: True})
    def id(self, info: Info) -> strawberry.ID:
        """Return the id of this interaction."""
        return item_id("Interaction", self, info)


InteractionConnection = Connection[Interaction]


@strawberry.input(description="Which interactions are wanted. What is left out does not narrow.")
class InteractionFilter:
    """Narrows a list of interactions."""

    kinds: list[InteractionKind] | None = strawberry.field(default=None, description="Only these kinds.")
    channels: list[Channel] | None = strawberry.field(default=None, description="Only these channels.")
    since: date | None = strawberry.field(
        default=None, name="from", description="Only from this local day on, the day included."
    )
    until: date | None = strawberry.field(
        default=None, name="to", description="Only up to this local day, the day included."
    )


InteractionFilterArgument = Annotated[InteractionFilter | None, argument("Which interactions are wanted.")]
