"""A history: the items that one source tells of one customer, newest first, bounded, and honest about it."""

from collections.abc import Iterable, Sequence
from datetime import datetime
from itertools import repeat
from operator import attrgetter, gt, ne
from typing import Final, Generic, Protocol, TypeVar

from msgspec import Struct

from sources.crn import Crn

_SUBJECT: Final = attrgetter("crn")


class Item(Protocol):
    """What every item of a history says of itself."""

    @property
    def id(self) -> str:
        """Its number at its source."""

    @property
    def crn(self) -> Crn:
        """Whom it is about."""

    @property
    def at(self) -> datetime:
        """When it happened; with `id` the place of the item in its history. Never changes."""

    @property
    def recorded_at(self) -> datetime:
        """When its source learnt of it. Never changes."""


I_co = TypeVar("I_co", bound=Item, covariant=True)
I = TypeVar("I", bound=Item)  # noqa: E741


class Keyset(Struct, frozen=True, order=True, gc=False):
    """The place of an item in its history: later `at` first, then higher `id` first."""

    at: datetime
    id: str


class History(Struct, Generic[I_co], frozen=True, gc=False):
    """The newest items of a customer, newest first, each once.

    `complete_since` is the moment from which nothing is missing; None when the source holds nothing older.
    """

    crn: Crn
    items: tuple[I_co, ...] = ()
    complete_since: datetime | None = None


def place(item: Item) -> Keyset:
    """Return where an item stands in its history."""
    return Keyset(item.at, item.id)


def is_about(crn: Crn, items: Iterable[Item]) -> bool:
    """Tell whether every item is about this customer."""
    return not any(map(ne, map(_SUBJECT, items), repeat(crn)))


def in_order(items: Iterable[I]) -> tuple[I, ...]:
    """Return the items newest first, each number once."""
    listed = tuple(items)
    if is_in_order(listed):
        return listed
    once = {item.id: item for item in listed}
    return tuple(sorted(once.values(), key=lambda item: (item.at, item.id), reverse=True))


def is_in_order(items: Sequence[Item]) -> bool:
    """Tell whether items stand newest first, each number once."""
    moments = [item.at for item in items]
    numbers = [item.id for item in items]
    return _is_falling(moments, numbers) and len(set(numbers)) == len(numbers)


def _is_falling(moments: list[datetime], numbers: list[str]) -> bool:
    if all(map(gt, moments, moments[1:])):
        return True
    places = list(zip(moments, numbers, strict=True))  # some are at the same moment
    return all(map(gt, places, places[1:]))
