"""The story of an answer: what it rests on, and whether that would be told to another request just the same.

An answer is only given again after its story was gone through once more, at the loader entry: customers are counted,
decided on and put on record as if the answer were worked out. It holds when every decision is the same and every value
is the very object that it was before: what was invalidated, read anew, dropped or has grown old is not.
"""

from collections.abc import Iterator, Mapping
from datetime import datetime, time, timedelta
from typing import Any, Final, TypeAlias
from weakref import ref

from msgspec import Struct

from cache import Found
from resolvers.access import Decision, Verdict
from resolvers.completeness import Completeness
from resolvers.overview import Overview
from resolvers.policy import Labels, Policy
from resolvers.refusal import Refusal
from resolvers.scope import Scope
from resolvers.witness import Witness
from sources.crn import Crn
from sources.parts import ENTITLEMENT, Part
from sources.source import NothingKnown, Reading

Asked: TypeAlias = tuple[tuple[Crn, ...], tuple[Part[Any], ...]]
DAY: Final = timedelta(days=1)


class Story(Struct, frozen=True):
    """What an answer rests on: what was asked, what was decided, and the values of each part, which it does not keep
    alive. It is good from `since` on, before `until`, under the same policy and labels.

    `overviews` are how complete each overview was that was worked out.
    """

    asked: tuple[Asked, ...]
    decisions: Mapping[Crn, Decision]
    values: Mapping[str, Mapping[Crn, "ref[Any]"]]
    since: datetime
    until: datetime
    policy: Policy
    labels: Labels
    overviews: tuple[Completeness, ...] = ()


def story_of(scope: Scope, witness: Witness) -> Story | None:
    """Return the story of what a request has worked out; None where another must not be told the same for it."""
    loaders = scope.loaders
    decisions = dict(loaders.decisions)
    found = {
        part: {crn: one for crn, one in of_part.items() if crn in decisions}
        for part, of_part in loaders.loading.had.items()
    }
    fit = (
        not witness.beyond
        and witness.asked
        and not scope.failures
        and not loaders.loading.lacked
        and all(map(_is_plain, decisions.values()))
        and all(_is_whole(one) for of_part in found.values() for one in of_part.values())
        and all(isinstance(one, Overview) and not one.in_call for one in scope.worked_out.values())
    )
    if not fit:
        return None
    since, until = _lasts(scope, found)
    return Story(
        tuple(witness.asked),
        decisions,
        {part: {crn: ref(one.value) for crn, one in of_part.items()} for part, of_part in found.items()},
        since,
        until,
        scope.policy,
        scope.labels,
        tuple(one.completeness for one in scope.worked_out.values()),
    )


async def holds(story: Story, scope: Scope) -> bool:
    """Tell whether a request is told the same story, after which it stands on record as if it had asked itself.

    Where it is not, nothing is left behind but what the request will ask for anyway: no customer is let in to before
    all is at hand and the same, and so the customers of the story are those whom the operation will come to.
    """
    loaders = scope.loaders
    if story.policy is not scope.policy or story.labels is not scope.labels:
        return False
    if not story.since <= scope.now < story.until or not _is_at_hand(story, scope):
        return False
    try:
        for crns, parts in story.asked:
            await loaders.admit(crns, parts)
    except Refusal:  # the operation will meet it, too
        return False
    return loaders.decisions == story.decisions


def _is_at_hand(story: Story, scope: Scope) -> bool:
    loading = scope.loaders.loading
    for part, values in story.values.items():
        if loading.take(part, values):
            return False
        had = loading.had[part]
        if any(had[crn].value is not value() or had[crn].stale for crn, value in values.items()):
            return False
    return True


def _is_plain(decision: Decision) -> bool:
    """Tell whether a decision is one that an answer may be kept under: open by scopes alone, and sure."""
    return (
        decision.verdict is Verdict.OPEN
        and not decision.restricted
        and decision.grant is None
        and not decision.unchecked
    )


def _is_whole(found: Found) -> bool:
    value = found.value
    return not found.stale and (
        isinstance(value, NothingKnown) or (isinstance(value, Reading) and not value.gaps)
    )


def _lasts(scope: Scope, found: Mapping[str, Mapping[Crn, Found]]) -> tuple[datetime, datetime]:
    """Return from when to when time alone changes nothing: within a local day, and between two appointments."""
    midnight = datetime.combine(scope.today, time.min, scope.policy.tz)
    tomorrow = datetime.combine(scope.today + DAY, time.min, scope.policy.tz)
    moments = [midnight, *_appointments(found)]
    ends = [one.fresh_until for one in scope.worked_out.values()]
    since = max(one for one in moments if one <= scope.now)
    return since, min([tomorrow, *ends, *(one for one in moments if one > scope.now)])


def _appointments(found: Mapping[str, Mapping[Crn, Found]]) -> Iterator[datetime]:
    """Yield when appointments begin: one that is booked is to come before, and over after."""
    for one in found.get(ENTITLEMENT.name, {}).values():
        if isinstance(one.value, Reading):
            yield from (appointment.starts_at for appointment in one.value.record.appointments)
