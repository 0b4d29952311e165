"""Refusals at the door, told now and then: whoever shows bad tokens all day does not fill the log."""

from datetime import datetime, timedelta
from typing import Final

from msgspec import Struct
from msgspec.structs import replace

from gateway.auth import CredentialRefused, Reason
from sources.source import Clock, Observer

PAUSE: Final = timedelta(seconds=10)


class Sampled:
    """Hands on every event; of refusals of one issuer for one reason one in ten seconds, and how many there were."""

    def __init__(self, observe: Observer, clock: Clock) -> None:
        self._observe = observe
        self._clock = clock
        self._told: dict[tuple[str, Reason], datetime] = {}
        self._passed_over: dict[tuple[str, Reason], int] = {}

    def __call__(self, event: Struct) -> None:
        """Hand an event on, or count it."""
        if not isinstance(event, CredentialRefused):
            self._observe(event)
            return
        kind, now = (event.issuer, event.reason), self._clock()
        last = self._told.get(kind)
        if last is not None and timedelta() <= now - last < PAUSE:
            self._passed_over[kind] = self._passed_over.get(kind, 0) + 1
            return
        self._told[kind] = now
        self._observe(replace(event, passed_over=self._passed_over.pop(kind, 0)))
