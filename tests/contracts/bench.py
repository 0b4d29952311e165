"""The bench: a kind of source on which everything can be made to go wrong, and the gateways in front of it."""

import gc
import time
from collections.abc import Iterator, Sequence
from contextlib import AbstractAsyncContextManager, contextmanager
from dataclasses import dataclass
from io import StringIO
from typing import Protocol

from gateway.telemetry.logs import Log
from gateway.telemetry.marks import Marks
from sources.crn import Crn
from tests.contracts.cases import hangs
from tests.contracts.pictures import EVERYTHING
from tests.contracts.subjects import Crowd
from tests.running import Answer, Gate
from tests.running.serving import usual

PATIENT = 4.0
"""The time limit of sources that are to answer, in seconds: a busy machine shall not be taken for a failure."""

HASTY = 0.4
"""The time limit of a source that is to hang."""

USUAL = 0.8
SPARE = 0.25
SLOW = 0.2

A_NEW_CONNECTION = {"connection": "close"}
"""On a kept one the server of the tests sends its second packet 40 ms after the first."""


class Bench(Protocol):
    """One kind of source."""

    @property
    def kind(self) -> str:
        """Its name."""

    @property
    def crowd(self) -> Crowd:
        """Whom its sources know."""

    @property
    def gates(self) -> dict[str, Gate]:
        """The gateways: `patient`, and by part those whose source of that part has little time."""

    def system(self, part: str) -> str:
        """The name of the system that tells a part."""

    def wrong(self, part: str, case: str, people: Sequence[Crn]) -> AbstractAsyncContextManager[None]:
        """Let a part's source go wrong for as long as the context lasts: for the first of the people, or for all."""


@dataclass(frozen=True)
class Heard:
    """An answer, how long it took, the lines that operators read of it, and their text as it is written."""

    answer: Answer
    seconds: float
    lines: tuple[str, ...]
    log: str


@contextmanager
def settled() -> Iterator[None]:
    """What stands by now is left alone when memory is tidied: to look at it takes as long as a source may."""
    gc.collect()
    gc.freeze()
    try:
        yield
    finally:
        gc.unfreeze()


def gate_for(bench: Bench, part: str, case: str) -> Gate:
    """The gateway for a case: one that lets a source hang for a short time only."""
    return bench.gates[part if hangs(bench.kind, case) else "patient"]


def patience(kind: str, case: str) -> float:
    """How long an answer may take: the time limit and a little, twice, since machines are busy."""
    return 2 * ((HASTY if hangs(kind, case) else USUAL) + SPARE)


async def asked(gate: Gate, people: Sequence[Crn]) -> Heard:
    """What comes of asking for everything about people."""
    before, started = len(gate.events), time.perf_counter()
    answer = await gate.ask(EVERYTHING, headers=A_NEW_CONNECTION, crns=list(people))
    seconds = time.perf_counter() - started
    events = gate.events[before:]
    written = StringIO()
    for event in events:
        Log(Marks(b"key"), written)(event)
    told = {f"{line.level.value} {line.event}" for event in events for line in usual(event)}
    return Heard(answer, seconds, tuple(sorted(told)), written.getvalue())
