"""The state of each section: which source was asked, what came of it, and from when it is."""

from datetime import date, datetime, time
from typing import Any

from msgspec import Struct

from cache import Found
from resolvers.scope import Scope
from sources.errors import BadData, Fault, SourceTimeout
from sources.parts import Part
from sources.parts.history import History
from sources.source import NothingKnown, Reading
from sources.words import Word


class SectionState(Word):
    """What came of asking a source."""

    OK = "OK", "It answered."
    STALE = "STALE", "What it said before is shown, and is older than it should be."
    NOT_FOUND = "NOT_FOUND", "It answered and knows nothing of this customer."
    TIMEOUT = "TIMEOUT", "It did not answer in time."
    UNAVAILABLE = "UNAVAILABLE", "It could not be reached, or it failed."
    BAD_DATA = "BAD_DATA", "It sent something that cannot be used."
    FORBIDDEN = "FORBIDDEN", "This caller may not see it; it was not asked."
    NOT_REQUESTED = "NOT_REQUESTED", "It is switched off by the policy."


FAILED = frozenset({SectionState.TIMEOUT, SectionState.UNAVAILABLE, SectionState.BAD_DATA})


ANSWERED = frozenset({SectionState.OK, SectionState.STALE, SectionState.NOT_FOUND})


class SectionStatus(Struct, frozen=True):
    """One section of an overview. `truncated` says that older items than the source gave fall into the window.

    A section whose source gave something and not all of it has the state of what went wrong, and counts what it gave.
    """

    source: str
    system: str
    status: SectionState
    as_of: datetime | None = None
    fresh_until: datetime | None = None
    item_count: int | None = None
    truncated: bool = False
    code: str | None = None
    retry_after: int | None = None


def section_status(scope: Scope, part: Part[Any], found: Found | None, first_day: date) -> SectionStatus:
    """Return the state of a section; `found` is None where the caller may not see it."""
    system = scope.loaders.system(part)
    if found is None:
        return SectionStatus(part.name, system, SectionState.FORBIDDEN, code="FORBIDDEN_FIELD")
    outcome: Reading[Any] | NothingKnown | Fault = found.value
    if isinstance(outcome, Fault):
        return SectionStatus(
            part.name, system, failure_state(outcome), code=outcome.code, retry_after=outcome.retry_after
        )
    fresh_until = scope.loaders.fresh_until(part, outcome)
    if isinstance(outcome, NothingKnown):
        return SectionStatus(part.name, system, SectionState.NOT_FOUND, outcome.read_at, fresh_until, 0)
    record = outcome.record
    gap = outcome.gaps[0] if outcome.gaps else None
    whole = SectionState.STALE if found.stale else SectionState.OK
    return SectionStatus(
        source=part.name,
        system=gap.source if gap is not None else outcome.told_by or system,
        status=whole if gap is None else failure_state(gap),
        code=gap.code if gap is not None else None,
        retry_after=gap.retry_after if gap is not None else None,
        as_of=outcome.read_at,
        fresh_until=fresh_until,
        item_count=len(record.items) if isinstance(record, History) else 1,
        truncated=isinstance(record, History) and _cut(record, first_day, scope),
    )


def _cut(history: History[Any], first_day: date, scope: Scope) -> bool:
    since = history.complete_since
    return since is not None and since > datetime.combine(first_day, time.min, scope.policy.tz)


def failure_state(fault: Fault) -> SectionState:
    """Return the state of a section whose source failed."""
    if isinstance(fault, SourceTimeout):
        return SectionState.TIMEOUT
    return SectionState.BAD_DATA if isinstance(fault, BadData) else SectionState.UNAVAILABLE
