"""What the customer was told in writing, and what the customer wrote: letters, e-mails, SMS, push notifications."""

from datetime import UTC, date, datetime, time

from msgspec import Struct

from sources.crn import Crn
from sources.parts.interaction import Direction, SourceRef
from sources.parts.moment import Moment
from sources.words import Word


class CorrespondenceChannel(Word):
    """How a piece of correspondence travels."""

    LETTER_ONLINE = "LETTER_ONLINE", "A letter in the customer's online inbox."
    LETTER_PAPER = "LETTER_PAPER", "A letter by post."
    EMAIL = "EMAIL", "An e-mail."
    SMS = "SMS", "A text message."
    PUSH = "PUSH", "A push notification of the mobile app."
    FAX = "FAX", "A fax."
    OTHER = "OTHER", "A way that the gateway does not know; its raw code stands beside it."


LETTERS = frozenset({CorrespondenceChannel.LETTER_ONLINE, CorrespondenceChannel.LETTER_PAPER})


class CorrespondenceStatus(Word):
    """How far a piece of correspondence got. The source's own code stands beside it."""

    DRAFT = "DRAFT", "It is being written, or was generated and will not be sent."
    QUEUED = "QUEUED", "It waits to be sent or printed."
    SENT = "SENT", "It was sent. For paper this is the most that is ever known."
    DELIVERED = "DELIVERED", "It is known to have arrived."
    FAILED = "FAILED", "It did not arrive: it bounced or could not be sent."
    CANCELLED = "CANCELLED", "It was withdrawn before it was sent."
    UNKNOWN = "UNKNOWN", "The source does not say, or says something that the gateway does not know."


class DocumentRef(Struct, frozen=True, omit_defaults=True, gc=False):
    """A document as its customer saw it, which another system keeps: the number that it has there, and what is known of
    it. `type` is its media type, `language` an IETF tag; `archived` says that only the archive has it."""

    number: str
    type: str = "application/pdf"
    pages: int | None = None
    bytes: int | None = None
    language: str | None = None
    archived: bool = False


class Correspondence(Struct, frozen=True, omit_defaults=True, gc=False):
    """One letter or message.

    `issue_date` is the date printed on it; a letter that is issued again keeps its first date. `description` is a
    short line that tells its content. `document` is None where there is none, as of most push notifications.
    """

    id: str
    crn: Crn
    channel: CorrespondenceChannel
    direction: Direction
    issue_date: date
    created_at: Moment
    title: str
    status: CorrespondenceStatus
    source: SourceRef
    template: str | None = None
    description: str | None = None
    sent_at: Moment | None = None
    status_raw: str | None = None
    channel_raw: str | None = None
    language: str | None = None
    recipient_masked: str | None = None
    bounced: bool = False
    reissue_of: str | None = None
    due_by: date | None = None
    group: str | None = None
    document: DocumentRef | None = None

    @property
    def reached(self) -> CorrespondenceStatus:
        """How far it is known to have got: paper is sent at most, post tells nobody that it arrived (BR-CO-21)."""
        paper = self.channel is CorrespondenceChannel.LETTER_PAPER
        delivered = self.status is CorrespondenceStatus.DELIVERED
        return CorrespondenceStatus.SENT if paper and delivered else self.status

    @property
    def at(self) -> datetime:
        """When it was made; for letters a moment that is on the issue date in every zone from -10:00 to +13:59."""
        if self.channel in LETTERS:
            return datetime.combine(self.issue_date, time(10, tzinfo=UTC))
        return self.created_at

    @property
    def recorded_at(self) -> datetime:
        """When it was made."""
        return self.created_at
