"""How the sources last answered, and whether the gateway is ready."""

from collections.abc import Callable, Mapping, Sequence
from datetime import datetime
from typing import Any

from msgspec import Struct

from cache import FRESHNESS
from cache.freshness import freshness
from resolvers.source import Health, SourceState
from sources.source import Clock, Source, SourceAsked


class _Last(Struct, frozen=True):
    at: datetime
    health: Health
    code: str | None = None


class SourceHealth:
    """Listens to what happens at the sources and remembers the last answer of each."""

    def __init__(self, clock: Clock) -> None:
        self._clock = clock
        self._last: dict[str, _Last] = {}
        self._listeners: list[Callable[[], None]] = []

    def listen(self, heard: Callable[[], None]) -> None:
        """Have somebody told, from now on, whenever a source answers otherwise than before."""
        self._listeners.append(heard)

    def hears(self, kind: type[Struct]) -> bool:
        """Tell whether such events say how a source answers."""
        return kind is SourceAsked

    def __call__(self, event: Struct) -> None:
        """Take note of an event."""
        if isinstance(event, SourceAsked):
            failed = sum(event.faults.values())
            health = (
                Health.HEALTHY if not failed else Health.DEGRADED if failed < event.keys else Health.FAILING
            )
            code = max(event.faults, key=lambda code: event.faults[code]) if failed else None
            last = self._last.get(event.part)
            self._last[event.part] = _Last(self._clock(), health, code)
            if last is None or (last.health, last.code) != (health, code):
                for heard in self._listeners:
                    heard()

    def states(self, sources: Mapping[str, Source[Any]]) -> Sequence[SourceState]:
        """Return the state of every source."""
        return [self._state(source) for source in sources.values()]

    def _state(self, source: Source[Any]) -> SourceState:
        last = self._last.get(source.part.name)
        limits = freshness(source.part.name, FRESHNESS)
        return SourceState(
            part=source.part.name,
            system=source.system,
            health=last.health if last is not None else Health.UNASKED,
            fresh_seconds=limits.fresh,
            dead_seconds=limits.dead,
            retention_days=source.retention_days,
            capabilities=("fetch", "page") if source.part.history else ("fetch",),
            last_answer_at=last.at if last is not None else None,
            last_code=last.code if last is not None else None,
        )
