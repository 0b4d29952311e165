"""How a step of the plan is struck and healed: on the wire, by the systems themselves, and at the shared cache."""

import asyncio
import os
import signal
from collections.abc import Mapping
from typing import Any, Final

from redis import Redis

from tests.chaos.faults import BLACK_HOLE, DOWN, SEVERED, Fault, Sim, Wire
from tests.chaos.stage import Stage
from tests.running.valkey import Shared
from tests.soak.plan import Blow

PORTS: Final[Mapping[str, Fault]] = {"down": DOWN, "blackhole": BLACK_HOLE, "severed": SEVERED}
GARBAGE: Final = b"\x00\xffnothing that anybody wrote"
NUMBERS: Final = (b":gen:", b":epoch:", b":inv:", b":rate:", b":claim")
"""What is in the keys of everything but entries."""


def fault_of(blow: Blow) -> Fault:
    """Return the fault of the kit that a blow is; one at the shared cache itself is none."""
    family, _, kind = blow.kind.partition(".")
    told = dict(blow.told)
    if family == "wire":
        stream, toxicity = told.pop("stream"), told.pop("toxicity")
        return Wire(kind, told, stream, toxicity)
    if family == "sim":
        return Sim(kind, told)
    return PORTS[kind]


class Striker:
    """Strikes at the systems and at the shared cache, and heals both."""

    def __init__(self, stage: Stage, shared: Shared) -> None:
        self._stage = stage
        self._shared = shared
        with shared.client as client:
            told: Any = client.info("server")
        self._frozen: int | None = None
        self._process: int = told["process_id"]
        self._killed = False

    async def strike(self, blow: Blow) -> None:
        """Do it."""
        family, _, kind = blow.kind.partition(".")
        if family != "shared":
            await fault_of(blow).strike(self._stage, blow.struck)
        elif kind == "frozen":
            os.kill(self._process, signal.SIGSTOP)
            self._frozen = self._process
        elif kind == "killed":
            await asyncio.to_thread(self._shared.kill)
            self._killed = True
        else:
            await asyncio.to_thread(self._spoil, kind)

    async def heal(self) -> None:
        """Let everything be as it was."""
        if self._frozen is not None:
            os.kill(self._frozen, signal.SIGCONT)
            self._frozen = None
        if self._killed:
            await asyncio.to_thread(self._start)
            self._killed = False
        await self._stage.heal()

    def _start(self) -> None:
        self._shared.start()
        with self._shared.client as client:
            told: Any = client.info("server")
        self._process = told["process_id"]

    def _spoil(self, kind: str) -> None:
        """Empty it, lose the stream of invalidations, or write over every entry."""
        with self._shared.client as client:
            keys: Any = client.keys("co:*")
            if kind == "flushed":
                client.flushall()
            elif kind == "trimmed":
                for key in (key for key in keys if b":inv:{" in key):
                    client.xtrim(key, maxlen=0)
            else:
                self._write_over(client, [key for key in keys if not any(word in key for word in NUMBERS)])

    def _write_over(self, client: Redis, entries: list[Any]) -> None:
        """Put garbage into every second entry, and into each of the others what belongs to its neighbour."""
        for place, key in enumerate(entries):
            if place % 2:
                client.copy(entries[place - 1], key, replace=True)
        for key in entries[::2]:
            client.set(key, GARBAGE, keepttl=True)
