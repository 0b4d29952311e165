"""Filing: what was heard, each row under the subject that it names, and a fault where nobody can tell."""

from collections.abc import Collection, Mapping, Sequence
from datetime import datetime, timedelta
from typing import Any, Final

from msgspec.structs import replace

from sources.crn import Crn
from sources.errors import BadData, Fault, SourceUnavailable, WrongSubject
from sources.http.reading import Heard
from sources.parts import RESTRICTION
from sources.parts.history import History
from sources.source import Observer, Reading, Source, SubjectMismatch, gather

_NEXT: Final = timedelta(microseconds=1)


def filed_records(
    source: Source[Any], crns: Sequence[Crn], heard: Heard, now: datetime, observe: Observer
) -> dict[Crn, Reading[Any] | Fault]:
    """Return the one record of each customer.

    Two different records of one customer, and a row that could not be mapped, are bad data for that customer alone.
    A row about somebody who was not asked for leaves it open whose it was: who has no row of their own gets a fault.
    """
    asked = set(crns)
    filed: dict[Crn, Reading[Any] | Fault] = {}
    for row in heard.rows:
        if row.crn in filed and filed[row.crn] != Reading(row, now):
            filed[row.crn] = BadData(source.system, "doubled")
        elif row.crn in asked:
            filed[row.crn] = Reading(row, now)
    strangers = len(({row.crn for row in heard.rows} | heard.in_doubt.keys()) - asked)
    filed |= {crn: BadData(source.system, "record") for crn in asked & heard.in_doubt.keys()}
    if strangers and len(filed) < len(asked):  # whoever lost something is told of by `ask`
        return _in_place(crns, filed, WrongSubject(source.system))
    if strangers:
        observe(SubjectMismatch(source.part.name, source.system, strangers))
    if heard.nameless:
        return _in_place(crns, filed, BadData(source.system, "record"))
    return _in_place(crns, filed, SourceUnavailable(source.system, "depth")) if heard.cut else filed


def filed_histories(
    source: Source[Any],
    crns: Sequence[Crn],
    heard: Heard,
    now: datetime,
    observe: Observer,
    floor: datetime | None,
    most: int,
) -> dict[Crn, Reading[Any] | Fault]:
    """Return the history of each customer, with where it begins to be complete, and the gap that a lost row leaves.

    `floor` is where the window that was asked for begins, for a system that does not say who has older items.
    """
    if heard.cut and heard.cut_at is None:
        return dict.fromkeys(crns, SourceUnavailable(source.system, "depth"))
    since = _since(crns, heard, floor)
    known: dict[Crn, Any] = {crn: Reading(History(crn, (), at), now) for crn, at in since.items()}
    known |= gather(source, crns, heard.rows, now, observe, since)
    if heard.cut and len(crns) > 1:
        unheard = set(crns) - {row.crn for row in heard.rows}
        known |= dict.fromkeys(unheard, SourceUnavailable(source.system, "depth"))
    strangers = len(heard.in_doubt.keys() - set(crns))
    if strangers:  # whose their rows were meant to be cannot be told
        lost = [crn for crn in crns if crn not in known or _is_empty(known[crn])]
        known |= dict.fromkeys(lost, WrongSubject(source.system))
        if not lost:  # whoever lost something is told of by `ask`
            observe(SubjectMismatch(source.part.name, source.system, strangers))
    for crn, outcome in known.items():
        if isinstance(outcome, Reading) and len(outcome.record.items) >= most:
            known[crn] = replace(
                outcome, record=_newest(outcome.record, most, says=crn in heard.complete_since)
            )
    return _with_gaps(source.system, crns, heard, known, now)


def _since(crns: Sequence[Crn], heard: Heard, floor: datetime | None) -> dict[Crn, datetime]:
    """Return from when each customer's history is complete, where it is not complete altogether.

    Of an answer about several that was cut, it cannot be told whose rows were still to come: nothing is complete.
    """
    if heard.cut and len(crns) > 1:
        newest: dict[Crn, datetime] = {}
        for row in heard.rows:
            newest[row.crn] = max(row.at, newest.get(row.crn, row.at))
        return {crn: _after(at) or at for crn, at in newest.items() if crn in crns}
    since: dict[Crn, datetime] = {crn: at for crn, at in heard.complete_since.items() if crn in crns}
    beginnings = [at for at in (floor, _after(heard.cut_at)) if at is not None]
    if not beginnings:
        return since
    says = heard.unknown is not None
    named = {row.crn for row in heard.rows} | heard.in_doubt.keys() | since.keys() if says else set(crns)
    for crn in crns:
        if crn in named:  # of who is in neither list, nothing is said to be complete
            since[crn] = max([*beginnings, *([since[crn]] if crn in since else [])])
    return since


def _is_empty(outcome: Any) -> bool:
    return isinstance(outcome, Reading) and not outcome.record.items


def unanswered(
    source: Source[Any], crns: Collection[Crn], heard: Heard, known: Mapping[Crn, Reading[Any] | Fault]
) -> dict[Crn, Fault]:
    """Return a fault for whom a system neither tells of nor says that it does not know them, where it says so.

    Of a restriction it always has to be said: who is passed over is not free.
    """
    if heard.unknown is None and source.part.name != RESTRICTION.name:
        return {}
    left = set(crns) - (heard.unknown or set()) - known.keys()
    return {crn: SourceUnavailable(source.system, "partial") for crn in crns if crn in left}


def _with_gaps(
    system: str, crns: Sequence[Crn], heard: Heard, known: dict[Crn, Any], now: datetime
) -> dict[Crn, Any]:
    doubtful = set(crns) if heard.nameless else {crn for crn in crns if crn in heard.in_doubt}
    for crn in doubtful:
        outcome = known.get(crn)
        if isinstance(outcome, Reading):
            known[crn] = replace(outcome, gaps=(BadData(system, "record"),))
        elif outcome is None:
            known[crn] = BadData(system, "record")
    return known


def _newest(history: History[Any], most: int, *, says: bool) -> History[Any]:
    """Return the newest items of a history that holds as many as were asked for, or more: older ones may have been
    left out, unless the system `says` from when it is complete."""
    items = history.items
    edge = items[most] if len(items) > most else None if says else items[-1]
    edges = [
        at for at in (_after(edge.at) if edge is not None else None, history.complete_since) if at is not None
    ]
    return History(history.crn, items[:most], max(edges) if edges else None)


def _after(at: datetime | None) -> datetime | None:
    """Return the moment after; the last of all calendars has none but itself."""
    try:
        return at + _NEXT if at is not None else None
    except OverflowError:
        return at


def _in_place(
    crns: Sequence[Crn], filed: dict[Crn, Reading[Any] | Fault], fault: Fault
) -> dict[Crn, Reading[Any] | Fault]:
    return {crn: filed.get(crn, fault) for crn in crns}
