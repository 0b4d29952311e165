"""What came of asking each part that feeds a timeline: whose, from when, and down to where it is complete."""

from collections.abc import Callable, Hashable
from datetime import date, datetime
from functools import partial
from typing import Any

from msgspec import Struct

from resolvers.scope import Scope
from resolvers.sections import SectionState, SectionStatus, failure_state, section_status
from resolvers.timeline.drawing import Reached, Stream
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
    """A part that was asked: its faults so far, what is drawn from, where it answered, and what tells its state. `key`
    stands for everything that its section says beyond its reading and faults."""

    key: Hashable
    state: Callable[[], SectionStatus]
    person: Person | None
    faults: tuple[Fault, ...] = ()
    stream: Stream | None = None

    def told(self, reached: Reached | None) -> TimelineSection:
        """Return the section after drawing from it; None stands for a part of which nothing is drawn."""
        status = self.state()
        if reached is None:
            return _section(status, self.person)
        fault = reached.fault or (reached.gaps[0] if reached.gaps else None)
        if fault is not None:
            status = SectionStatus(
                status.source,
                fault.source,
                failure_state(fault),
                status.as_of,
                code=fault.code,
                retry_after=fault.retry_after,
            )
        return _section(status, self.person, reached.complete_since)


def sections(scope: Scope, shown: People) -> list[PartState]:
    """Return the parts of everybody whose timeline is shown, in order."""
    today = scope.today
    asked = [_asking(scope, subject, part, today) for subject in shown.subjects for part in FEEDING]
    if shown.cut:
        system = scope.loaders.system(CUSTOMER)
        cut = SectionStatus(RELATED, system, SectionState.OK, truncated=True)
        asked.append(PartState(RELATED, lambda: cut, None))
    return asked


def left_out(state: PartState) -> TimelineSection:
    """Return the section of a page that is not given because other sources answered the page before."""
    section = state.told(None)
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


def _asking(scope: Scope, subject: Subject, part: Part[Any], today: date) -> PartState:
    picture = subject.picture
    shown = part.name in picture.decision.parts
    found = picture.found(part) if shown else None
    state = partial(section_status, scope, part, found, today)
    key = (part.name, picture.number, subject.person, found.stale if found is not None else None)
    if found is None:
        return PartState(key, state, subject.person)
    if isinstance(found.value, Fault):
        return PartState(key, state, subject.person, (found.value,))
    gaps = found.value.gaps if isinstance(found.value, Reading) else ()
    return PartState(key, state, subject.person, gaps, Stream(subject, part))


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
