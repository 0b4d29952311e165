"""A customer's timeline: pages over everything that happened, whoever told it, and what is missing, honestly."""

from collections.abc import Collection, Hashable, Iterable, Iterator, Mapping, Sequence
from datetime import date
from typing import Any

import msgspec
from msgspec import Struct

from resolvers.cards.listing import first_day
from resolvers.customer import Picture
from resolvers.manner import Manner, manner_of
from resolvers.paging import Edge
from resolvers.refusal import Refusal
from resolvers.scope import Failure, Scope
from resolvers.sealing import Cursor
from resolvers.timeline.asked import Asked, checked, sieve
from resolvers.timeline.drawing import Draught, Draw, Reached, Stream, drawn
from resolvers.timeline.entry import Entry, Place, TimelineKind
from resolvers.timeline.merging import Merged, merged
from resolvers.timeline.page import Seal, Timeline
from resolvers.timeline.reading import ENTRY_BYTES
from resolvers.timeline.related import FEEDING, people
from resolvers.timeline.sections import PartState, TimelineSection, left_out, sections
from sources.errors import Fault
from sources.parts import CUSTOMER, Part

TIMELINE_PARTS: tuple[Part[Any], ...] = (CUSTOMER, *FEEDING)
MOST_PINNED = 100
NOTHING = Merged((), False, None)
BROKEN_OFF = "!"
"""Stands behind the name of a stream that could not be drawn to its end: nothing older of it follows."""


class Turn(Struct, frozen=True):
    """One page as it is asked for: after which cursor, on which day its first page was."""

    scope: Scope
    manner: Manner
    asked: Asked
    first: int
    start: Cursor[Place] | None
    bound: str
    path: tuple[str | int, ...]

    @property
    def place(self) -> Place | None:
        """Where the page before ended."""
        return self.start.place if self.start is not None else None

    @property
    def parts(self) -> tuple[str, ...]:
        """The streams that the page before was merged from; those that broke off are marked."""
        return self.start.parts if self.start is not None else ()

    @property
    def day(self) -> date:
        """The local day of the first page."""
        return (self.start.day if self.start is not None else None) or self.manner.today

    def of(self, states: Iterable[PartState]) -> Hashable:
        """Return everything that its page depends on, beside the readings of the parts that answered."""
        asked = tuple((one.key, one.stream is not None) for one in states)
        return self.bound, self.first, self.place, self.parts, self.day, self.manner.key, asked

    def tell(self, faults: Iterable[Fault | Refusal]) -> None:
        """Let faults stand among the errors."""
        self.scope.failures.extend(Failure(self.path, fault) for fault in faults)


class Pins(Struct, frozen=True):
    """What is asked for to be pinned: of each kind from its own first day on."""

    asked: Asked
    firsts: Mapping[TimelineKind, date]
    reasons: Mapping[str, str]


async def timeline(
    picture: Picture, asked: Asked, first: int, after: str | None, path: Collection[str | int]
) -> Timeline:
    """Return a page; what could not be had of it stands in `sections`, and as a failure at the path.

    Raise the refusal or the fault when nothing at all can be read.
    """
    scope = picture.scope
    picture.found(CUSTOMER)  # whoever is not let in is told why, as by every section
    asked = checked(scope, asked)
    bound = f"timeline:{picture.number}:{asked.binding}"
    start = scope.pager(first, after, bound).start(Place)
    turn = Turn(scope, manner_of(scope), asked, first, start, bound, tuple(path))
    states = sections(scope, await people(picture, asked))
    streams = [state.stream for state in states if state.stream is not None]
    if not any(stream.subject.picture is picture for stream in streams):
        raise next((state.faults[0] for state in states if state.faults), Refusal("FORBIDDEN_FIELD"))
    turn.tell(fault for state in states for fault in state.faults)
    if start is not None and [one.removesuffix(BROKEN_OFF) for one in start.parts] != [
        stream.name for stream in streams
    ]:
        turn.tell(
            [Refusal("CONFLICT", "Other sources answered the page before: start again without `after`.")]
        )
        return _timeline(turn, NOTHING, (), tuple(left_out(state) for state in states))
    return await _page(turn, streams, states)


async def _page(turn: Turn, streams: Sequence[Stream], states: Sequence[PartState]) -> Timeline:
    """Return the page of streams: the one that was made before of the very same readings, else a new one.

    It is made anew where something failed, and where a source was asked: nobody could say how long that is good.
    """
    readings, how, remembered = [one.reading for one in streams], turn.of(states), turn.manner.remembered
    failed = any(state.faults for state in states)
    if remembered is not None and not failed:
        held = remembered.read(readings, how)
        if held is not None:
            return _piece(turn.scope, held[1])
    own, pins, pinned = await _drawn(turn, streams)
    turn.tell(fault for one in own for fault in _faults(one.reached))
    page = _made(turn, streams, states, own, _pinned(turn, pins, pinned))
    if remembered is not None and not failed and not any(one.older for one in (*own, *pinned)):
        weight = ENTRY_BYTES * (1 + len(page.edges) + len(page.pinned))
        remembered.put(readings, how, (turn.manner, page), weight)
        return _piece(turn.scope, page)
    return page


