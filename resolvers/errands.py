"""What is fetched on behalf of one request, so that all of it can be given up at once.

An errand goes on until it is done, however long anybody in the request waits for it, or until the request is given up.
"""

import asyncio
from collections.abc import Callable, Coroutine
from typing import Any, TypeAlias, TypeVar

T = TypeVar("T")
Batch: TypeAlias = Callable[[list[Any]], Coroutine[Any, Any, list[Any]]]


class Errands:
    """The errands of one request that are under way."""

    def __init__(self) -> None:
        self._tasks: set[asyncio.Task[Any]] = set()
        self._given_up = False

    def begin(self, work: Coroutine[Any, Any, T]) -> asyncio.Task[T]:
        """Return an errand that goes on whoever waits for it."""
        return asyncio.create_task(self._held(work))

    def batched(self, batch: Batch) -> Batch:
        """Return the batch of a dataloader as an errand: its task is the loader's, and known nowhere else."""

        async def held(keys: list[Any]) -> list[Any]:
            return await self._held(batch(keys))

        return held

    def give_up(self) -> None:
        """Stop what is under way, and begin nothing more."""
        self._given_up = True
        for task in self._tasks:
            task.cancel()

    async def _held(self, work: Coroutine[Any, Any, T]) -> T:
        task = asyncio.current_task()
        if self._given_up or task is None:
            work.close()
            raise asyncio.CancelledError
        self._tasks.add(task)
        try:
            return await work
        finally:
            self._tasks.discard(task)
