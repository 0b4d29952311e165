"""What the customer was told in writing, and what the customer wrote."""

from datetime import date, datetime
from typing import Annotated

import strawberry

from resolvers.document import written
from schema.connection import Connection
from schema.document import Document
from schema.interaction import SourceRef
from schema.node import Info, Node, item_id
from schema.shown import STEADY, argument, show, shows, told, words
from sources.parts import correspondence
from sources.parts.correspondence import CorrespondenceChannel, CorrespondenceStatus
from sources.parts.interaction import Direction

for word in (CorrespondenceChannel, CorrespondenceStatus):
    words(word)


@shows(correspondence.Correspondence)
class Correspondence(Node):
    """One letter or message."""

    channel: CorrespondenceChannel = told("How it travels.")
    channel_raw: str | None = told("The source's own code for the channel, where it has no counterpart here.")
    direction: Direction = told("From whom to whom.")
    issue_date: date = told("The date printed on it. A letter that is issued again keeps its first date.")
    created_at: datetime = told("When it was made.")
    sent_at: datetime | None = told("When it was sent.")
    title: str = told("Its title at its source.")
    description: str | None = told("A short line that tells its content.")
    template: str | None = told("The code of the template it was made from.")
    reached: CorrespondenceStatus = told(
        "How far it is known to have got. Paper is SENT at most: post tells nobody that it arrived.",
        name="status",
    )
    status_raw: str | None = told("The source's own status code.")
    language: str | None = told("The language it is written in, as an IETF tag.")
    recipient_masked: str | None = told("The number or address it was sent to, masked.")
    bounced: bool = told("Whether it came back. It can turn true a day after the status said SENT.")
    reissue_of: str | None = told("The number of the letter that this one repeats.")
    due_by: date | None = told("The day by which the customer has to act.")
    group: str | None = told("The message group of a desktop message.")
    source: SourceRef = told("Where the record comes from.")

    @strawberry.field(description="The document as the customer saw it; null where there is none.")
    def document(self) -> Document | None:
        """Return the document."""
        found: Document | None = show(written(show(self)))
        return found

    @strawberry.field(description="The opaque, stable id.", metadata={STEADY: True})
    def id(self, info: Info) -> strawberry.ID:
        """Return the id of this piece of correspondence."""
        return item_id("Correspondence", self, info)


CorrespondenceConnection = Connection[Correspondence]


@strawberry.input(description="Which correspondence is wanted. What is left out does not narrow.")
class CorrespondenceFilter:
    """Narrows a list of correspondence."""

    channels: list[CorrespondenceChannel] | None = strawberry.field(
        default=None, description="Only these channels."
    )
    since: date | None = strawberry.field(
        default=None,
        name="from",
        description="Only from this day on, the day included. Messages count by when they were made.",
    )
    until: date | None = strawberry.field(
        default=None,
        name="to",
        description="Only up to this day, the day included. Messages count by when they were made.",
    )


CorrespondenceFilterArgument = Annotated[
    CorrespondenceFilter | None, argument("Which correspondence is wanted.")
]
