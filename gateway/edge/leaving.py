"""A caller that leaves: what only it wanted is stopped, and what has to be finished is."""

import asyncio
from collections.abc import AsyncIterator, Callable, Coroutine
from contextlib import asynccontextmanager
from typing import Any, TypeVar

from starlette.requests import ClientDisconnect, Request

from gateway.edge.begun import Begun

T = TypeVar("T")


async def unless_left(request: Request, work: Coroutine[Any, Any, T], stops: Callable[[], bool]) -> T:
    """Return what work comes to, as `while_there` lets it run. What waits for nothing is over before anybody leaves."""
    begun = Begun(work)
    if begun.is_over:
        return begun.result
    async with while_there(request, stops):
        return await begun


@asynccontextmanager
async def while_there(request: Request, stops: Callable[[], bool]) -> AsyncIterator[None]:
    """Run what is inside for as long as the caller is there, then stop it and raise `ClientDisconnect`.

    `stops` is asked once the caller has left, and says whether to stop. The body of the request has been read before.
    """
    working, stopped = asyncio.current_task(), False

    async def watch() -> None:
        nonlocal stopped
        while (await request.receive())["type"] != "http.disconnect":
            pass
        if working is not None and stops():
            stopped = working.cancel()

    watching = asyncio.create_task(watch())
    try:
        yield
    except asyncio.CancelledError:
        if stopped and working is not None and working.cancelling() == 1:  # nobody else has it stop
            raise ClientDisconnect from None
        raise
    finally:
        watching.cancel()
        if stopped and working is not None:
            working.uncancel()
