"""What happened between the customer and the body, on any channel: calls, visits, transactions, sessions."""

from datetime import datetime

from msgspec import Struct

from sources.crn import Crn
from sources.parts.moment import Moment
from sources.words import Word


class Channel(Word):
    """The way something took."""

    PHONE = "PHONE", "A telephone call with an officer, or an attempt at one."
    IVR = "IVR", "The interactive voice response system."
    SMS = "SMS", "A text message."
    EMAIL = "EMAIL", "An e-mail."
    LETTER = "LETTER", "A letter, on paper or online."
    PUSH = "PUSH", "A push notification of the mobile app."
    ONLINE = "ONLINE", "The online account."
    MOBILE_APP = "MOBILE_APP", "The mobile app."
    FACE_TO_FACE = "FACE_TO_FACE", "A visit."
    CHAT = "CHAT", "A chat."
    FAX = "FAX", "A fax."
    SOCIAL = "SOCIAL", "A social network."
    WEB_FORM = "WEB_FORM", "A form on a website."
    API = "API", "Another system."
    OTHER = "OTHER", "A way that the gateway does not know."


class Direction(Word):
    """From whom to whom."""

    INBOUND = "INBOUND", "From the customer."
    OUTBOUND = "OUTBOUND", "To the customer."
    SELF_SERVICE = "SELF_SERVICE", "The customer alone with a machine."
    INTERNAL = "INTERNAL", "Between officers; the customer had no part in it."


class Outcome(Word):
    """What came of it."""

    SUCCESS = "SUCCESS", "What was wanted was achieved."
    NOT_ACHIEVED = "NOT_ACHIEVED", "What was wanted was not achieved."
    UNKNOWN = "UNKNOWN", "The source does not say."
    MIXED = "MIXED", "Some of it was achieved and some was not."
    ACTION_REQUIRED = "ACTION_REQUIRED", "An officer has to do something."
    NOT_APPLICABLE = "NOT_APPLICABLE", "There was nothing to achieve."


class InteractionKind(Word):
    """What kind of thing happened."""

    INBOUND_CALL = "INBOUND_CALL", "The customer called and spoke with an officer."
    OUTBOUND_CALL = "OUTBOUND_CALL", "An officer called the customer."
    ABANDONED_CALL = "ABANDONED_CALL", "The customer hung up while waiting in the queue."
    CONGESTION = "CONGESTION", "The customer was told to call back because all officers were busy."
    PLACE_IN_QUEUE = "PLACE_IN_QUEUE", "The customer kept a place in the queue without waiting on the line."
    SCHEDULED_CALLBACK = "SCHEDULED_CALLBACK", "A call back was arranged for a certain time."
    SELF_SERVICE_IVR = "SELF_SERVICE_IVR", "The customer did something in telephone self service."
    ONLINE_ACTIVITY = "ONLINE_ACTIVITY", "The customer did something in the online account."
    MOBILE_APP_ACTIVITY = "MOBILE_APP_ACTIVITY", "The customer did something in the mobile app."
    SERVICE_CENTRE_VISIT = "SERVICE_CENTRE_VISIT", "The customer came to a service centre."
    UPDATE_PHONE_NUMBER = "UPDATE_PHONE_NUMBER", "The customer updated or confirmed a telephone number."
    FAMILY_INCOME_ESTIMATE = (
        "FAMILY_INCOME_ESTIMATE",
        "The customer was asked for an estimate of the family's income.",
    )
    IVR_REMINDER_MESSAGE = "IVR_REMINDER_MESSAGE", "A reminder was played to the customer."
    CHAT = "CHAT", "The customer and an officer wrote to each other in a chat."
    CASE_NOTE = "CASE_NOTE", "An officer wrote a note."
    INTERACTION_RECORD = (
        "INTERACTION_RECORD",
        "Something that the customer began online was handed over for officers to finish.",
    )
    SERVICE_REQUEST = "SERVICE_REQUEST", "The customer asked for a service."
    FORM = "FORM", "The customer began or submitted a form."
    OTHER = "OTHER", "A kind that the gateway does not know; its raw code stands beside it."


class SourceRef(Struct, frozen=True, omit_defaults=True, gc=False):
    """Where a record comes from: the system that keeps it and its number there."""

    system: str
    native_id: str


class Location(Struct, frozen=True, gc=False):
    """A service centre: its name and its own time zone (an IANA name)."""

    name: str
    zone: str


class Interaction(Struct, frozen=True, omit_defaults=True, gc=False):
    """One thing that happened.

    `activity` is the source's activity code, the key by which cards are counted. `queue_position` is the customer's
    place when it was kept, `callback_at` the arranged time of a call back.
    """

    id: str
    crn: Crn
    kind: InteractionKind
    channel: Channel
    direction: Direction
    started_at: Moment
    title: str
    outcome: Outcome
    source: SourceRef
    recorded_at: Moment
    ended_at: Moment | None = None
    activity: str | None = None
    summary: str | None = None
    kind_raw: str | None = None
    status_raw: str | None = None
    officer: str | None = None
    department: str | None = None
    service_area: str | None = None
    contact_type: str | None = None
    location: Location | None = None
    queue: str | None = None
    queue_position: int | None = None
    callback_at: Moment | None = None
    transferred: bool = False
    avoidable: bool | None = None
    avoidable_reason: str | None = None
    receipt_number: str | None = None
    call_id: str | None = None

    @property
    def at(self) -> datetime:
        """When it began."""
        return self.started_at
