"""The timeline of a customer, page by page."""

from datetime import date, datetime
from typing import Annotated, Any, TypeAlias

import strawberry

from resolvers import timeline
from resolvers.sections import SectionState
from resolvers.timeline import Asked, TimelineKind
from schema.colour import IconColour
from schema.connection import Edge, PageInfo
from schema.interaction import SourceRef
from schema.recency import Recency
from schema.shown import argument, shows, told, words
from sources.crn import Crn
from sources.parts.customer import RelationshipKind
from sources.parts.interaction import Channel, Direction, Outcome

Day: TypeAlias = date  # the name of a field, too

words(TimelineKind)


@shows(timeline.Person)
class RelatedPerson:
    """The related person that an entry or a section is about."""

    kind: RelationshipKind = told("How the person belongs to the customer.")
    crn: Crn | None = told("The person's number; null for a caller without the scope `crn:read`.")


@shows(timeline.Entry)
class TimelineEntry:
    """One thing that happened, told once, whichever sources tell of it."""

    id: strawberry.ID = told("Stable for the same event. Not a node id; that is `record`.")
    kind: TimelineKind = told("What it tells of.")
    at: datetime = told("When it happened; a message when it was made.")
    day: Day = told("The local day; for letters the issue date printed on them.")
    recency: Recency | None = told("How long ago, for the last seven days.")
    title: str = told("What it was, in the words of its card.")
    description: str | None = told("A short line that tells its content.")
    channel: Channel | None = told("The way it took; null for what happened inside the body.")
    direction: Direction = told("From whom to whom.")
    outcome: Outcome = told("What came of it.")
    colour: IconColour = told("The colour of its icon.")
    department: str | None = told("The department that handled it, where its source says.")
    officer: str | None = told("The staff id of the officer who handled it; for staff only.")
    pinned: bool = told(
        "Whether it is a business imperative; then it stands in `pinned` and not in the list."
    )
    pin_reason: str | None = told("Why it is pinned.")
    person: RelatedPerson | None = told("Whose it is, where it is not the customer's own.")
    source: SourceRef = told("Where the record comes from.")
    record: strawberry.ID | None = told(
        "The node id of the interaction or correspondence that it is told by; null for anything else."
    )


@shows(timeline.TimelineDay)
class TimelineDay:
    """The entries of a page that fall on one local day. A day may go on, on the next page."""

    date: Day = told("The day, in the body's time zone.")
    recency: Recency | None = told("How long ago, for the last seven days.")
    entries: list[TimelineEntry] = told("Its entries, newest first.", size=1)


@shows(timeline.TimelineSection)
class TimelineSection:
    """What came of asking one source for its part of a timeline."""

    source: str = told("The part that the source tells, such as `correspondence`.")
    system: str = told("The name of the system that was asked.")
    status: SectionState = told("What came of it.")
    as_of: datetime | None = told("When the source was read; null where it gave nothing.")
    truncated: bool = told("Whether older things than the list shows are missing.")
    complete_since: datetime | None = told(
        "The moment from which nothing is missing, where something older is; null otherwise."
    )
    code: str | None = told(
        "The error code, where it failed or was refused. CONFLICT: other sources answered the page before; start again."
    )
    retry_after: int | None = told("In how many seconds to try again, where the source says.")
    person: RelatedPerson | None = told("Whose part it is, where it is not the customer's own.")


@shows(timeline.Timeline)
class TimelineConnection:
    """A page of a timeline, newest first. The same cursor gives the same page, whatever arrives meanwhile.

    A page can be shorter than asked for, even empty, and `hasNextPage` true all the same: when so much was looked
    through for a filter that it is better to go on from `endCursor`.
    """

    edges: list[Edge[TimelineEntry]] = told("The entries of the page, in order.")
    page_info: PageInfo = told("Whether more follows, and from where.")
    days: list[TimelineDay] = told("The same entries by local day, newest first.")
    pinned: list[TimelineEntry] = told(
        "Business imperatives of the usual window that the filter lets through, 100 at most, beside every page.",
        size=5,
    )
    sections: list[TimelineSection] = told(
        "What came of asking each source, for each person: what failed, and down to where it is complete.",
        size=8,
    )


def _narrowing(description: str, name: str | None = None) -> Any:
    return strawberry.field(default=None, description=description, name=name)


@strawberry.input(description="Which entries are wanted. What is left out does not narrow.")
class TimelineFilter:
    """Narrows a timeline."""

    kinds: list[TimelineKind] | None = _narrowing("Only these kinds.")
    channels: list[Channel] | None = _narrowing("Only these channels.")
    departments: list[str] | None = _narrowing(
        "Only these departments, by name, whatever its case and accents."
    )
    outcomes: list[Outcome] | None = _narrowing("Only these outcomes.")
    officer: str | None = _narrowing("Only what the officer with this staff id handled; for staff only.")
    since: date | None = _narrowing("Only from this local day on, the day included.", "from")
    until: date | None = _narrowing("Only up to this local day, the day included.", "to")
    text: str | None = _narrowing(
        "Up to 8 words, each of which must begin a word of the title, description, department, service area, contact "
        "type, queue or, for staff, officer; whatever their case and accents."
    )
    related: list[RelationshipKind] | None = _narrowing(
        "Also the entries of related people of these kinds whom this caller may open; each counts as a customer asked "
        "for. Whoever may not be seen is not there."
    )

    def given(self) -> Asked:
        """Return what is asked."""
        many = ("kinds", "channels", "departments", "outcomes", "related")
        lists = {name: frozenset(getattr(self, name) or ()) for name in many}
        return Asked(**lists, officer=self.officer, since=self.since, until=self.until, text=self.text)


TimelineFilterArgument = Annotated[TimelineFilter | None, argument("Which entries are wanted.")]
