"""The activities that a card counts, and what is known of each by the kind of thing it is."""

from datetime import date, datetime
from typing import Annotated, TypeAlias

import strawberry

from resolvers.cards import activity
from resolvers.cards.activity import NumberChange
from schema.colour import IconColour
from schema.document import Document
from schema.interaction import SourceRef
from schema.shown import shows, told, words
from sources.parts.correspondence import CorrespondenceStatus
from sources.parts.interaction import Channel, Direction, Outcome

Day: TypeAlias = date

words(NumberChange)


@shows(activity.CallDetails)
class CallDetails:
    """What is known of a call."""

    queue: str | None = told("The queue or line of business.")
    ended_at: datetime | None = told("When it ended.")
    transferred: bool = told("Whether it was passed on.")
    queue_position: int | None = told("The place in the queue that the customer kept.")
    callback_at: datetime | None = told("When the customer is to be called back.")


@shows(activity.VisitDetails)
class VisitDetails:
    """What is known of a visit."""

    location: str | None = told("The service centre.")
    local_time: datetime = told("When it was, in the centre's own time.")
    time_zone: str = told("The centre's own time zone, an IANA name.")
    queue: str | None = told("The queue at the centre.")
    contact_type: str | None = told("The type of contact, for a visit without an appointment.")


@shows(activity.DigitalDetails)
class DigitalDetails:
    """What is known of a transaction."""

    status: str | None = told("How far it got, in the source's own word.")
    receipt_number: str | None = told("The receipt number that the customer was given.")
    receipt: Document | None = told("The receipt; null where the customer was given no number.")
    finished: bool | None = told("Whether it was finished; null where that is not known.")


@shows(activity.PhoneNumberDetails)
class PhoneNumberDetails:
    """What is known of an update of a telephone number."""

    change: NumberChange = told("Whether the number was updated, only confirmed, or neither.")
    receipt_number: str | None = told("The receipt number that the customer was given.")
    receipt: Document | None = told("The receipt; null where the customer was given no number.")


@shows(activity.LetterDetails)
class LetterDetails:
    """What is known of a letter."""

    status: CorrespondenceStatus = told("How far it is known to have got. Paper is SENT at most.")
    language: str | None = told("The language it is written in, as an IETF tag.")
    due_by: Day | None = told("The day by which the customer has to act.")
    reissued: bool = told("Whether it repeats an earlier letter and keeps that one's date.")
    bounced: bool = told("Whether it came back.")


@shows(activity.MessageDetails)
class MessageDetails:
    """What is known of an e-mail, text message, push notification or fax."""

    status: CorrespondenceStatus = told("How far it is known to have got.")
    language: str | None = told("The language it is written in, as an IETF tag.")
    recipient_masked: str | None = told("The number or address it was sent to, masked.")
    bounced: bool = told("Whether it came back.")


ActivityDetails = Annotated[
    CallDetails | VisitDetails | DigitalDetails | PhoneNumberDetails | LetterDetails | MessageDetails,
    strawberry.union(
        "ActivityDetails", description="What is known of an activity, by the kind of thing it is."
    ),
]


@shows(activity.Activity)
class Activity:
    """One of the things that a card counts."""

    id: strawberry.ID = told("Its number at its source; unique within its card.")
    at: datetime = told("When it happened.")
    title: str = told("What it was.")
    description: str | None = told("A short line that tells its content.")
    channel: Channel | None = told("The way it took; null for what happened inside the body.")
    direction: Direction = told("From whom to whom.")
    outcome: Outcome = told("What came of it.")
    colour: IconColour = told("The colour of its icon.")
    details: ActivityDetails | None = told("What else is known of it.")
    document: Document | None = told(
        "The letter or message as the customer saw it; null where there is none."
    )
    source: SourceRef = told("Where the record comes from.")
