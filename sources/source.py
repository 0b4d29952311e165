"""The one contract of every source: many CRNs in, a mapping by CRN out, the subject of every record checked.

A load has three outcomes and no fourth: a `Reading`, `NothingKnown`, or a `Fault` as a value.
"""

import time
from asyncio import timeout
from collections.abc import Awaitable, Callable, Iterable, Mapping, Sequence
from datetime import datetime
from typing import Any, Generic, Protocol, TypeAlias, TypeVar

from msgspec import Struct
from msgspec.structs import replace

from sources.crn import Crn
from sources.errors import BadData, Fault, SourceTimeout, SourceUnavailable, WrongSubject
from sources.guard import patience
from sources.parts import Part
from sources.parts.customer import Identifier
from sources.parts.history import History, Item, Keyset, in_order, is_about, is_in_order, place

R = TypeVar("R")
T = TypeVar("T")
I = TypeVar("I", bound=Item)  # noqa: E741

IDENTIFIERS = "identifier"

Clock: TypeAlias = Callable[[], datetime]
Observer: TypeAlias = Callable[[Struct], None]


class Reading(Struct, Generic[R], frozen=True, weakref=True):
    """A record, and when its source was read. `gaps` are the faults that kept something of it away; `told_by` is the
    system that told it, where a part has several."""

    record: R
    read_at: datetime
    gaps: tuple[Fault, ...] = ()
    told_by: str = ""


class NothingKnown(Struct, frozen=True, weakref=True):
    """The source was asked and holds nothing for this customer."""

    read_at: datetime


Outcome: TypeAlias = Reading[R] | NothingKnown | Fault


class Filter(Struct, frozen=True, omit_defaults=True):
    """Which items of a history are wanted; what is empty does not narrow. `since` and `until` are both included."""

    ids: frozenset[str] = frozenset()
    kinds: frozenset[str] = frozenset()
    channels: frozenset[str] = frozenset()
    since: datetime | None = None
    until: datetime | None = None

    def admits(self, item: Any) -> bool:
        """Tell whether the item of a history is wanted. `kind` and `channel` are compared as codes."""
        return (
            (not self.ids or item.id in self.ids)
            and (not self.kinds or getattr(item, "kind", None) in self.kinds)
            and (not self.channels or getattr(item, "channel", None) in self.channels)
            and (self.since is None or item.at >= self.since)
            and (self.until is None or item.at <= self.until)
        )


EVERYTHING = Filter()


class Page(Struct, Generic[I], frozen=True):
    """Items of a history, newest first, and whether older ones follow. `gaps` are what kept some of them away."""

    items: tuple[I, ...]
    more: bool
    gaps: tuple[Fault, ...] = ()


class Neighbour(Protocol):
    """Whatever is asked: a source, a directory, a finder."""

    @property
    def system(self) -> str:
        """The name of the upstream, as operators and officers know it."""

    @property
    def time_limit(self) -> float:
        """How long it may take to answer, in seconds."""


class Source(Neighbour, Protocol[R]):
    """One upstream's word on one part of many customers.

    A source answers what it knows and leaves out whom it does not know; a failure for one CRN stands in its place as
    a `Fault`. It may raise any `Fault`; callers go through `ask` and `ask_page`, which check and translate.
    """

    @property
    def part(self) -> Part[R]:
        """The part it tells of."""

    @property
    def retention_days(self) -> int | None:
        """How long it keeps what it knows; None for ever. "No data" is not "never happened"."""

    @property
    def most_at_once(self) -> int:
        """How many customers one question to it can be about; 1 where each is asked for alone."""

    async def fetch(self, crns: Sequence[Crn]) -> Mapping[Crn, Reading[R] | Fault]:
        """Return what is known of each of the customers."""

    async def page(self, crn: Crn, wanted: Filter, before: Keyset | None, size: int) -> Page[Any]:
        """Return at most `size` items older than `before`, newest first; only sources of histories have them."""


class Directory(Neighbour, Protocol):
    """A source that can tell which customer a number of another system belongs to."""

    async def resolve(self, identifiers: Sequence[Identifier]) -> Mapping[Identifier, Crn]:
        """Return the canonical CRN behind each identifier that is known."""


class SourceAsked(Struct, frozen=True):
    """A source was asked: for how many customers, how many it knew, how many failed with which code, how long.

    `reasons` are the short codes of this project for why, each once.
    """

    part: str
    system: str
    keys: int
    known: int
    faults: Mapping[str, int]
    seconds: float
    reasons: tuple[str, ...] = ()


class SubjectMismatch(Struct, frozen=True):
    """A source answered about somebody it was not asked about. A security event."""

    part: str
    system: str
    rows: int


class SourceBroke(Struct, frozen=True):
    """An adapter raised something that is not a fault: a bug of ours or of a library, named by type only."""

    part: str
    system: str
    error: str


async def ask(
    source: Source[R], crns: Sequence[Crn], clock: Clock, observe: Observer
) -> Mapping[Crn, Reading[R] | NothingKnown | Fault]:
    """Ask a source for many customers. Every CRN asked for gets one of the three outcomes, and only its own."""
    started = time.perf_counter()
    answer: Any = await in_time(source, source.part.name, source.fetch(crns), observe)
    if not isinstance(answer, Mapping | Fault):
        answer = BadData(source.system, "shape")
    outcomes: dict[Crn, Reading[R] | NothingKnown | Fault] = {}
    for crn in crns:
        outcomes[crn] = answer if isinstance(answer, Fault) else _checked(source, crn, answer.get(crn), clock)
    strangers = 0 if isinstance(answer, Fault) else len(answer.keys() - set(crns))
    mixed = strangers + sum(isinstance(outcome, WrongSubject) for outcome in outcomes.values())
    if mixed:
        observe(SubjectMismatch(source.part.name, source.system, mixed))
    observe(asked(source.part.name, source.system, outcomes, time.perf_counter() - started))
    return outcomes


