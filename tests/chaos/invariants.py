"""What holds whatever fails: each a function that says what does not hold, and says nothing when all is well.

I1 nothing of one person stands where another's is; I2 nothing is older than it may be; I3 what an answer says of its
completeness is true; I4 the audit has one event for each person asked about; I5 no answer is late; I6 what was broken
is whole soon after; I7 no task and no open file is left over; I8 nobody is asked more often than was to be expected.
"""

import asyncio
import ctypes
import gc
import time
from collections import Counter
from collections.abc import Collection, Iterable, Iterator, Mapping, Sequence
from datetime import datetime
from pathlib import Path
from typing import Any, Final

import msgspec
from msgspec import Struct

from cache import FRESHNESS
from cache.freshness import freshness
from gateway.overload.memory import resident
from sources.crn import Crn
from tests.chaos.stage import FIELDS, MARK, Asked, Stage, mark

GRACE: Final = 0.25
"""Seconds beyond what a source may take that an answer may take."""
RECOVERY: Final = 8.0
ROUNDS: Final = 10
TIME_TO_GO: Final = 9.0
"""So often at least, and for so many seconds, it is looked whether what is left over goes."""
BROKEN: Final = {"TIMEOUT", "UNAVAILABLE", "BAD_DATA"}
SPARE: Final = 2
"""Open files more than before that are no leak: a connection more is kept than was."""
SWELLING: Final = 0.05
"""The share of the memory by which a process may have more than before."""


def mixed(asked: Asked) -> Iterator[str]:
    """I1: say whose marks stand where another person's record is, or in an answer that is not about them."""
    for place, owner in enumerate(asked.crns):
        found = {f"Mark{number}" for number in MARK.findall(msgspec.json.encode(asked.shown[place]).decode())}
        if found - {mark(owner)}:
            yield f"I1: {found} in the place of {mark(owner)}"
        shown = asked.shown[place]
        if shown is not None and shown["crn"] != owner:
            yield f"I1: {shown['crn']} in the place of {owner}"
    strangers = {f"Mark{number}" for number in MARK.findall(asked.answer.text)} - set(map(mark, asked.crns))
    if strangers:
        yield f"I1: {strangers} in an answer about others"


def too_old(asked: Asked) -> Iterator[str]:
    """I2: say which section is from before what is kept may be used."""
    for told in filter(None, asked.shown):
        now = datetime.fromisoformat(told["overview"]["generatedAt"])
        for section in told["overview"]["sections"]:
            age = (
                now - datetime.fromisoformat(section["asOf"] or told["overview"]["generatedAt"])
            ).total_seconds()
            if age > freshness(section["source"], FRESHNESS).dead:
                yield f"I2: {section['source']} is {age} seconds old"


def untrue(asked: Asked, unknown: Iterable[str] = (), hidden: Collection[str] = ()) -> Iterator[str]:
    """I3: say where an answer tells of more or less than it holds. Everybody has one item of every part, but for the
    parts `unknown`, of which nobody has any; the caller may not see those that are `hidden`."""
    for place, told in enumerate(asked.shown):
        errors = asked.codes.keys()
        if told is None:
            if ("customers", place) not in errors:
                yield "I3: a person is missing without a word"
            continue
        sections = [one for one in told["overview"]["sections"] if one["source"] not in hidden]
        broken = {one["source"] for one in sections if one["status"] in BROKEN}
        yield from _sections(sections, set(unknown))
        expected = (
            "PARTIAL"
            if broken
            else "STALE"
            if any(one["status"] == "STALE" for one in sections)
            else "COMPLETE"
        )
        if told["overview"]["completeness"] != expected:
            yield f"I3: {told['overview']['completeness']} where {broken or 'nothing'} failed"
        if asked.tells_all and bool(broken) != (("customers", place, "overview") in errors):
            yield f"I3: the overview's error does not go with {broken or 'nothing'} failing"
        if asked.tells_all:
            yield from _errors(place, told, errors, broken | set(hidden), set(unknown))


def _errors(
    place: int,
    told: Mapping[str, Any],
    errors: Collection[tuple[Any, ...]],
    broken: set[str],
    unknown: set[str],
) -> Iterator[str]:
    for part, field in FIELDS.items():
        if (failed := ("customers", place, field) in errors) != (part in broken):
            yield f"I3: {field} has {'an' if failed else 'no'} error, and {part} is told otherwise"
        if told[field] is None and not failed and part not in unknown:
            yield f"I3: {field} is missing without a word"


