"""What must hold of a step once it is over: every invariant, of everything that was asked in it."""

import asyncio
import time
from collections import Counter
from collections.abc import Callable, Iterator, Mapping
from typing import Final

from msgspec.structs import replace

from gateway.redis_client import MOST_CONNECTIONS
from tests.chaos.invariants import (
    RECOVERY,
    SPARE,
    Left,
    audited,
    late,
    leaked,
    left,
    mixed,
    overasked,
    too_old,
    untrue,
)
from tests.soak.clients import Clients
from tests.soak.scene import DEADLINES, PEOPLE, SERVICE, STAFF, Scene
from tests.soak.truth import Seen

ALLOWED: Final = {"ACCESS_CHECK_UNAVAILABLE", "OVERLOADED"}
"""The codes with which a request may be answered 503."""
SHARE: Final = 0.1
A_SECOND: Final = 3
"""The budget of second attempts: a share of what is asked, and so many a second at each gateway beside."""
PAUSE: Final = 0.3
LOOKS: Final = 20
LATER: Final = 5
"""So many times what the event loop was late by, everything may be whole again later."""
TOO_LATE: Final = 0.2
"""A gateway whose event loop is so late takes the shared cache, of which it expects an answer in 0.05 s, for gone."""

ENOUGH: Final = 3.0
"""Seconds for which such a gateway is asked to tell the others what is out of date."""


class Judge:
    """Judges step by step. `slack` is the factor that a busy machine is given for what takes time."""

    def __init__(self, scene: Scene, clients: Clients, slack: float, lag: Callable[[], float]) -> None:
        """`lag` is how late the event loop was at most in this step, in seconds."""
        self._scene, self._clients, self._slack, self._lag = scene, clients, slack, lag
        self._left: Left | None = None
        self._files = 0
        self._calls = scene.stage.calls()
        self._began = time.monotonic()

    async def recovered(self) -> tuple[float | None, list[str]]:
        """Ask at both gateways until everything is there; return after how many seconds it was, and what is wrong."""
        began, took = time.monotonic(), None
        while (now := time.monotonic() - began) < (most := RECOVERY * self._slack + LATER * self._lag()):
            seen = [await self._clients.ask(door, STAFF[0], PEOPLE) for door in self._scene.doors]
            if all(one is not None and _whole(one) for one in seen):
                took = now if took is None else took
                busy = self._lag() > TOO_LATE and now > ENOUGH
                if await self._clients.tell_again() or busy:
                    return took, []
            await asyncio.sleep(PAUSE)
        told = "somebody is not whole" if took is None else "not everybody can be told of what is out of date"
        return took, [f"I6: {told} after {most:.1f} seconds: {_missing(seen)}"]

    async def complaints(self, warm: bool) -> list[str]:
        """Return what does not hold of the time since this was asked last, while nobody asks. What is there before all
        is `warm` is what may be there."""
        found = [*self._clients.complaints, *self._clients.fallen()]
        lag = self._lag()
        for one in self._clients.seen:
            found += self._of_answer(one, lag)
            await asyncio.sleep(0)  # the gateway in this process goes on hearing what is told
        for door in self._scene.doors:
            asked = [one.asked for one in self._clients.seen if one.door == door.name and _is_judged(one)]
            found += audited(door.journal(), asked)
        found += self._overasked()
        found += await self._leaked(warm)
        self._calls, self._began = self._scene.stage.calls(), time.monotonic()
        self._clients.truth.forget(self._began)
        return found

    def _of_answer(self, one: Seen, lag: float) -> Iterator[str]:
        status, asked = one.asked.answer.status, one.asked
        yield from late(asked, DEADLINES[one.who] * self._slack + 2 * lag)
        if status != 200:
            codes = codes_of(one)
            if status != 503 or not codes or codes - ALLOWED:
                yield f"a question of {one.who} at {one.door} was answered {status}: {asked.answer.text[:500]}"
        if _is_judged(one):
            hidden = ("ownership",) if one.who == SERVICE else ()  # it is for staff alone
            yield from (*mixed(asked), *too_old(asked), *untrue(asked, hidden=hidden))
            yield from self._clients.truth.outdated(one)

    def _overasked(self) -> list[str]:
        now, calls = time.monotonic(), self._scene.stage.calls()
        seconds, demand = now - self._began, self._clients.demand
        most = int((1 + SHARE) * demand + A_SECOND * seconds * len(self._scene.doors)) + 1
        return list(overasked(calls, self._calls, dict.fromkeys(calls, most)))

    async def _leaked(self, warm: bool) -> list[str]:
        for door in self._scene.doors:
            await door.renew()
        stage = self._scene.stage
        there = self._scene.doors[-1]
        if self._left is None or not warm:
            now = await left(stage)
            now = replace(now, files=now.files + MOST_CONNECTIONS)
            self._left = now if self._left is None else _most(self._left, now)
            self._files = max(self._files, there.files + MOST_CONNECTIONS)
            return []
        found = await leaked(stage, self._left)
        for _ in range(LOOKS):
            if there.files <= self._files + SPARE:
                return found
            await asyncio.sleep(PAUSE)
        return [*found, f"I7: {there.name} has {there.files} open files where there were {self._files}"]


def codes_of(one: Seen) -> set[str]:
    """Return the codes of the errors of an answer."""
    return {error["extensions"]["code"] for error in one.asked.answer.body.get("errors", [])}


def _is_judged(one: Seen) -> bool:
    """Tell whether anybody was decided on: whom there was no room for is told of nobody."""
    return "data" in one.asked.answer.body


def _whole(one: Seen) -> bool:
    return all(
        told is not None and told["overview"]["completeness"] == "COMPLETE" for told in one.asked.shown
    )


def _missing(seen: list[Seen | None]) -> dict[str, Mapping[str, int]]:
    """Return what was not whole, by gateway: how many sections of which source were what."""
    return {
        one.door: Counter(
            f"{section['source']} {section['status']}"
            for told in one.asked.shown
            for section in (
                told["overview"]["sections"] if told is not None else [{"source": "-", "status": "-"}]
            )
            if section["status"] != "OK"
        )
        for one in seen
        if one is not None
    }


def _most(one: Left, other: Left) -> Left:
    tasks = Counter(one.tasks) | Counter(other.tasks)
    return replace(other, tasks=tasks, files=max(one.files, other.files))
