"""How long one request waits: what others wait for too goes on without it."""

from asyncio import Future, shield, timeout_at
from collections.abc import Awaitable, Callable
from typing import Final, TypeVar

from sources.errors import Fault, SourceTimeout

T = TypeVar("T")
U = TypeVar("U")

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


def then(told: Future[T], made: Callable[[T], U]) -> Future[U]:
    """Return what is made of what will be told. Whoever calls it off calls that off, too."""
    making: Future[U] = told.get_loop().create_future()

    def over(told: Future[T]) -> None:
        if making.done():
            return
        if told.cancelled():
            making.cancel()
            return
        try:
            making.set_result(made(told.result()))
        except Exception as error:
            making.set_exception(error)

    told.add_done_callback(over)
    making.add_done_callback(lambda one: told.cancel() if one.cancelled() else None)
    return making
