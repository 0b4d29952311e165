"""What every request of a process shares, and how each source is asked through the cache."""

import asyncio
from collections.abc import Mapping, Sequence
from datetime import datetime
from typing import Any, Final

from msgspec import Struct, field
from msgspec.structs import replace

from cache import CrnCache, Fetch, Found, Keep, Question
from cache.pieces import Pieces
from resolvers.access import Decision, Verdict
from resolvers.asking import Asking
from resolvers.browsing import Browsing
from resolvers.grants import Grants
from resolvers.kinship import Kinship
from resolvers.refusal import Refusal
from resolvers.waiting import then
from sources.asker import Asker, asked_by, own_to
from sources.coalescing import Coalescing
from sources.crn import Crn
from sources.document import DocumentSource, Streamed, ask_document
from sources.errors import Fault
from sources.parts import CUSTOMER, RESTRICTION, Part, Restriction
from sources.parts.customer import Identifier
from sources.search import Finder
from sources.source import Clock, Directory, NothingKnown, Observer, Reading, Source, ask_directory

_READ: Final = (Reading, NothingKnown)


def judge(outcome: Any) -> Keep:
    """Say whether an outcome may be kept: a whole reading usually, "nothing known" briefly, a fault never."""
    if isinstance(outcome, Reading):
        return Keep.NEVER if outcome.gaps else Keep.USUALLY  # partial is not kept as complete (BR-GW-3)
    return Keep.BRIEFLY if isinstance(outcome, NothingKnown) else Keep.NEVER


class Neighbours(Struct, frozen=True):
    """What every request of the process shares: the sources by part, the directory, the cache, clock and observer.

    `finder` is None where no source can search, `grants` where no glass can be broken, `documents` where no document
    can be opened. `coalescing` takes what requests miss at the same time to the sources. `browsing` counts what
    officers open, `kinship` remembers who is close to them.

    `pieces` are what was made of readings that the cache has in memory, None where that is not kept.

    `asker` is in whose name sources are asked that have to be asked so, None for what all requests share.
    """

    sources: Mapping[str, Source[Any]]
    directory: Directory
    cache: CrnCache
    clock: Clock
    observe: Observer
    coalescing: Coalescing
    finder: Finder | None = None
    grants: Grants | None = None
    browsing: Browsing = field(default_factory=Browsing)
    kinship: Kinship = field(default_factory=Kinship)
    documents: DocumentSource | None = None
    asker: Asker | None = None
    pieces: Pieces | None = None

    def of(self, asker: Asker) -> "Neighbours":
        """Return the neighbours as a caller's request asks them."""
        customer = self.sources.get(CUSTOMER.name)
        own = customer is not None and own_to(customer, asker) is not None
        return replace(self, asker=asker, kinship=Kinship() if own else self.kinship)

    def source(self, part: Part[Any]) -> Source[Any]:
        """Return the source of a part, as this caller asks it."""
        return asked_by(self.sources[part.name], self.asker)

    def group(self, part: str) -> tuple[str, ...]:
        """Return whose alone it is what is told of a part; empty where everybody is told the same."""
        owner = own_to(self.sources[part], self.asker)
        return owner.group if owner is not None else ()


def question_of(neighbours: Neighbours, name: str, crns: Sequence[Crn]) -> Question:
    """Return the question for one part of many customers: to the cache, and for what is not there to its source."""
    source = neighbours.sources[name]
    return Question(name, source.system, crns, _fetch(neighbours, source), neighbours.group(name))


async def renewed(neighbours: Neighbours, part: Part[Any], crn: Crn, seconds: float) -> Found:
    """Return a part of a customer as it was read in the last seconds: from the cache, else from its source."""
    source = neighbours.sources[part.name]
    found = await neighbours.cache.look(
        part.name,
        source.system,
        [crn],
        _fetch(neighbours, source),
        within=seconds,
        group=neighbours.group(part.name),
    )
    return not_ahead(found[crn], neighbours.clock())


