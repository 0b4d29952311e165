"""What cards are made of: activities, and the declaration of a card kind."""

from collections.abc import Callable, Iterable, Mapping
from datetime import date, datetime
from typing import Any, Final, TypeAlias, TypeVar
from zoneinfo import ZoneInfo

from msgspec import Struct

from resolvers.document import Document
from resolvers.policy import Labels, Policy
from resolvers.recency import local_day
from sources.parts import Part
from sources.parts.correspondence import CorrespondenceStatus
from sources.parts.history import Keyset
from sources.parts.interaction import Channel, Direction, Outcome, SourceRef
from sources.words import Word

R = TypeVar("R")


class Kind(Word):
    """What a card counts."""

    ONLINE_LETTER = "ONLINE_LETTER", "A letter in the online inbox."
    PAPER_LETTER = "PAPER_LETTER", "A letter by post; it does not prove delivery."
    EMAIL = "EMAIL", "An e-mail."
    SMS = "SMS", "A text message."
    PUSH_NOTIFICATION = "PUSH_NOTIFICATION", "A push notification of the mobile app."
    INBOUND_CALL = "INBOUND_CALL", "The customer called and spoke with an officer."
    OUTBOUND_CALL = "OUTBOUND_CALL", "An officer called the customer."
    ABANDONED_CALL = "ABANDONED_CALL", "The customer hung up in the queue."
    CONGESTION = "CONGESTION", "The customer was told to call back because officers were busy."
    PLACE_IN_QUEUE = "PLACE_IN_QUEUE", "The customer kept a place in the queue without waiting on the line."
    SCHEDULED_CALLBACK = "SCHEDULED_CALLBACK", "A call back was arranged."
    SELF_SERVICE_IVR = "SELF_SERVICE_IVR", "Telephone self service."
    ONLINE_ACTIVITY = "ONLINE_ACTIVITY", "A transaction in the online account, complete or partial."
    MOBILE_APP_ACTIVITY = "MOBILE_APP_ACTIVITY", "A transaction in the mobile app, complete or partial."
    CHAT = "CHAT", "A chat."
    UPDATE_PHONE_NUMBER = (
        "UPDATE_PHONE_NUMBER",
        "A telephone number was updated or confirmed; what was in the current call is told with that call.",
    )
    SERVICE_CENTRE_VISIT = "SERVICE_CENTRE_VISIT", "A visit to a service centre."
    INTERACTION_RECORD = (
        "INTERACTION_RECORD",
        "Something that the customer began online was handed over: officers have to finish it.",
    )
    CASE_NOTE = "CASE_NOTE", "An officer wrote a note."
    SERVICE_REQUEST = "SERVICE_REQUEST", "The customer asked for a service."
    FORM = "FORM", "A form, begun or submitted."
    APPOINTMENT = (
        "APPOINTMENT",
        "An appointment: attended, missed, moved, called off. One to come is in timelines only.",
    )
    DEBT = "DEBT", "A debt was raised, or an arrangement to repay one was made, changed or broken."
    OWNERSHIP = "OWNERSHIP", "The customer was locked to an area, or ownership moved."
    OTHER = "OTHER", "Something of a kind that the gateway does not know."


class CardGroup(Word):
    """The family that a card belongs to."""

    CORRESPONDENCE = "CORRESPONDENCE", "Letters and messages."
    TELEPHONY = "TELEPHONY", "Calls and telephone self service."
    DIGITAL = "DIGITAL", "The online account, the app, and chats."
    SERVICE_CENTRE = "SERVICE_CENTRE", "Visits."
    CASE_WORK = "CASE_WORK", "Records that officers have to finish, notes, requests and forms."
    APPOINTMENT = "APPOINTMENT", "Appointments."
    DEBT = "DEBT", "What is owed."
    OWNERSHIP = "OWNERSHIP", "Who owns the case."
    OTHER = "OTHER", "What belongs to none of these."


class IconColour(Word):
    """The colour of the icon of a card or an alert; the same meaning in every front end."""

    BLUE = "BLUE", "Outbound, to the customer; of an alert: to be known."
    MAROON = "MAROON", "It came from the customer."
    GREEN = "GREEN", "Self service that succeeded."
    RED = "RED", "What was wanted was not achieved."
    GREY = "GREY", "The outcome is unknown or mixed."
    AMBER = "AMBER", "An officer needs to act."


class CallDetails(Struct, frozen=True):
    """What is known of a call beyond its card."""

    queue: str | None
    ended_at: datetime | None
    transferred: bool
    queue_position: int | None
    callback_at: datetime | None


