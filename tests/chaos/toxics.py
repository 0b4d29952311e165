"""Toxics: what each does to the bytes of one direction of one connection. Names and attributes are Toxiproxy's.

Times are in milliseconds, but for the slicer's delay, which is in microseconds; `bandwidth` is in kilobytes a second.
`corrupt` is of this kit alone.
"""

import asyncio
from collections.abc import AsyncIterator, Callable, Mapping
from contextlib import suppress
from random import Random
from typing import Final

from msgspec import Struct

KINDS: Final[Mapping[str, Mapping[str, int]]] = {
    "latency": {"latency": 0, "jitter": 0},
    "bandwidth": {"rate": 1},
    "slow_close": {"delay": 0},
    "timeout": {"timeout": 0},
    "reset_peer": {"timeout": 0},
    "slicer": {"average_size": 1, "size_variation": 0, "delay": 0},
    "limit_data": {"bytes": 0},
    "corrupt": {"offset": 0, "xor": 1},
}
"""Each kind, its attributes, and the least that each may be."""
STREAMS: Final = ("upstream", "downstream")
ENDING: Final = frozenset({"timeout", "reset_peer"})
"""Kinds that let nothing through, and end the connection when their time is over."""


class Toxic(Struct, frozen=True):
    """A toxic as it is asked for. `toxicity` is the share of connections that it is for."""

    name: str
    type: str
    stream: str
    toxicity: float
    attributes: dict[str, int]


class Cut(Exception):
    """The connection ends here, in good order."""


class Reset(Exception):
    """The connection is broken off."""


def toxic_of(told: Mapping[str, object]) -> Toxic:
    """Return the toxic that is asked for; raise `ValueError` for one that there is not."""
    kind, stream = str(told.get("type")), str(told.get("stream", "downstream"))
    toxicity, given = told.get("toxicity", 1.0), told.get("attributes", {})
    if kind not in KINDS or stream not in STREAMS:
        raise ValueError(f"there is no toxic {kind} of the stream {stream}")
    if not isinstance(toxicity, int | float) or not 0 <= toxicity <= 1 or not isinstance(given, Mapping):
        raise ValueError("toxicity is from 0 to 1, and attributes is an object")
    attributes = {**dict.fromkeys(KINDS[kind], 0), **given}
    for name, value in attributes.items():
        if not isinstance(value, int) or name not in KINDS[kind] or value < KINDS[kind][name]:
            raise ValueError(f"{kind} takes no {name} of {value}")
    return Toxic(str(told.get("name") or f"{kind}_{stream}"), kind, stream, float(toxicity), attributes)


class Bite:
    """One toxic at work on one connection. `over` is set when it is taken away, `since` is the loop's time."""

    def __init__(self, toxic: Toxic, random: Random, note: Callable[[str], None]) -> None:
        self.toxic: Final = toxic
        self.random: Final = random
        self.over: Final = asyncio.Event()
        self.since: Final = asyncio.get_running_loop().time()
        self.passed = 0
        self._note = note
        self._noted = False

    def __getitem__(self, attribute: str) -> int:
        return self.toxic.attributes[attribute]

    @property
    def ends_at(self) -> float | None:
        """When it ends the connection, by the loop's time; None for never."""
        kind = self.toxic.type
        if kind not in ENDING or (kind == "timeout" and not self["timeout"]):
            return None
        return self.since + self["timeout"] / 1000

    def note(self, what: str) -> None:
        """Note, once, that it did something."""
        if not self._noted:
            self._noted = True
            self._note(what)

    async def wait(self, seconds: float) -> None:
        """Wait, unless it is taken away meanwhile."""
        if seconds > 0:
            with suppress(TimeoutError):
                await asyncio.wait_for(self.over.wait(), seconds)

    async def work(self, piece: bytes, read_at: float) -> AsyncIterator[bytes]:
        """Hand on what is left of a piece that was read at a moment."""
        self.note(self.toxic.type)
        if self.toxic.type == "latency":
            jitter = self["jitter"]
            delay = self["latency"] + (self.random.uniform(-jitter, jitter) if jitter else 0.0)
            await self.wait(read_at + delay / 1000 - asyncio.get_running_loop().time())
            yield piece
        elif self.toxic.type in WORKERS:
            async for some in WORKERS[self.toxic.type](self, piece):
                yield some
        elif self.toxic.type not in ENDING:
            yield piece

    async def closing(self) -> None:
        """Wait before the end of a stream is handed on."""
        if self.toxic.type == "slow_close":
            self.note("slow_close")
            await self.wait(self["delay"] / 1000)
        elif self.toxic.type in ENDING:
            await self.over.wait()


async def _narrow(bite: Bite, piece: bytes) -> AsyncIterator[bytes]:
    rate = bite["rate"] * 1000
    for start in range(0, len(piece), size := max(1, rate // 10)):
        some = piece[start : start + size]
        await bite.wait(len(some) / rate)
        yield some


async def _sliced(bite: Bite, piece: bytes) -> AsyncIterator[bytes]:
    variation = bite["size_variation"]
    while piece:
        size = max(1, bite["average_size"] + bite.random.randint(-variation, variation))
        yield piece[:size]
        piece = piece[size:]
        await bite.wait(bite["delay"] / 1_000_000)


async def _limited(bite: Bite, piece: bytes) -> AsyncIterator[bytes]:
    left = bite["bytes"] - bite.passed
    bite.passed += min(left, len(piece))
    if left > 0:
        yield piece[:left]
    if len(piece) >= left:
        raise Cut


async def _corrupted(bite: Bite, piece: bytes) -> AsyncIterator[bytes]:
    place = bite["offset"] - bite.passed
    bite.passed += len(piece)
    if 0 <= place < len(piece):
        piece = piece[:place] + bytes([piece[place] ^ (bite["xor"] & 255)]) + piece[place + 1 :]
    yield piece


WORKERS: Final[Mapping[str, Callable[[Bite, bytes], AsyncIterator[bytes]]]] = {
    "bandwidth": _narrow,
    "slicer": _sliced,
    "limit_data": _limited,
    "corrupt": _corrupted,
}