def not_ahead(found: Found, now: datetime) -> Found:
    """Return what was found, read now at the latest: whoever kept it may have another clock, or ours was set back."""
    told = found.value
    if not isinstance(told, _READ) or told.read_at <= now:
        return found
    return replace(found, value=replace(told, read_at=now))


async def keep_or_drop(
    neighbours: Neighbours, decided: Mapping[Crn, Decision], found: Mapping[Crn, Mapping[str, Found]]
) -> None:
    """Keep what was found of customers as far as their decisions let it be kept, and forget the rest."""
    work = [
        _keep_or_drop(neighbours, crn, found[crn], decision)
        for crn, decision in decided.items()
        if _is_hidden(decision) or any(one.fetched for one in found[crn].values())
    ]
    if len(work) == 1:
        await work[0]
    elif work:
        await asyncio.gather(*work)


def _is_hidden(decision: Decision) -> bool:
    return decision.restricted or decision.verdict is Verdict.NOBODY


async def _keep_or_drop(
    neighbours: Neighbours, crn: Crn, found: Mapping[str, Found], decision: Decision
) -> None:
    # of a restricted record and of a number that nobody has, the same is kept: so both cost the same to ask again
    cache, sources = neighbours.cache, neighbours.sources
    may_stay = decision.verdict is Verdict.OPEN and not decision.restricted
    await cache.beside(
        (cache.keep if may_stay or name == RESTRICTION.name else cache.pass_by)(
            name, sources[name].system, crn, value, neighbours.group(name)
        )
        for name, value in found.items()
        if value.fetched
    )
    if _is_hidden(decision):
        others: dict[tuple[str, ...], dict[str, str]] = {}
        for name, source in sources.items():
            if name != RESTRICTION.name:
                others.setdefault(neighbours.group(name), {})[name] = source.system
        for group, some in others.items():
            await cache.drop(some, crn, group)


def _fetch(neighbours: Neighbours, source: Source[Any]) -> Fetch:
    def fetch(crns: Sequence[str]) -> asyncio.Future[dict[Crn, Any]]:
        told = neighbours.coalescing.ask(source, [Crn(crn) for crn in crns], neighbours.asker)
        return then(told, _all_free) if source.part.name == RESTRICTION.name else told

    return fetch


def may_browse(neighbours: Neighbours, asking: Asking, decision: Decision) -> bool:
    """Tell whether a caller may open one more customer within the hour."""
    if decision.verdict is Verdict.REFUSED:
        return True
    return neighbours.browsing.admits(
        asking.caller, decision.crn, asking.interaction, asking.now, asking.rules
    )


async def opened(neighbours: Neighbours, crn: Crn, number: str) -> Streamed | None:
    """Return a document that its source has begun to send, None where it has none such; raise its fault."""
    if neighbours.documents is None:
        raise Refusal("UNSUPPORTED_BY_SOURCE")
    found = await ask_document(neighbours.documents, crn, number, neighbours.observe)
    if isinstance(found, Fault):
        raise found
    return found


def look_up(neighbours: Neighbours) -> Any:
    """Return what looks up many identifiers in the directory."""

    async def batch(identifiers: list[Identifier]) -> list[Any]:
        found = await ask_directory(neighbours.directory, identifiers, neighbours.observe)
        return [found if isinstance(found, Fault) else found.get(one) for one in identifiers]

    return batch


def _all_free(told: Mapping[Crn, Any]) -> dict[Crn, Any]:
    return {crn: _free(crn, one) for crn, one in told.items()}


def _free(crn: Crn, outcome: Any) -> Any:
    """Return the restriction of somebody of whom its source knows none: free, and kept like any other."""
    if isinstance(outcome, NothingKnown):
        return Reading(Restriction(crn, restricted=False), outcome.read_at)
    return outcome
