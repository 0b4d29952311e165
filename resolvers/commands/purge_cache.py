"""Purging the cache: a caller says that something is out of date. It is on record before it is done.

It shows nothing of anybody and gives no access, so it asks for its own scope alone, whoever the customer is. To do it
twice is to do it once.
"""

from typing import Final

from msgspec import Struct

from resolvers.access import Decision, Verdict
from resolvers.admission import Admission
from resolvers.commands.keys import check_key
from resolvers.outdated import Cause, Outdated
from resolvers.refusal import Refusal
from resolvers.scope import Act, Scope
from sources.crn import Crn

CACHE_PURGE: Final = "cache:purge"
PURGE: Final = "purge"
"""The action on record, and the rule of the decision."""

NOBODY: Final = Crn("")
"""Who stands on record where what is purged is no customer's."""


class PurgeCache(Struct, frozen=True):
    """What is asked for: what is out of date, and under which idempotency key, if any."""

    outdated: Outdated
    key: str | None = None


class CachePurged(Struct, frozen=True):
    """It is done; `everywhere` is whether every process is sure to know."""

    everywhere: bool


async def purge_cache(scope: Scope, asked: PurgeCache) -> CachePurged:
    """Purge what is out of date. Raise the refusal."""
    outdated, loaders, invalidator = asked.outdated, scope.loaders, scope.invalidator
    number = outdated.crn if outdated.crn is not None else NOBODY
    if CACHE_PURGE not in scope.caller.scopes:
        loaders.note(Admission(number, Decision(number, Verdict.REFUSED, "scope", "FORBIDDEN"), {}))
        raise Refusal("FORBIDDEN", "This caller may not purge the cache.")
    if invalidator is None:
        raise Refusal("UNSUPPORTED_BY_SOURCE")
    invalidator.check(outdated)
    if asked.key is not None:
        check_key(asked.key)
    if outdated.crn is not None:
        loaders.count([outdated.crn])
    await _put_on_record(scope, number, outdated)
    return CachePurged(await invalidator.tell(outdated, Cause.MUTATION))


async def _put_on_record(scope: Scope, number: Crn, outdated: Outdated) -> None:
    scope.loaders.recorded.pop(number, None)  # each purge of one request is an event of its own
    scope.acts[number] = Act(PURGE, outdated.subject)
    scope.loaders.note(Admission(number, Decision(number, Verdict.OPEN, PURGE), {}))
    await scope.record(scope)
    del scope.acts[number]  # what comes after it in the request is no purge