def _sections(sections: Iterable[Mapping[str, Any]], unknown: set[str]) -> Iterator[str]:
    for one in sections:
        if one["status"] in {"OK", "STALE"} and one["itemCount"] != 1:
            yield f"I3: {one['source']} is {one['status']} with {one['itemCount']} of 1"
        if one["status"] == "NOT_FOUND" and one["source"] not in unknown:
            yield f"I3: {one['source']} is NOT_FOUND, and is there"
        if (one["code"] is not None) != (one["status"] in BROKEN):
            yield f"I3: {one['source']} is {one['status']} with the code {one['code']}"


def audited(journal: Sequence[Mapping[str, Any]], asked: Sequence[Asked]) -> Iterator[str]:
    """I4: say for which question the audit has not one event for each person."""
    for one in asked:
        number = one.answer.headers["x-request-id"]
        events = [event for event in journal if event["request_id"] == number]
        people = Counter(event["customer"] for event in events)
        if len(people) != len(set(one.crns)) or set(people.values()) - {1}:
            yield f"I4: {sorted(people.values())} events about {len(set(one.crns))} people"
        seen = sum(event["action"] == "view" for event in events)
        if seen != sum(told is not None for told in one.shown):
            yield f"I4: {seen} were seen by the audit, and others were shown"


def wrong(stage: Stage, unknown: Iterable[str] = ()) -> Iterator[str]:
    """I1 to I4: say what does not hold of anything that was asked on a stage so far."""
    for one in stage.asked:
        yield from (*mixed(one), *too_old(one), *untrue(one, unknown))
    yield from audited(stage.gate.journal, stage.asked)


def late(asked: Asked, seconds: float) -> Iterator[str]:
    """I5: say when an answer took longer than it may."""
    if asked.seconds > seconds + GRACE:
        yield f"I5: {asked.seconds:.3f} seconds where {seconds + GRACE:.3f} are allowed"


async def unrecovered(stage: Stage, *crns: Crn) -> list[str]:
    """I6: say when not everything is there again soon."""
    took = await stage.until_whole(*crns, patience=RECOVERY)
    return (
        [] if took is not None else [f"I6: not whole after {RECOVERY} seconds: {stage.asked[-1].answer.text}"]
    )


class Left(Struct, frozen=True):
    """What lives in this process: how many tasks of each name, how many open files, how many bytes of memory."""

    tasks: Mapping[str, int]
    files: int
    memory: int = 0

    def beyond(self, before: "Left") -> list[str]:
        """I7: say what there is more of than there was."""
        more = Counter(self.tasks) - Counter(before.tasks)
        complaints = [f"I7: {count} more of the task {name}" for name, count in more.items()]
        if self.files > before.files + SPARE:
            complaints.append(f"I7: {self.files} open files where there were {before.files}")
        return complaints

    def swollen(self, before: "Left") -> list[str]:
        """I7 of memory: say when there is more than there was. It tells something of what was done many times alone:
        memory that is used for the first time is not given back."""
        if self.memory <= before.memory * (1 + SWELLING):
            return []
        return [f"I7: {self.memory} bytes of memory where there were {before.memory}"]


async def left(stage: Stage) -> Left:
    """Return what there is when nothing is under way: every kept connection is closed, then one question is asked."""
    await stage.rest()
    for guard in stage.gate.gateway.assembly.guards.values():
        async with asyncio.timeout(5):
            while guard.in_flight:  # noqa: ASYNC110
                await asyncio.sleep(0.01)
    await stage.reconnect()
    await asyncio.sleep(0.05)
    gc.collect()
    ctypes.CDLL(None).malloc_trim(0)  # what is free is given back: what stays is in use
    names = Counter(getattr(task.get_coro(), "__qualname__", "?") for task in asyncio.all_tasks())
    return Left(names, _open_files(), resident())


def _open_files() -> int:
    return len(list(Path("/proc/self/fd").iterdir()))


async def leaked(stage: Stage, before: Left) -> list[str]:
    """I7: say what is left over, once it had the time to go: connections of callers are kept for five seconds."""
    rounds, end = 0, time.monotonic() + TIME_TO_GO
    while complaints := (await left(stage)).beyond(before):
        rounds += 1
        if rounds >= ROUNDS and time.monotonic() > end:
            break
        await asyncio.sleep(0.1)
    return complaints


def overasked(
    calls: Mapping[str, int], before: Mapping[str, int], most: Mapping[str, float]
) -> Iterator[str]:
    """I8: say which system was asked more often than `most` says."""
    for name, count in calls.items():
        if count - before[name] > most[name]:
            yield f"I8: {name} was asked {count - before[name]} times where {most[name]} are enough"
