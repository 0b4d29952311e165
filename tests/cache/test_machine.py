"""Whatever happens in whatever order: nothing from before an invalidation, nothing dead, nothing never kept."""

import asyncio
from collections.abc import Coroutine, Mapping, Sequence
from typing import Any, TypeVar

from hypothesis import settings
from hypothesis import strategies as st
from hypothesis.stateful import RuleBasedStateMachine, invariant, rule

from cache import CrnCache, Found, Keep, Keys, MemoryStore, Place
from cache.freshness import FRESHNESS

T = TypeVar("T")
CRNS = st.sampled_from("ABC")
PARTS = st.sampled_from(["debt", "restriction"])


class Fetched:
    """A value that knows when its fetch began, after how many invalidations, and how it is to be judged."""

    def __init__(self, crn: str, began: float, invalidations: int, keep: Keep) -> None:
        self.crn, self.began, self.invalidations, self.keep = crn, began, invalidations, keep


class Looking:
    """A look under way: when it began to look, and what it waits for."""

    def __init__(
        self, part: str, crn: str, invalidations: int, task: "asyncio.Task[dict[str, Found]]"
    ) -> None:
        self.part, self.crn, self.invalidations, self.task = part, crn, invalidations, task


class CacheMachine(RuleBasedStateMachine):
    """Readers come, leave and finish; the source is slow; people are invalidated, dropped and forgotten."""

    def __init__(self) -> None:
        super().__init__()
        self.loop = asyncio.new_event_loop()
        self.now = 0.0
        self.invalidations = dict.fromkeys("ABC", 0)
        self.judged = Keep.USUALLY
        self.held: list[asyncio.Event] = []
        self.looking: list[Looking] = []
        self.store = MemoryStore(most_bytes=40, people=4, weigh=lambda _: 10)
        self.cache = CrnCache(
            self.store, Keys(b"k", "t", "1"), lambda one: one.keep, monotonic=lambda: self.now
        )

    def teardown(self) -> None:
        for gate in self.held:
            gate.set()
        self.run(self.cache.close())
        for one in self.looking:
            one.task.cancel()
        self.settle()
        self.loop.close()

    def run(self, work: Coroutine[Any, Any, T]) -> T:
        return self.loop.run_until_complete(work)

    def settle(self) -> None:
        async def settle() -> None:
            for _ in range(12):
                await asyncio.sleep(0)

        self.run(settle())

    async def fetch(self, crns: Sequence[str]) -> Mapping[str, Fetched]:
        told = {crn: Fetched(crn, self.now, self.invalidations[crn], self.judged) for crn in crns}
        self.held.append(asyncio.Event())
        await self.held[-1].wait()
        return told

    @rule(seconds=st.sampled_from([1.0, 5.0, 16.0, 31.0, 150.0, 301.0]))
    def time_passes(self, seconds: float) -> None:
        self.now += seconds

    @rule(keep=st.sampled_from(Keep))
    def the_source_changes_its_word(self, keep: Keep) -> None:
        self.judged = keep

    @rule(part=PARTS, crn=CRNS)
    def somebody_looks(self, part: str, crn: str) -> None:
        task = self.loop.create_task(self.cache.look(part, "s", [crn], self.fetch))
        self.looking.append(Looking(part, crn, self.invalidations[crn], task))
        self.settle()

    @rule(data=st.data())
    def a_fetch_is_answered(self, data: st.DataObject) -> None:
        waiting = [gate for gate in self.held if not gate.is_set()]
        if waiting:
            data.draw(st.sampled_from(waiting)).set()
            self.settle()

    @rule(data=st.data())
    def a_reader_leaves(self, data: st.DataObject) -> None:
        if self.looking:
            self.looking.pop(data.draw(st.integers(0, len(self.looking) - 1))).task.cancel()
            self.settle()

    @rule(crn=CRNS)
    def a_person_is_invalidated(self, crn: str) -> None:
        self.run(self.cache.invalidate(crn))
        self.invalidations[crn] += 1

    @rule(part=PARTS, crn=CRNS)
    def a_part_is_dropped(self, part: str, crn: str) -> None:
        self.run(self.cache.drop({part: "s"}, crn))

    @rule(count=st.integers(1, 6))
    def others_push_people_out_of_memory(self, count: int) -> None:
        for number in range(count):
            other = f"other-{self.now}-{number}"
            self.run(self.store.look([Place(other, "debt", "s", other)]))

    @invariant()
    def whoever_has_looked_was_told_nothing_old(self) -> None:
        for one in [one for one in self.looking if one.task.done()]:
            self.looking.remove(one)
            found = one.task.result()[one.crn]
            value: Fetched = found.value
            assert value.crn == one.crn
            assert value.invalidations >= one.invalidations
            if found.fetched:
                assert found.since == value.began
                kept = self.run(self.cache.keep(one.part, "s", one.crn, found))
                assert not kept or value.invalidations == self.invalidations[one.crn]
                assert not kept or value.keep is not Keep.NEVER
                continue
            limits, age = FRESHNESS[one.part], self.now - value.began
            assert value.keep is not Keep.NEVER
            assert age <= (5 if value.keep is Keep.BRIEFLY else limits.dead)
            assert found.stale == (value.keep is Keep.USUALLY and age > limits.fresh)
            assert limits.served_stale or not found.stale


CacheMachine.TestCase.settings = settings(max_examples=60, stateful_step_count=40, deadline=None)
TestNothingOldIsServed = CacheMachine.TestCase