def _piece(scope: Scope, page: Timeline) -> Timeline:
    """Return a page that is remembered as a piece of answers, which is written once: another one of the same, so that
    nothing but its readings keeps the remembered one."""
    pieces = scope.pieces
    return page if pieces is None else pieces.made(page, "timeline", lambda: msgspec.structs.replace(page))


def _made(
    turn: Turn,
    streams: Sequence[Stream],
    states: Sequence[PartState],
    found: Sequence[Draught],
    pinned: tuple[Entry, ...],
) -> Timeline:
    wanted, up = sieve(turn.asked, turn.manner.mark), {entry.place for entry in pinned}
    page = merged(
        [one.drawn for one in found],
        turn.place,
        turn.first,
        (lambda entry: entry.place not in up and wanted(entry)) if up else wanted,
    )
    reached = {one.name: draught.reached for one, draught in zip(streams, found, strict=True)}
    parts = tuple(name + BROKEN_OFF * _broke(turn, name, one) for name, one in reached.items())
    told = (state.told(reached[state.stream.name] if state.stream is not None else None) for state in states)
    return _timeline(turn, page, parts, tuple(told), pinned)


def _timeline(
    turn: Turn,
    page: Merged,
    parts: tuple[str, ...],
    told: tuple[TimelineSection, ...],
    pinned: tuple[Entry, ...] = (),
) -> Timeline:
    seal = Seal(turn.manner.sealer, turn.day, parts, turn.bound)
    cursor = seal.entry
    edges = tuple(Edge(entry, cursor) for entry in page.entries)
    return Timeline(edges, page.more, page.end, pinned, told, seal, turn.start is not None)


async def _drawn(
    turn: Turn, streams: Sequence[Stream]
) -> tuple[Sequence[Draught], Pins | None, Sequence[Draught]]:
    """Return what is drawn from the streams for the page, and what is to be pinned, drawn from the same streams."""
    pins = _pins(turn)
    found = await drawn([*_draws(turn, streams), *_draws_of_pins(turn, streams, pins)])
    return found[: len(streams)], pins, found[len(streams) :]


def _draws(turn: Turn, streams: Iterable[Stream]) -> Iterator[Draw]:
    for one in streams:
        whole = one.name + BROKEN_OFF not in turn.parts
        yield Draw(turn.scope, turn.manner, one, turn.asked, turn.place, turn.first, whole)


def _draws_of_pins(turn: Turn, streams: Iterable[Stream], pins: Pins | None) -> Iterator[Draw]:
    if pins is None:
        return
    for one in streams:
        yield Draw(turn.scope, turn.manner, one, pins.asked, None, MOST_PINNED, whole=True)


def _pins(turn: Turn) -> Pins | None:
    """Return what is asked for to be pinned, within the filter and the windows of the cards; None for nothing."""
    scope, asked = turn.scope, turn.asked
    reasons = scope.policy.cards.pinned
    kinds = frozenset(kind for kind in TimelineKind if kind.value in reasons)
    kinds = kinds & asked.kinds if asked.kinds else kinds
    if not kinds:
        return None
    firsts = {kind: first_day(scope.policy, kind, turn.day, None) for kind in kinds}  # type: ignore[arg-type]
    since = max(min(firsts.values()), asked.since or date.min)
    if asked.until is not None and asked.until < since:
        return None
    return Pins(msgspec.structs.replace(asked, kinds=kinds, since=since), firsts, reasons)


def _pinned(turn: Turn, pins: Pins | None, found: Sequence[Draught]) -> tuple[Entry, ...]:
    """Return the business imperatives, the newest so many."""
    if pins is None:
        return ()
    wanted, firsts = sieve(pins.asked, turn.manner.mark), pins.firsts
    page = merged(
        [one.drawn for one in found],
        None,
        MOST_PINNED,
        lambda entry: wanted(entry) and entry.day >= firsts[entry.kind],
    )
    return tuple(
        msgspec.structs.replace(entry, pinned=True, pin_reason=pins.reasons[entry.kind.value])
        for entry in page.entries
    )


def _faults(one: Reached) -> tuple[Fault, ...]:
    return (*((one.fault,) if one.fault is not None else ()), *one.gaps)


def _broke(turn: Turn, name: str, one: Reached) -> bool:
    return one.fault is not None or name + BROKEN_OFF in turn.parts
