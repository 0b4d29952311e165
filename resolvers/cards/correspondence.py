"""Correspondence cards: what the customer was told in writing, by the date printed on it."""

from collections.abc import Iterable

from resolvers.cards.activity import (
    Activity,
    Build,
    CardGroup,
    CardKind,
    Desk,
    Kind,
    LetterDetails,
    MessageDetails,
    Readings,
    said_first,
)
from resolvers.document import written
from resolvers.titles import normalised
from sources.parts import CORRESPONDENCE, Correspondence
from sources.parts.correspondence import LETTERS, CorrespondenceChannel, CorrespondenceStatus
from sources.parts.interaction import Channel, Outcome

CHANNELS = {
    CorrespondenceChannel.LETTER_ONLINE: Channel.LETTER,
    CorrespondenceChannel.LETTER_PAPER: Channel.LETTER,
    CorrespondenceChannel.EMAIL: Channel.EMAIL,
    CorrespondenceChannel.SMS: Channel.SMS,
    CorrespondenceChannel.PUSH: Channel.PUSH,
    CorrespondenceChannel.FAX: Channel.FAX,
}
NEVER_SENT = frozenset({CorrespondenceStatus.DRAFT, CorrespondenceStatus.CANCELLED})


def _of(kind: Kind, *channels: CorrespondenceChannel) -> CardKind:
    return CardKind(kind, CardGroup.CORRESPONDENCE, (CORRESPONDENCE,), correspondence(kind, *channels))


def correspondence(kind: Kind, *channels: CorrespondenceChannel) -> Build:
    """Return how the activities of correspondence of some channels are found."""

    def build(readings: Readings, desk: Desk) -> Iterable[Activity]:
        history = readings.of(CORRESPONDENCE)
        for item in history.items if history is not None else ():
            if item.channel in channels and item.status not in NEVER_SENT:
                yield _activity(kind, item, desk)

    return build


def _activity(kind: Kind, item: Correspondence, desk: Desk) -> Activity:
    at = item.sent_at or item.created_at
    failed = item.bounced or item.status is CorrespondenceStatus.FAILED
    title = desk.policy.templates.get(item.template or "", item.title)
    return Activity(
        id=item.id,
        kind=kind,
        key=item.template or normalised(title),
        at=at,
        day=item.issue_date if item.channel in LETTERS else desk.day(at),
        title=title,
        channel=CHANNELS.get(item.channel, Channel.OTHER),
        direction=item.direction,
        outcome=Outcome.NOT_ACHIEVED if failed else Outcome.NOT_APPLICABLE,
        source=item.source,
        recorded_at=item.recorded_at,
        description=said_first(desk.labels.overview["not_delivered"], item.description)
        if failed
        else item.description,
        details=_details(item),
        document=written(item),
    )


def _details(item: Correspondence) -> LetterDetails | MessageDetails:
    if item.channel in LETTERS:
        return LetterDetails(
            item.reached, item.language, item.due_by, item.reissue_of is not None, item.bounced
        )
    return MessageDetails(item.reached, item.language, item.recipient_masked, item.bounced)


CORRESPONDENCE_CARDS = (
    _of(Kind.ONLINE_LETTER, CorrespondenceChannel.LETTER_ONLINE),
    _of(Kind.PAPER_LETTER, CorrespondenceChannel.LETTER_PAPER),
    _of(Kind.EMAIL, CorrespondenceChannel.EMAIL),
    _of(Kind.SMS, CorrespondenceChannel.SMS),
    _of(Kind.PUSH_NOTIFICATION, CorrespondenceChannel.PUSH),
)
