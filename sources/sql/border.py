"""The border: whatever the database and its libraries raise becomes a fault, and nothing of it is kept."""

from collections.abc import Awaitable, Callable
from typing import Final, TypeVar

from sqlalchemy.exc import TimeoutError as PoolTimeout

from sources.errors import Fault, SourceTimeout, SourceUnavailable
from sources.guard import USUAL, Guard

T = TypeVar("T")

# By name: which of the drivers is installed is the operator's choice.
_LIBRARIES: Final = frozenset({"sqlalchemy", "sqlite3", "aiosqlite", "asyncpg"})
_REASON: Final = "database"


def guard_of(system: str, seconds: float) -> Guard:
    """Return the guard of a database of which nothing else is said."""
    return Guard(system, seconds, USUAL.for_database(seconds))


async def guarded(guard: Guard, work: Callable[[], Awaitable[T]]) -> T:
    """Return what the database answers to a statement that its guard lets through; raise a `Fault`."""
    return await guard.call(lambda: across(guard.system, work()))


async def across(system: str, work: Awaitable[T]) -> T:
    """Return what the database answers; raise a `Fault` for what it raises, and let everything else pass."""
    try:
        return await work
    except Exception as error:
        fault = as_fault(error, system)
        if fault is None:
            raise
    raise fault  # out here, so that the database's exception is not even its context


def as_fault(error: Exception, system: str) -> Fault | None:
    """Return the fault that an exception stands for; None when the database did not raise it."""
    if isinstance(error, TimeoutError | PoolTimeout):
        return SourceTimeout(system, _REASON)
    theirs = any(kind.__module__.partition(".")[0] in _LIBRARIES for kind in type(error).__mro__)
    return SourceUnavailable(system, _REASON) if theirs or isinstance(error, OSError) else None
