"""Tasks that are to end, and do."""

import asyncio
from collections.abc import Iterable
from typing import Any, Final

AGAIN_SECONDS: Final = 0.05


async def end(tasks: Iterable[asyncio.Future[Any]]) -> None:
    """Cancel tasks until they have ended.

    Once is not enough: on Python 3.11 `asyncio.wait_for`, by which clients bound a send, loses a cancellation that
    arrives together with what it waited for.
    """
    left = {task for task in tasks if not task.done()}
    while left:
        for task in left:
            task.cancel()
        done, left = await asyncio.wait(left, timeout=AGAIN_SECONDS)
        for task in done:
            if not task.cancelled():
                task.exception()