class VisitDetails(Struct, frozen=True):
    """What is known of a visit: `local_time` is the centre's own (BR-CO-23)."""

    location: str | None
    local_time: datetime
    time_zone: str
    queue: str | None
    contact_type: str | None


class DigitalDetails(Struct, frozen=True):
    """What is known of a transaction: how far it got, in the source's own word, its receipt, and whether it was
    finished (BR-CO-24), where that is known."""

    status: str | None
    receipt_number: str | None
    receipt: Document | None = None
    finished: bool | None = None


class NumberChange(Word):
    """What became of a telephone number."""

    UPDATED = "UPDATED", "It is another one now."
    CONFIRMED = "CONFIRMED", "The customer said that it is right."
    NONE = "NONE", "It was neither updated nor confirmed."
    OTHER = "OTHER", "The source does not say; its own words stand in the title."


class PhoneNumberDetails(Struct, frozen=True):
    """What is known of an update of a telephone number."""

    change: NumberChange
    receipt_number: str | None
    receipt: Document | None = None


class LetterDetails(Struct, frozen=True):
    """What is known of a letter."""

    status: CorrespondenceStatus
    language: str | None
    due_by: date | None
    reissued: bool
    bounced: bool


class MessageDetails(Struct, frozen=True):
    """What is known of an e-mail, text message, push notification or fax."""

    status: CorrespondenceStatus
    language: str | None
    recipient_masked: str | None
    bounced: bool


Details: TypeAlias = (
    CallDetails | VisitDetails | DigitalDetails | PhoneNumberDetails | LetterDetails | MessageDetails
)


class Activity(Struct, frozen=True):
    """One thing that happened, as a card counts it. `key` is the activity (ruling on the activity of a card).

    `call_id` is the telephone system's number of the call in which it happened.
    """

    id: str
    kind: Kind
    key: str
    at: datetime
    day: date
    title: str
    channel: Channel | None
    direction: Direction
    outcome: Outcome
    source: SourceRef
    recorded_at: datetime
    description: str | None = None
    details: Details | None = None
    call_id: str | None = None
    document: Document | None = None

    @property
    def colour(self) -> IconColour:
        """The colour of its icon."""
        return colour(self.direction, self.outcome)

    @property
    def place(self) -> Keyset:
        """Where it stands among the activities of its card."""
        return Keyset(self.at, self.id)


class Desk(Struct, frozen=True):
    """What cards are built with: the policy, the labels, the zone of local days, the one `now` of the request, and the
    number of the current call."""

    policy: Policy
    labels: Labels
    zone: ZoneInfo
    call_id: str | None = None
    now: datetime | None = None

    def is_over(self, at: datetime) -> bool:
        """Tell whether a moment has passed."""
        return self.now is None or at <= self.now

    def day(self, at: datetime) -> date:
        """Return the local day of a moment."""
        return local_day(at, self.zone)


class Readings(Struct, frozen=True):
    """The records that cards are built from, by part."""

    records: Mapping[str, Any]

    def of(self, part: Part[R]) -> R | None:
        """Return the record of a part, None where its source knows nothing."""
        record: R | None = self.records.get(part.name)
        return record


Build: TypeAlias = Callable[[Readings, Desk], Iterable[Activity]]
Turns: TypeAlias = Callable[[Readings], Iterable[datetime]]


def never(_: Readings) -> tuple[()]:
    """Return no moment: what is built does not depend on the time."""
    return ()


class CardKind(Struct, frozen=True):
    """A card kind: what it counts, which family it belongs to, which parts it needs, and how its activities are found.

    `build` is pure: no await, no clock, no network. `turns` are the moments from which on it builds something else of
    the same readings.
    """

    kind: Kind
    group: CardGroup
    needs: tuple[Part[Any], ...]
    build: Build
    turns: Turns = never


_COLOURS: Final = {Direction.OUTBOUND: IconColour.BLUE, Direction.INBOUND: IconColour.MAROON}


def colour(direction: Direction, outcome: Outcome) -> IconColour:
    """Return the colour that a direction and an outcome have everywhere."""
    if outcome is Outcome.ACTION_REQUIRED:
        return IconColour.AMBER
    if outcome is Outcome.NOT_ACHIEVED:
        return IconColour.RED
    if outcome is Outcome.MIXED:
        return IconColour.GREY
    if direction is Direction.SELF_SERVICE:
        return IconColour.GREEN if outcome is Outcome.SUCCESS else IconColour.GREY
    return _COLOURS.get(direction, IconColour.GREY)


def said_first(words: str, description: str | None) -> str:
    """Return a description that begins with what an officer has to know first."""
    return words if description is None else f"{words} {description}"
