"""What many ask at the same time is worked out once, and whoever leaves takes nothing from the others."""

import asyncio
from collections.abc import AsyncIterator, Sequence
from contextlib import asynccontextmanager
from pathlib import Path
from typing import Any

import pytest

from cache.answers import Answers
from gateway.auth import PERSONAS
from gateway.engine import Answer, Engine, Operation
from gateway.engine.answering import Answering, Reuse, Reused
from gateway.graph import schema_of
from resolvers.caller import Purpose
from sources.parts import CUSTOMER
from sources.source import Source, SourceAsked
from tests.running import NOON, Gate, serving
from tests.running.failing import failing
from tests.running.people import ANNE, everything_of
from tests.running.until import until

ONE = "query($crn: CRN!) { customer(crn: $crn) { id overview { generatedAt completeness } } }"
FAILS = "query($crn: CRN!) { customer(crn: $crn) { id } sources { system } }"
ALWAYS = 60.0


class Desk:
    """Whoever answers operations, of which each is a task of its own. Its source of customers waits until it may go."""

    def __init__(self, gate: Gate, patience: float) -> None:
        self.gate = gate
        self.go = asyncio.Event()
        settings = gate.gateway.settings
        schema = schema_of(settings, gate.gateway.scheme)
        self.engine = Engine(schema, gate.gateway.observe, most_bytes=settings.answer_bytes)
        self.answering = Answering(Answers(), gate.gateway.observe, patience)

    def ask(self, document: str = ONE) -> asyncio.Task[Answer]:
        scope = self.gate.gateway.scope("1" * 32, PERSONAS["officer"], Purpose.CUSTOMER_CONTACT)
        operation = Operation(document, {"crn": ANNE})
        return asyncio.create_task(self.answering.run(self.engine, operation, scope))

    async def asked(self) -> None:
        """The source is waited for."""
        await until(lambda: self.waits)
        await asyncio.sleep(0.05)

    waits = False

    async def fetch(self, good: Source[Any], crns: Sequence[Any]) -> Any:
        self.waits = True
        await self.go.wait()
        return await good.fetch(crns)

    @property
    def outcomes(self) -> list[Reuse]:
        return sorted(one.reuse for one in self.gate.events if isinstance(one, Reused))

    @property
    def fetches(self) -> int:
        return sum(isinstance(one, SourceAsked) and one.part == CUSTOMER.name for one in self.gate.events)


@asynccontextmanager
async def desk(folder: Path, patience: float = ALWAYS) -> AsyncIterator[Desk]:
    desks: list[Desk] = []

    async def waits(good: Source[Any], crns: Sequence[Any]) -> Any:
        return await desks[0].fetch(good, crns)

    replaced = {CUSTOMER.name: failing(waits)}
    async with serving(folder, *everything_of(ANNE, NOON), replaced=replaced) as gate:
        desks.append(Desk(gate, patience))
        yield desks[0]


async def test_what_a_hundred_ask_at_once_is_worked_out_once(tmp_path: Path) -> None:
    async with desk(tmp_path) as at:
        waiting = [at.ask() for _ in range(100)]
        await at.asked()
        at.go.set()
        answers = await asyncio.gather(*waiting)
        assert at.outcomes == [Reuse.HIT] * 99 + [Reuse.MISS]
        assert len({bytes(answer.raw or b"") for answer in answers}) == 1
        assert at.fetches == 1


@pytest.mark.parametrize("leaver", [0, 4])
async def test_whoever_leaves_takes_nothing_from_the_others(leaver: int, tmp_path: Path) -> None:
    async with desk(tmp_path) as at:
        waiting = [at.ask() for _ in range(10)]
        await at.asked()
        waiting.pop(leaver).cancel()
        await asyncio.sleep(0.05)
        at.go.set()
        answers = await asyncio.gather(*waiting)
        assert at.outcomes == [Reuse.HIT] * 8 + [Reuse.MISS]
        assert all(b"COMPLETE" in bytes(answer.raw or b"") for answer in answers)


async def test_who_waits_for_the_same_source_asks_it_once_though_the_first_one_leaves(tmp_path: Path) -> None:
    async with desk(tmp_path, patience=0.01) as at:
        waiting = [at.ask() for _ in range(3)]
        await at.asked()
        waiting[0].cancel()  # the source is waited for by the others, too
        at.go.set()
        await asyncio.gather(*waiting[1:])
        assert sorted(at.outcomes) == [Reuse.HIT, Reuse.MISS]
        assert at.fetches == 1


async def test_nobody_waits_again_for_what_is_not_given_to_others(tmp_path: Path) -> None:
    async with desk(tmp_path) as at:
        at.go.set()
        assert (await at.ask(FAILS)).executed
        at.go.clear()
        await at.gate.gateway.neighbours.cache.invalidate()
        waiting = [at.ask(FAILS) for _ in range(3)]
        await until(lambda: at.waits)
        at.go.set()
        await asyncio.gather(*waiting)
        assert at.outcomes == [Reuse.BYPASS] * 4