async def ask_page(
    source: Source[R], crn: Crn, wanted: Filter, before: Keyset | None, size: int, observe: Observer
) -> Page[Any] | Fault:
    """Ask a source for older items of one customer; a page of somebody else's items, or out of place, is a fault."""
    started = time.perf_counter()
    page: Any = await in_time(source, source.part.name, source.page(crn, wanted, before, size), observe)
    if not isinstance(page, Fault):
        try:
            page = _page_of(source.system, crn, page, before, size)
        except (AttributeError, TypeError):
            page = BadData(source.system, "shape")
    if isinstance(page, WrongSubject):
        observe(SubjectMismatch(source.part.name, source.system, 1))
    observe(asked(source.part.name, source.system, {crn: page}, time.perf_counter() - started))
    told: Page[Any] | Fault = page
    return told


def _page_of(system: str, crn: Crn, page: Page[Any], before: Keyset | None, size: int) -> Page[Any] | Fault:
    if not is_about(crn, page.items):
        return WrongSubject(system)
    beyond = before is not None and any(place(item) >= before for item in page.items)
    if beyond or len(page.items) > size or not is_in_order(page.items):
        return BadData(system, "order")
    return page


async def ask_directory(
    directory: Directory, identifiers: Sequence[Identifier], observe: Observer
) -> Mapping[Identifier, Crn] | Fault:
    """Ask which customers the identifiers belong to."""
    started = time.perf_counter()
    found = await in_time(directory, IDENTIFIERS, directory.resolve(identifiers), observe)
    outcomes = {one: found if isinstance(found, Fault) else found.get(one) for one in identifiers}
    observe(asked(IDENTIFIERS, directory.system, outcomes, time.perf_counter() - started))
    return found


def gather(
    source: Source[History[I]],
    crns: Sequence[Crn],
    rows: Iterable[I],
    read_at: datetime,
    observe: Observer,
    complete_since: Mapping[Crn, datetime] | None = None,
) -> dict[Crn, Reading[History[I]] | Fault]:
    """Return histories from loose rows, each filed under the subject that it names, never under its position.

    A row about somebody who was not asked for is dropped and reported, and whoever then has no row of their own gets
    `WrongSubject`: it cannot be told whose row it was.
    """
    lists: dict[Crn, list[I]] = {crn: [] for crn in crns}
    strangers = 0
    for row in rows:
        try:
            lists[row.crn].append(row)
        except KeyError:
            strangers += 1
    since = complete_since or {}
    answer: dict[Crn, Reading[History[I]] | Fault] = {
        crn: Reading(History(crn, in_order(items), since.get(crn)), read_at)
        for crn, items in lists.items()
        if items
    }
    lost = {crn: WrongSubject(source.system) for crn, items in lists.items() if not items and strangers}
    if strangers and not lost:  # whoever lost something is told of by `ask`
        observe(SubjectMismatch(source.part.name, source.system, strangers))
    return answer | lost


async def in_time(neighbour: Neighbour, part: str, work: Awaitable[T], observe: Observer) -> T | Fault:
    """Return what a neighbour answers within its time limit, or its fault; a bug in it is a fault, too."""
    try:
        with patience(neighbour.time_limit):
            async with timeout(neighbour.time_limit):
                return await work
    except TimeoutError:
        return SourceTimeout(neighbour.system)
    except Fault as fault:
        # a fault is kept as a value: it must not keep frames and rows alive
        return fault.with_traceback(None)
    except Exception as error:  # a bug in an adapter costs its own part, not the request
        observe(SourceBroke(part, neighbour.system, type(error).__name__))
        return SourceUnavailable(neighbour.system, "broken")


def _checked(
    source: Source[R], crn: Crn, answer: Reading[R] | Fault | None, clock: Clock
) -> Reading[R] | NothingKnown | Fault:
    if answer is None:
        return NothingKnown(clock())
    if isinstance(answer, Fault):
        return answer
    try:
        return _of_subject(source, crn, answer)
    except (AttributeError, TypeError):  # another shape, or times with and without a zone in one history
        return BadData(source.system, "shape")


def _of_subject(source: Source[R], crn: Crn, answer: Reading[R]) -> Reading[R] | Fault:
    record: Any = answer.record
    if record.crn != crn:
        return WrongSubject(source.system)
    if source.part.history:
        if not is_about(crn, record.items):
            return WrongSubject(source.system)
        if not is_in_order(record.items):
            tidied: Any = History(crn, in_order(record.items), record.complete_since)
            return replace(answer, record=tidied)
    return answer


def asked(part: str, system: str, outcomes: Mapping[Any, Any], seconds: float) -> SourceAsked:
    """Return the event of having asked. An outcome that is None or `NothingKnown` is something not known."""
    faults: dict[str, int] = {}
    for outcome in outcomes.values():
        if isinstance(outcome, Fault):
            faults[outcome.code] = faults.get(outcome.code, 0) + 1
    unknown = sum(outcome is None or isinstance(outcome, NothingKnown) for outcome in outcomes.values())
    known = len(outcomes) - unknown - sum(faults.values())
    reasons = {one.reason for one in outcomes.values() if isinstance(one, Fault) and one.reason}
    return SourceAsked(part, system, len(outcomes), known, faults, seconds, tuple(sorted(reasons)))
