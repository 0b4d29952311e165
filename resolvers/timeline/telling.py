"""How records become entries: by the declarations of the cards, so that both say the same of the same thing. Pure."""

from collections.abc import Iterable, Iterator, Sequence
from datetime import date, datetime
from typing import Any

from resolvers.cards import CARD_KINDS
from resolvers.cards.activity import Activity, CardKind, Readings, colour
from resolvers.manner import Manner
from resolvers.medicare import without_numbers
from resolvers.recency import local_day
from resolvers.timeline.entitlement import Event, events
from resolvers.timeline.entry import Entry, Person, Place, TimelineKind
from sources.crn import Crn
from sources.parts import CORRESPONDENCE, ENTITLEMENT, Part
from sources.parts.correspondence import LETTERS
from sources.parts.history import History
from sources.parts.interaction import SourceRef

_KINDS = {kind.name: kind for kind in TimelineKind}


class Teller:
    """Tells the entries of one part of one person."""

    def __init__(self, manner: Manner, number: Crn, part: Part[Any], person: Person | None) -> None:
        self._manner = manner
        self._number = number
        self._part = part
        self._person = person
        self._mark = manner.mark

    def items(self, items: Iterable[Any]) -> dict[str, Entry]:
        """Return the entries of items of a history by their numbers; an item without a card has none."""
        held = {item.id: item for item in items}
        told: dict[str, Entry] = {}
        for activity in self._activities(History(self._number, tuple(held.values()))):
            if activity.id not in told:
                told[activity.id] = self._of_item(activity, held[activity.id])
        return told

    def record(self, record: Any) -> tuple[Entry, ...]:
        """Return the entries of a record that stands for itself, the newest first."""
        if record is None:
            return ()
        if self._part is ENTITLEMENT:
            told = [self._of_event(event) for event in events(record, self._manner.desk.labels)]
        else:
            told = [
                self._of_activity(one, one.id, one.at, one.at, one.day) for one in self._activities(record)
            ]
        once = {entry.place: entry for entry in told}
        return tuple(once[place] for place in sorted(once, reverse=True))

    def _activities(self, record: Any) -> Iterator[Activity]:
        readings, desk = Readings({self._part.name: record}), self._manner.desk
        for declared in _declared(self._part, desk.policy.cards.off):
            yield from declared.build(readings, desk)

    def _of_item(self, activity: Activity, item: Any) -> Entry:
        placed = item.at
        if self._part is CORRESPONDENCE and item.channel in LETTERS:
            at, day = activity.at, activity.day
        else:
            at = placed
            day = activity.day if activity.at == at else local_day(at, self._manner.desk.zone)
        return self._of_activity(activity, item.id, placed, at, day, item)

    def _of_activity(
        self, activity: Activity, number: str, placed: datetime, at: datetime, day: date, item: Any = None
    ) -> Entry:
        manner = self._manner
        return Entry(
            id=self._id(number, placed),
            place=self._place(number, placed),
            kind=_KINDS[activity.kind.name],
            at=at,
            day=day,
            recency=manner.recency(day),
            title=self._clean(activity.title) or "",
            description=self._clean(activity.description),
            channel=activity.channel,
            direction=activity.direction,
            outcome=activity.outcome,
            colour=activity.colour,
            source=activity.source,
            department=self._clean(getattr(item, "department", None)),
            officer=getattr(item, "officer", None) if manner.staff else None,
            person=self._person,
            item=item,
            sealer=manner.sealer,
        )

    def _of_event(self, event: Event) -> Entry:
        day = event.day or local_day(event.at, self._manner.desk.zone)
        return Entry(
            id=self._id(event.id, event.at),
            place=self._place(event.id, event.at),
            kind=event.kind,
            at=event.at,
            day=day,
            recency=self._manner.recency(day),
            title=self._clean(event.title) or "",
            description=self._clean(event.description),
            channel=None,
            direction=event.direction,
            outcome=event.outcome,
            colour=colour(event.direction, event.outcome),
            source=SourceRef(self._part.name, event.id),  # as its card says; its record names no system
            person=self._person,
        )

    def _place(self, number: str, at: datetime) -> Place:
        return Place(at, self._part.name, self._number, number)

    def _id(self, number: str, at: datetime) -> str:
        told = f"{self._number}\n{self._part.name}\n{number}\n{at.timestamp()}"
        return self._manner.sealer.fingerprint("entry", told.encode())

    def _clean(self, text: str | None) -> str | None:
        if text is None:
            return None
        clean = without_numbers(text, self._mark)
        return clean if clean != text else text  # the record's own text takes no room a second time


def _declared(part: Part[Any], off: Sequence[str]) -> list[CardKind]:
    """Return the card kinds that are made from a part and that the policy has not switched off."""
    return [one for one in CARD_KINDS if part in one.needs and one.kind.value not in off]
