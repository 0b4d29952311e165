"""How long one request waits: what others wait for too goes on without it."""

from asyncio import shield, timeout_at
from collections.abc import Awaitable
from typing import Final, TypeVar

from sources.errors import Fault, SourceTimeout

T = TypeVar("T")

RESERVE: Final = 0.1
"""So many seconds of a request's time are kept for working out and writing its answer."""


async def in_what_is_left(until: float, system: str, work: Awaitable[T]) -> T | Fault:
    """Return what comes of work before a monotonic moment, a fault as a value; else that of a system that is late.

    The work is shielded: whoever gives it up must not take it from others. It ends by its own time limit.
    """
    try:
        async with timeout_at(until):
            return await shield(work)
    except Fault as fault:
        return fault
    except TimeoutError:
        return SourceTimeout(system, "request")
