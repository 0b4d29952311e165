"""Hedging: beside a call that takes unusually long a second one may run, and the first good answer counts."""

import asyncio
from collections import deque
from collections.abc import Awaitable, Callable
from typing import Final, TypeVar

T = TypeVar("T")

KEPT: Final = 100
FEWEST: Final = 20
"""Of fewer answers it cannot be said what is unusual."""
SHARE: Final = 0.95


class Latencies:
    """How long the last good answers took, in seconds."""

    def __init__(self) -> None:
        self._kept: deque[float] = deque(maxlen=KEPT)

    def add(self, seconds: float) -> None:
        """Take note of an answer."""
        self._kept.append(seconds)

    @property
    def usual(self) -> float | None:
        """Within what nineteen of twenty answers came, None while too few came."""
        if len(self._kept) < FEWEST:
            return None
        return sorted(self._kept)[int(SHARE * len(self._kept)) - 1]


async def hedged(
    attempt: Callable[[], Awaitable[T]],
    after: float,
    second: Callable[[], bool],
    is_good: Callable[[T], bool],
    won: Callable[[bool], None],
) -> T:
    """Return what an attempt gives, or a second one that begins `after` seconds where `second` allows it.

    The first good one counts, and the other is called off. `won` is told whether a second one was worth it.
    """
    tasks = [asyncio.ensure_future(attempt())]
    try:
        done, _ = await asyncio.wait(tasks, timeout=after)
        if done or not second():
            return await tasks[0]
        tasks.append(asyncio.ensure_future(attempt()))
        return await _first_good(tasks, is_good, won)
    finally:
        await _called_off(tasks)


async def _first_good(
    tasks: list[asyncio.Task[T]], is_good: Callable[[T], bool], won: Callable[[bool], None]
) -> T:
    left: set[asyncio.Task[T]] = set(tasks)
    while True:
        done, left = await asyncio.wait(left, return_when=asyncio.FIRST_COMPLETED)
        ended = [one for one in tasks if one in done]
        best = next((one for one in ended if is_good(one.result())), ended[0])
        if not left or is_good(best.result()):
            won(best is tasks[1])
            return best.result()


async def _called_off(tasks: list[asyncio.Task[T]]) -> None:
    for one in tasks:
        one.cancel()
    await asyncio.gather(*tasks, return_exceptions=True)
