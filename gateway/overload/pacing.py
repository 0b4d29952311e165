"""The event loop sets the pace: how late it is decides how many requests are worked on at once."""

import asyncio
import time
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager, suppress
from typing import Final

from gateway.overload.pace import Pace
from gateway.overload.places import Places

LOOK: Final = 0.02
"""Seconds between two looks at how late the loop is."""
LOOKS: Final = 5
"""The mean of so many looks counts."""
NEW: Final = 0.2
"""How much the last moment counts of the rate at which requests are answered; the rest is what was before."""


@asynccontextmanager
async def paced(places: Places, pace: Pace) -> AsyncIterator[None]:
    """Let there be as many places as the loop that this is called in can do with."""
    looking = asyncio.create_task(_looking(places, pace))
    try:
        yield
    finally:
        looking.cancel()
        with suppress(asyncio.CancelledError):
            await looking


async def _looking(places: Places, pace: Pace) -> None:
    rate, done, since = 0.0, places.done, time.monotonic()
    while True:
        late = 0.0
        for _ in range(LOOKS):
            due = time.monotonic() + LOOK
            await asyncio.sleep(LOOK)
            late += max(0.0, time.monotonic() - due)
        before, now = pace.places, time.monotonic()
        rate += NEW * ((places.done - done) / (now - since) - rate)
        done, since = places.done, now
        if pace.after(late / LOOKS, places.inside, rate) != before:
            places.resize(pace.places)
