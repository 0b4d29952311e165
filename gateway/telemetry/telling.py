"""Telling several observers what happens, each only of what it hears: most of it is told all day and heard by few."""

from collections.abc import Callable, Iterable, Iterator
from typing import Protocol, runtime_checkable

from msgspec import Struct

from sources.source import Observer


@runtime_checkable
class Choosy(Protocol):
    """An observer that is not told of everything."""

    def hears(self, kind: type[Struct]) -> bool:
        """Tell whether it does anything with such events, ever."""


def hears(observer: object, kind: type[Struct]) -> bool:
    """Tell whether an observer is told of such events: of all, if it does not say."""
    return not isinstance(observer, Choosy) or observer.hears(kind)


def every(*observers: Callable[[Struct], None]) -> Observer:
    """Return one observer that tells several, each of what it hears: one that does not say is told everything."""
    return Every(observers)


class Every:
    """Tells several observers, and remembers for each kind of event whom."""

    def __init__(self, observers: Iterable[Callable[[Struct], None]]) -> None:
        self._observers = tuple(observers)
        self._hearing: dict[type[Struct], tuple[Callable[[Struct], None], ...]] = {}

    def __call__(self, event: Struct) -> None:
        """Tell of an event."""
        kind = type(event)
        hearing = self._hearing.get(kind)
        if hearing is None:
            hearing = self._hearing[kind] = tuple(self._of(kind))
        for observer in hearing:
            observer(event)

    def hears(self, kind: type[Struct]) -> bool:
        """Tell whether any of them hears of such events."""
        return any(True for _ in self._of(kind))

    def _of(self, kind: type[Struct]) -> Iterator[Callable[[Struct], None]]:
        for observer in self._observers:
            if isinstance(observer, Every):
                yield from observer._of(kind)
            elif hears(observer, kind):
                yield observer
