"""What happens all the time while something is wrong, told now and then: nobody fills the log by asking all day."""

from collections.abc import Hashable
from datetime import datetime, timedelta
from typing import Final

from msgspec import Struct
from msgspec.structs import replace

from cache import StaleServed
from cache.level_events import WriteRefused
from gateway.auth import CredentialRefused
from gateway.edge.sockets import LiveRejected
from gateway.overload.places import Shed
from gateway.telemetry.telling import hears
from gateway.trusted.events import DocumentUnknown
from sources.source import Clock, Observer

PAUSE: Final = timedelta(seconds=10)


class Sampled:
    """Hands on every event but six kinds, of which there is one line in ten seconds that says how many there were.

    Of refusals, of one issuer for one reason; of requests turned away, of one class for one reason; of what is served
    stale, of one part from one system; of writes that the shared cache refused, for one reason; of sockets and streams
    that were not begun, of one protocol for one reason; of documents that are asked for and that nobody registered.
    """

    def __init__(self, observe: Observer, clock: Clock) -> None:
        self._observe = observe
        self._clock = clock
        self._told: dict[Hashable, datetime] = {}
        self._passed_over: dict[Hashable, int] = {}

    def hears(self, kind: type[Struct]) -> bool:
        """Tell whether whoever is told in the end hears of such events."""
        return hears(self._observe, kind)

    def __call__(self, event: Struct) -> None:
        """Hand an event on, or count it."""
        if isinstance(event, CredentialRefused):
            self._now_and_then(event, (CredentialRefused, event.issuer, event.reason))
        elif isinstance(event, Shed):
            self._now_and_then(event, (Shed, event.kind, event.reason))
        elif isinstance(event, StaleServed):
            self._now_and_then(event, (StaleServed, event.part, event.system))
        elif isinstance(event, WriteRefused):
            self._now_and_then(event, (WriteRefused, event.reason))
        elif isinstance(event, LiveRejected):
            self._now_and_then(event, (LiveRejected, event.protocol, event.why))
        elif isinstance(event, DocumentUnknown):
            self._now_and_then(event, DocumentUnknown)
        else:
            self._observe(event)

    def _now_and_then(
        self,
        event: CredentialRefused | Shed | StaleServed | WriteRefused | LiveRejected | DocumentUnknown,
        kind: Hashable,
    ) -> None:
        now, last = self._clock(), self._told.get(kind)
        if last is not None and timedelta() <= now - last < PAUSE:
            self._passed_over[kind] = self._passed_over.get(kind, 0) + 1
            return
        self._told[kind] = now
        self._observe(replace(event, passed_over=self._passed_over.pop(kind, 0)))
