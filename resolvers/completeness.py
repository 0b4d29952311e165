"""Whether an overview holds everything, and until when what it says is true."""

from collections.abc import Collection
from datetime import datetime, time, timedelta

from resolvers.customer import Picture
from resolvers.sections import FAILED, SectionState, SectionStatus
from sources.words import Word


class Completeness(Word):
    """Whether the overview holds all that this caller may see."""

    COMPLETE = "COMPLETE", "Everything that this caller may see is here."
    STALE = "STALE", "Everything is here, and some of it is older than it should be; `sections` says which."
    PARTIAL = "PARTIAL", "Something could not be had or was cut off; `sections` says what."


def fresh_until(picture: Picture, sections: Collection[SectionStatus]) -> datetime:
    """Return the first moment at which something may be told differently; `now` when it may be already."""
    scope = picture.scope
    if picture.decided_until is None or any(section.status in FAILED for section in sections):
        return scope.now
    midnight = datetime.combine(scope.today + timedelta(days=1), time.min, scope.policy.tz)
    limits = (one.fresh_until for one in sections if one.fresh_until is not None)
    return max(scope.now, min([midnight, picture.decided_until, *limits]))


def completeness_of(sections: Collection[SectionStatus]) -> Completeness:
    """Return whether sections hold all that their caller may see."""
    if any(section.status in FAILED or section.truncated for section in sections):
        return Completeness.PARTIAL
    if any(section.status is SectionState.STALE for section in sections):
        return Completeness.STALE
    return Completeness.COMPLETE
