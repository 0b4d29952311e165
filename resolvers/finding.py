"""Searching: a finder says who may be meant, the loader entry says who of them may be seen, and only those count.

Of anybody else an answer holds nothing: no edge, no gap, no count, no cursor, no duplicate, no sign that more follow.
"""

import asyncio
from collections.abc import Collection, Sequence
from typing import Any

import msgspec
from msgspec import Struct

from resolvers.access import Decision, Verdict
from resolvers.admission import Admission
from resolvers.customer import Picture, seen
from resolvers.loaders import Ask
from resolvers.paging import PageInfo
from resolvers.refusal import Refusal
from resolvers.scope import Failure, Scope
from resolvers.sealing import Cursor, NodeKey, cursor_text, node_id
from sources.crn import Crn
from sources.parts import Part
from sources.search import Candidate, Criteria

ROUNDS = 5
MOST_AT_ONCE = 400
UNCHECKED = "ACCESS_CHECK_UNAVAILABLE"
PLACE_STEP = 128
"""Places are filled up to steps of so many characters: the length of a sealed one tells nothing of a name."""


class CustomerEdge(Struct, frozen=True):
    """One customer who was found; `possible_duplicates` are node ids."""

    node: Picture
    cursor: str
    possible_duplicates: tuple[str, ...] = ()


class CustomerConnection(Struct, frozen=True):
    """One page of customers who were found."""

    edges: tuple[CustomerEdge, ...]
    page_info: PageInfo


class Search(Struct, frozen=True):
    """What is searched for, which parts its customers are shown with, and whether their duplicates are."""

    wanted: Criteria
    parts: Collection[Part[Any]]
    duplicates: bool


class _Hit(Struct, frozen=True):
    """A customer who may be seen, where the finder has them, and who may be the same person."""

    admission: Admission
    place: str
    alike: tuple[Admission, ...]


class _Hits(Struct):
    """What was found so far, and the place up to which was looked. `more` is None while that is open."""

    hits: list[_Hit]
    place: str | None
    more: bool | None = None
    unchecked: bool = False


async def search(
    scope: Scope, asked: Search, first: int, after: str | None, path: Sequence[str | int]
) -> CustomerConnection:
    """Return a page of the customers who are found and may be seen; raise the refusal or the finder's fault."""
    text = msgspec.json.encode(asked.wanted, order="sorted").decode()
    bound = f"search:{text}"
    start = scope.pager(first, after, bound).start(str)
    number = Crn(f"search {text}")
    ask = scope.loaders.search(number, asked.wanted, first)
    found = await _looked(scope, ask, asked, first, start.place.rstrip("\0") if start is not None else None)
    page = found.hits[:first]
    for hit in page:
        scope.loaders.note(hit.admission)
        for other in hit.alike:
            scope.loaders.note(other, shown=False)
            found.unchecked |= other.decision.code == UNCHECKED
    verdict = Verdict.OPEN if page else Verdict.NOBODY
    scope.loaders.decisions[number] = Decision(number, verdict, "search")
    if found.unchecked:
        scope.failures.append(Failure(tuple(path), Refusal(UNCHECKED)))
    return _connection(scope, found, page, bound, begun=after is None)


async def _looked(scope: Scope, ask: Ask, asked: Search, first: int, after: str | None) -> _Hits:
    """Ask on until there are `first` customers who may be seen and one more, or nobody is left.

    After some rounds it is given up, with more to follow after the place that was reached, whoever stands there.
    """
    found = _Hits([], after)
    size = first + 1
    for round in range(ROUNDS):
        candidates = await ask(size, found.place)
        if round == 0 and not candidates.found:
            await scope.loaders.pretend(repr(asked.wanted), asked.parts)
        # the first round is nearly always the only one; of those who come later most are not on the page
        await _consider(scope, found, candidates.found, asked, asked.parts if round == 0 else (), first)
        if len(found.hits) > first:
            found.more, found.place = True, None
        elif not candidates.more:
            found.more, found.place = False, None
        if found.more is not None:
            break
        found.place = candidates.found[-1].place
        size = min(2 * size, MOST_AT_ONCE)
    if round > 0:
        await _load(scope, found, asked.parts, first)
    return found


async def _consider(
    scope: Scope,
    found: _Hits,
    candidates: Sequence[Candidate],
    asked: Search,
    parts: Collection[Part[Any]],
    first: int,
) -> None:
    """Decide on candidates and their duplicates, all in one wave, and keep those who may be seen."""
    alike = {other for one in candidates for other in one.duplicates} if asked.duplicates else set()
    admissions, others = await asyncio.gather(
        scope.loaders.consider([one.crn for one in candidates], parts), scope.loaders.consider(alike, ())
    )
    known = {hit.admission.crn for hit in found.hits}
    for one in candidates:
        if len(found.hits) > first:
            return
        admission = admissions[one.crn]
        if admission.crn in known:
            continue
        known.add(admission.crn)
        if _is_open(scope, admission):
            same = {others[crn].crn: others[crn] for crn in one.duplicates if crn in others}
            same.pop(admission.crn, None)
            found.hits.append(_Hit(admission, one.place, tuple(same.values())))
        else:
            scope.loaders.note(admission, asked=False)  # nobody is to blame for whom a search comes upon
            found.unchecked |= admission.decision.code == UNCHECKED


async def _load(scope: Scope, found: _Hits, parts: Collection[Part[Any]], first: int) -> None:
    """Load the parts of the page whose customers were found in several rounds."""
    crns = [hit.admission.crn for hit in found.hits[:first]]
    admissions = await scope.loaders.consider(crns, parts)
    found.hits = [
        *(
            msgspec.structs.replace(hit, admission=admissions[hit.admission.crn])
            for hit in found.hits[:first]
        ),
        *found.hits[first:],
    ]


def _is_open(scope: Scope, admission: Admission) -> bool:
    return admission.decision.verdict is Verdict.OPEN and isinstance(seen(scope, admission), Picture)


def _connection(
    scope: Scope, found: _Hits, page: Sequence[_Hit], bound: str, *, begun: bool
) -> CustomerConnection:
    edges = tuple(
        CustomerEdge(
            node=Picture(scope, hit.admission),
            cursor=_cursor(scope, hit.place, bound),
            possible_duplicates=tuple(
                node_id(scope.sealer, NodeKey("Customer", other.crn))
                for other in hit.alike
                if _is_open(scope, other)
            ),
        )
        for hit in page
    )
    last = edges[-1].cursor if edges else None
    info = PageInfo(
        has_next_page=found.more is not False,
        has_previous_page=not begun,
        start_cursor=edges[0].cursor if edges else None,
        end_cursor=last if found.more is not None else _cursor(scope, found.place or "", bound),
    )
    return CustomerConnection(edges, info)


def _cursor(scope: Scope, place: str, bound: str) -> str:
    return cursor_text(scope.sealer, Cursor(place + "\0" * (-len(place) % PLACE_STEP)), bound)
