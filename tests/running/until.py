"""Waiting until something is so, for as long as a busy machine may take."""

import asyncio
from collections.abc import Callable
from typing import Any

LOOKS, PAUSE = 4_000, 0.005


async def until(is_so: Callable[[], Any], looks: int = LOOKS) -> Any:
    """What it says as soon as it is true."""
    for _ in range(looks):
        if found := is_so():
            return found
        await asyncio.sleep(PAUSE)
    raise AssertionError("it did not happen in time")
