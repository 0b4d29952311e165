"""What came of asking each part that feeds a timeline: whose, from when, and down to where it is complete."""

from datetime import datetime
from typing import Any

from msgspec import Struct

from resolvers.scope import Scope
from resolvers.sections import SectionState, SectionStatus, failure_state, section_status
from resolvers.timeline.drawing import Draught, Stream
from resolvers.timeline.entry import Person
from resolvers.timeline.related import FEEDING, People, Subject
from sources.errors import Fault
from sources.parts import CUSTOMER, Part
from sources.source import Reading

RELATED = "relationships"


class TimelineSection(Struct, frozen=True):
    """One part of one person. `complete_since` is the moment from which nothing is missing, where older things are."""

    source: str
    system: str
    status: SectionState
    as_of: datetime | None
    truncated: bool
    code: str | None
    retry_after: int | None
    complete_since: datetime | None = None
    person: Person | None = None


class PartState(Struct, frozen=True):
    """A part that was asked: its state, its faults so far, and what is drawn from, where it answered."""

    status: SectionStatus
    person: Person | None
    faults: tuple[Fault, ...] = ()
    stream: Stream | None = None

    def told(self, draught: Draught | None) -> TimelineSection:
        """Return the section after drawing from it."""
        if draught is None:
            return _section(self.status, self.person)
        fault = draught.fault or (draught.gaps[0] if draught.gaps else None)
        status = self.status
        if fault is not None:
            status = SectionStatus(
                status.source,
                fault.source,
                failure_state(fault),
                status.as_of,
                code=fault.code,
                retry_after=fault.retry_after,
            )
        return _section(status, self.person, draught.complete_since)


def sections(scope: Scope, shown: People) -> list[PartState]:
    """Return the parts of everybody whose timeline is shown, in order."""
    asked = [_asking(scope, subject, part) for subject in shown.subjects for part in FEEDING]
    if shown.cut:
        system = scope.loaders.system(CUSTOMER)
        asked.append(PartState(SectionStatus(RELATED, system, SectionState.OK, truncated=True), None))
    return asked


def left_out(state: PartState) -> TimelineSection:
    """Return the section of a page that is not given because other sources answered the page before."""
    section = _section(state.status, state.person)
    return section if state.stream is None else _conflicting(section)


def _conflicting(section: TimelineSection) -> TimelineSection:
    return TimelineSection(
        section.source,
        section.system,
        section.status,
        section.as_of,
        truncated=True,
        code="CONFLICT",
        retry_after=None,
        person=section.person,
    )


def _asking(scope: Scope, subject: Subject, part: Part[Any]) -> PartState:
    picture = subject.picture
    if part.name not in picture.decision.parts:
        return PartState(section_status(scope, part, None, scope.today), subject.person)
    found = picture.found(part)
    status = section_status(scope, part, found, scope.today)
    if isinstance(found.value, Fault):
        return PartState(status, subject.person, (found.value,))
    gaps = found.value.gaps if isinstance(found.value, Reading) else ()
    return PartState(status, subject.person, gaps, Stream(subject, part))


def _section(
    status: SectionStatus, person: Person | None, complete_since: datetime | None = None
) -> TimelineSection:
    return TimelineSection(
        status.source,
        status.system,
        status.status,
        status.as_of,
        truncated=complete_since is not None or (status.source == RELATED and status.truncated),
        code=status.code,
        retry_after=status.retry_after,
        complete_since=complete_since,
        person=person,
    )
