"""Processes over one real Valkey, whatever happens in whatever order: people change and are invalidated, fetches begin
and end, processes start anew, the server loses everything, or what it was told.

After an invalidation that everybody is sure to know, no read that begins later than an entry may live in memory returns
anything older; and where nothing is kept in memory, none at all.
"""

import asyncio
import time
from collections.abc import Coroutine, Mapping, Sequence
from contextlib import AsyncExitStack
from typing import Any, ClassVar, TypeVar

import pytest
from hypothesis import HealthCheck, settings
from hypothesis import strategies as st
from hypothesis.stateful import RuleBasedStateMachine, invariant, rule, run_state_machine_as_test
from msgspec import Struct

from cache import Found
from tests.cache.stores import KEYS, Process, process
from tests.running.valkey import Shared

T = TypeVar("T")
CRNS = st.sampled_from("AB")
PROCESSES = st.integers(0, 1)
PART, SYSTEM = "debt", "s"


class Looking(Struct):
    """A read under way: of whom, the oldest version that it may return, and what it waits for."""

    where: int
    crn: str
    oldest: int
    task: Any


class Fleet(RuleBasedStateMachine):
    """Two processes. `versions` is what the source knows, `told` what was invalidated when, and is sure to be known."""

    url: ClassVar[str]
    near_seconds: ClassVar[float]

    def __init__(self) -> None:
        super().__init__()
        self.loop = asyncio.new_event_loop()
        self.versions = dict.fromkeys("AB", 1)
        self.told: dict[str, list[tuple[float, int]]] = {"A": [], "B": []}
        self.slow = False
        self.held: list[asyncio.Event] = []
        self.looking: list[Looking] = []
        self.stacks = [AsyncExitStack(), AsyncExitStack()]
        self.processes: list[Process] = [self.run(self.started(number)) for number in (0, 1)]
        self.run(self.do("FLUSHALL"))

    async def started(self, number: int) -> Process:
        made: Process = await self.stacks[number].enter_async_context(
            process(self.url, near_seconds=self.near_seconds, listens=self.near_seconds > 0)
        )
        return made

    async def do(self, *command: str) -> None:
        await self.processes[0].store._far._redis.execute_command(*command)

    def run(self, work: Coroutine[Any, Any, T]) -> T:
        return self.loop.run_until_complete(work)

    def settle(self) -> None:
        self.run(asyncio.sleep(0.003))

    def teardown(self) -> None:
        for gate in self.held:
            gate.set()
        self.settle()
        for one in self.looking:
            one.task.cancel()
        for made, stack in zip(self.processes, self.stacks, strict=True):
            self.run(made.cache.close())
            self.run(stack.aclose())
        self.loop.close()

    async def fetch(self, crns: Sequence[str]) -> Mapping[str, str]:
        told = {crn: str(self.versions[crn]) for crn in crns}
        if self.slow:
            self.held.append(asyncio.Event())
            await self.held[-1].wait()
        return told

    @rule(crn=CRNS)
    def a_person_changes(self, crn: str) -> None:
        self.versions[crn] += 1

    @rule(where=PROCESSES, crn=CRNS)
    def a_person_changes_and_is_invalidated(self, where: int, crn: str) -> None:
        self.versions[crn] += 1
        self.it_is_invalidated(where, crn, "person")

    @rule(where=PROCESSES, crn=CRNS, how=st.sampled_from(["person", "part", "system", "all"]))
    def it_is_invalidated_somehow(self, where: int, crn: str, how: str) -> None:
        self.it_is_invalidated(where, crn, how)

    def it_is_invalidated(self, where: int, crn: str, how: str) -> None:
        reach = {"person": {"crn": crn}, "part": {"crn": crn, "part": PART}, "system": {"system": SYSTEM}}
        if self.run(self.processes[where].cache.invalidate(**reach.get(how, {}))):
            for whose in "AB" if how in {"system", "all"} else crn:
                self.told[whose].append((time.monotonic(), self.versions[whose]))

    @rule(where=PROCESSES, crn=CRNS)
    def somebody_reads_at_once(self, where: int, crn: str) -> None:
        self.read(where, crn, slow=False)

    @rule(where=PROCESSES, crn=CRNS)
    def everybody_reads_at_once(self, where: int, crn: str) -> None:
        self.read(where, crn, slow=False)
        self.read(1 - where, crn, slow=False)

    @rule(where=PROCESSES, crn=CRNS)
    def somebody_reads_slowly(self, where: int, crn: str) -> None:
        self.read(where, crn, slow=True)

    def read(self, where: int, crn: str, *, slow: bool) -> None:
        self.slow = slow
        sure = time.monotonic() - self.near_seconds
        oldest = max((version for at, version in self.told[crn] if at < sure), default=0)
        look = self.processes[where].cache.look(PART, SYSTEM, [crn], self.fetch)
        self.looking.append(Looking(where, crn, oldest, self.loop.create_task(look)))
        self.settle()
        self.nothing_older_was_read()

    @rule(which=st.integers(0, 5))
    def a_fetch_is_answered(self, which: int) -> None:
        waiting = [gate for gate in self.held if not gate.is_set()]
        if waiting:
            waiting[which % len(waiting)].set()
            self.settle()

    @rule(seconds=st.sampled_from([0.01, 0.06]))
    def time_passes(self, seconds: float) -> None:
        self.run(asyncio.sleep(seconds))

    @rule(where=PROCESSES)
    def a_process_starts_anew(self, where: int) -> None:
        for one in [one for one in self.looking if one.where == where]:
            one.task.cancel()
            self.looking.remove(one)
        self.run(self.processes[where].cache.close())
        self.run(self.stacks[where].aclose())
        self.stacks[where] = AsyncExitStack()
        self.processes[where] = self.run(self.started(where))

    @rule()
    def the_server_loses_everything(self) -> None:
        self.run(self.do("FLUSHALL"))

    @rule()
    def the_server_loses_what_it_was_told(self) -> None:
        self.run(self.do("XTRIM", KEYS.stream[0], "MAXLEN", "0"))

    @invariant()
    def whoever_has_read_was_told_nothing_older(self) -> None:
        self.nothing_older_was_read()

    def nothing_older_was_read(self) -> None:
        for one in [one for one in self.looking if one.task.done()]:
            self.looking.remove(one)
            found: Found = one.task.result()[one.crn]
            assert int(found.value) >= one.oldest, f"{found} where {one.oldest} was sure to be known"
            self.run(self.processes[one.where].cache.keep(PART, SYSTEM, one.crn, found))


@pytest.mark.conformance
@pytest.mark.parametrize("near_seconds", [0.0, 0.05], ids=["nothing in memory", "in memory for a while"])
def test_nothing_from_before_an_invalidation_is_read(near_seconds: float, shared: Shared) -> None:
    class Here(Fleet):
        url = shared.url

    Here.near_seconds = near_seconds
    run_state_machine_as_test(
        Here,
        settings=settings(
            max_examples=30,
            stateful_step_count=30,
            deadline=None,
            suppress_health_check=[HealthCheck.too_slow],
        ),
    )
