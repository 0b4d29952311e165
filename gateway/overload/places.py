"""The places of one process: whoever works for a caller holds one, and who finds none is turned away."""

import asyncio
import time
from collections.abc import AsyncIterator, Callable
from contextlib import asynccontextmanager
from typing import Final

from msgspec import Struct

from gateway.overload.admission import Admission, Class, Reason, State, Ticket
from gateway.overload.memory import Memory
from resolvers.caller import CallerKind
from sources.source import Observer

CLASSES: Final = {
    CallerKind.STAFF: Class.STAFF,
    CallerKind.PARTNER: Class.PARTNER,
    CallerKind.SERVICE: Class.PARTNER,  # nobody sits in front of it, and its jobs come in crowds
}
AGAIN: Final = {Class.STAFF: 1, Class.PARTNER: 3, Class.EXPORT: 10}
"""After how many seconds whoever is turned away may come again: officers first."""
LATELY: Final = 2.0
"""For so many seconds after somebody was turned away a process counts as turning away."""


class Shed(Struct, frozen=True):
    """A request was turned away before anything was done for it. `passed_over`: so many more were since the last told.

    `kind` is its class, `waited` for how many seconds it had waited.
    """

    kind: Class
    reason: Reason
    waited: float = 0.0
    passed_over: int = 0


class Queued(Struct, frozen=True):
    """A request had to wait for its place, and for how many seconds; whether it got one or not."""

    kind: Class
    seconds: float


class OverloadedError(Exception):
    """There is no place. `seconds`: when to come again."""

    def __init__(self, seconds: int) -> None:
        super().__init__("no place")
        self.seconds = seconds


class Places:
    """Gives places to requests. `clock` is in seconds and goes on evenly."""

    def __init__(
        self,
        admission: Admission,
        memory: Memory,
        observe: Observer,
        clock: Callable[[], float] = time.monotonic,
    ) -> None:
        self.admission: Final = admission
        self._memory = memory
        self._observe = observe
        self._clock = clock
        self._futures: dict[Ticket, asyncio.Future[None]] = {}
        self._last_shed: float | None = None
        self.done = 0
        """How many requests have been worked on and are over."""

    @property
    def shedding(self) -> bool:
        """Whether somebody was turned away just now."""
        return self._last_shed is not None and self._clock() - self._last_shed < LATELY

    def lets_in(self, caller: CallerKind) -> bool:
        """Tell whether there is memory to work for such a caller."""
        return self._memory.lets_in(caller)

    @property
    def inside(self) -> int:
        """How many requests are worked on."""
        return sum(self.admission.inside(kind) for kind in Class)

    def resize(self, places: int) -> None:
        """Have so many places from now on."""
        self._settle(self.admission.resize(places, self._clock()))

    async def hold(self, caller: CallerKind) -> "Place":
        """Return a place, held until it is left; raise `OverloadedError` when none comes free in time."""
        kind = CLASSES[caller]
        if not self.lets_in(caller):
            raise self._turned_away(kind, Reason.MEMORY)
        ticket = self.admission.ask(kind, self._clock())
        if ticket.state is State.AWAY:
            raise self._turned_away(kind, Reason.FULL)
        if ticket.state is State.WAITING:
            try:
                await self._waited(ticket)
            except BaseException:
                self._leave(ticket)
                raise
        return Place(self, ticket)

    @asynccontextmanager
    async def of(self, caller: CallerKind) -> AsyncIterator[None]:
        """Hold a place; raise `OverloadedError` when none comes free in time."""
        with await self.hold(caller):
            yield

    def left(self, ticket: Ticket, *, is_done: bool) -> None:
        """Take a place back; count the request as worked on, if it came to its end."""
        self.done += is_done
        self._leave(ticket)

    def _leave(self, ticket: Ticket) -> None:
        self._settle(self.admission.leave(ticket, self._clock()))

    async def _waited(self, ticket: Ticket) -> None:
        loop = asyncio.get_running_loop()
        future = self._futures[ticket] = loop.create_future()
        timer = loop.call_later(max(0.0, ticket.until - self._clock()), self._enough, ticket)
        try:
            await future
        finally:
            timer.cancel()
            del self._futures[ticket]
            self.admission.give_up(ticket)
        seconds = self._clock() - ticket.since
        self._observe(Queued(ticket.kind, seconds))
        if ticket.state is State.AWAY:
            raise self._turned_away(ticket.kind, Reason.WAIT, seconds)

    def _enough(self, ticket: Ticket) -> None:
        self.admission.give_up(ticket)
        self._settle([ticket])

    def _settle(self, tickets: list[Ticket]) -> None:
        for ticket in tickets:
            future = self._futures.get(ticket)
            if future is not None and not future.done():
                future.set_result(None)

    def _turned_away(self, kind: Class, reason: Reason, waited: float = 0.0) -> OverloadedError:
        self._last_shed = self._clock()
        self._observe(Shed(kind, reason, waited))
        return OverloadedError(AGAIN[kind])


class Place:
    """The place of one request, until it is left."""

    __slots__ = ("_places", "_ticket")

    def __init__(self, places: Places, ticket: Ticket) -> None:
        self._places = places
        self._ticket = ticket

    def __enter__(self) -> None:
        """Work."""

    def __exit__(self, kind: type[BaseException] | None, *_: object) -> None:
        """Leave it."""
        self._places.left(self._ticket, is_done=kind is None)
