"""How records become entries: by the declarations of the cards, so that both say the same of the same thing. Pure."""

from collections.abc import Collection, Iterable, Sequence
from datetime import date, datetime
from typing import Any

from resolvers.cards import CARD_KINDS
from resolvers.cards.activity import Activity, CardKind, Readings, colour
from resolvers.cards.correspondence import CHANNELS
from resolvers.cards.listing import desk_of
from resolvers.customer import Picture
from resolvers.medicare import without_medicare, without_numbers
from resolvers.recency import local_day, recency
from resolvers.sealing import NodeKey, node_id
from resolvers.timeline.entitlement import Event, events
from resolvers.timeline.entry import Entry, Person, Place, TimelineKind
from resolvers.timeline.merging import minute
from sources.parts import CORRESPONDENCE, ENTITLEMENT, INTERACTION, Part
from sources.parts.correspondence import LETTERS
from sources.parts.history import History
from sources.parts.interaction import Channel, SourceRef

NODES = {INTERACTION.name: "Interaction", CORRESPONDENCE.name: "Correspondence"}


class Teller:
    """Tells the entries of one part of one person."""

    def __init__(self, picture: Picture, part: Part[Any], person: Person | None) -> None:
        self._picture = picture
        self._scope = picture.scope
        self._part = part
        self._person = person
        self._desk = desk_of(self._scope)
        self._mark = self._scope.labels.overview["medicare_number"]
        self._kinds: Sequence[CardKind] = [
            one
            for one in CARD_KINDS
            if part in one.needs and one.kind.value not in self._scope.policy.cards.off
        ]

    def items(self, items: Iterable[Any]) -> list[Entry]:
        """Return the entries of items of a history, the newest first; an item without a card has none."""
        held = {item.id: item for item in items}
        told: dict[str, Entry] = {}
        for activity in self._activities(History(self._picture.number, tuple(held.values()))):
            told.setdefault(activity.id, self._of_item(activity, held[activity.id]))
        return sorted(told.values(), key=lambda entry: entry.place, reverse=True)

    def record(self, record: Any) -> list[Entry]:
        """Return the entries of a record that stands for itself, the newest first."""
        if record is None:
            return []
        if self._part is ENTITLEMENT:
            told = [self._of_event(event) for event in events(record, self._scope.labels)]
        else:
            told = [self._of_activity(one, one.id, one.at, one.day) for one in self._activities(record)]
        once = {entry.place: entry for entry in told}
        return [once[place] for place in sorted(once, reverse=True)]

    def _activities(self, record: Any) -> Iterable[Activity]:
        readings = Readings({self._part.name: record})
        for declared in self._kinds:
            for activity in declared.build(readings, self._desk):
                yield without_medicare(activity, self._mark)

    def _of_item(self, activity: Activity, item: Any) -> Entry:
        letter = self._part is CORRESPONDENCE and item.channel in LETTERS
        at = activity.at if letter else item.at
        day = activity.day if letter else local_day(item.at, self._desk.zone)
        officer = getattr(item, "officer", None) if self._scope.caller.is_staff else None
        names = ("department", "service_area", "contact_type", "queue")
        department, *others = (self._clean(getattr(item, name, None)) for name in names)
        return self._of_activity(
            activity,
            item.id,
            item.at,
            day,
            at=at,
            record=node_id(self._scope.sealer, NodeKey(NODES[self._part.name], item.crn, item.id)),
            department=department,
            officer=officer,
            others=others,
            marks=_marks(self._part, item),
        )

    def _of_activity(
        self,
        activity: Activity,
        number: str,
        placed: datetime,
        day: date,
        at: datetime | None = None,
        others: Collection[str | None] = (),
        **told: Any,
    ) -> Entry:
        texts = (
            activity.title,
            activity.description,
            told.get("department"),
            told.get("officer"),
            *others,
        )
        return Entry(
            id=self._id(number, placed),
            place=self._place(number, placed),
            kind=TimelineKind[activity.kind.name],
            at=at or activity.at,
            day=day,
            recency=recency(day, self._scope.today, self._scope.labels.recency),
            title=activity.title,
            description=activity.description,
            channel=activity.channel,
            direction=activity.direction,
            outcome=activity.outcome,
            colour=activity.colour,
            source=activity.source,
            person=self._person,
            words=tuple(text for text in texts if text),
            **told,
        )

    def _of_event(self, event: Event) -> Entry:
        day = event.day or local_day(event.at, self._desk.zone)
        title, description = self._clean(event.title) or "", self._clean(event.description)
        return Entry(
            id=self._id(event.id, event.at),
            place=self._place(event.id, event.at),
            kind=event.kind,
            at=event.at,
            day=day,
            recency=recency(day, self._scope.today, self._scope.labels.recency),
            title=title,
            description=description,
            channel=None,
            direction=event.direction,
            outcome=event.outcome,
            colour=colour(event.direction, event.outcome),
            source=SourceRef(self._part.name, event.id),  # as its card says; its record names no system
            person=self._person,
            words=tuple(text for text in (title, description) if text),
        )

    def _place(self, number: str, at: datetime) -> Place:
        return Place(at, self._part.name, self._picture.number, number)

    def _id(self, number: str, at: datetime) -> str:
        told = f"{self._picture.number}\n{self._part.name}\n{number}\n{at.timestamp()}"
        return self._scope.sealer.fingerprint("entry", told.encode())

    def _clean(self, text: str | None) -> str | None:
        return without_numbers(text, self._mark) if text is not None else None


def _marks(part: Part[Any], item: Any) -> frozenset[tuple[str, ...]]:
    """Return by what the same event is known when another part tells it (BR-GW-8), within a minute.

    No interaction says to whom something was sent, so the recipient is taken to be the customer's own.
    """
    when = str(minute(item.at))
    marks = {("number", when, item.source.system, item.source.native_id)}
    if part is CORRESPONDENCE:
        code, way = item.template, CHANNELS.get(item.channel, Channel.OTHER)
    else:
        code, way = item.activity, item.channel
    if code is not None:
        marks.add(("sent", when, way.value, code))
    return frozenset(marks)
