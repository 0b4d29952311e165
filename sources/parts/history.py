"""A history: the items that one source tells of one customer, newest first, bounded, and honest about it."""

from collections.abc import Iterable, Sequence
from datetime import datetime
from itertools import pairwise
from typing import Generic, Protocol, TypeVar

from msgspec import Struct

from sources.crn import Crn


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


class Keyset(Struct, frozen=True, order=True):
    """The place of an item in its history: later `at` first, then higher `id` first."""

    at: datetime
    id: str


class History(Struct, Generic[I_co], frozen=True):
    """The newest items of a customer, newest first, each once.

    `complete_since` is the moment from which nothing is missing; None when the source holds nothing older.
    """

    crn: Crn
    items: tuple[I_co, ...] = ()
    complete_since: datetime | None = None


def place(item: Item) -> Keyset:
    """Return where an item stands in its history."""
    return Keyset(item.at, item.id)


def in_order(items: Iterable[I]) -> tuple[I, ...]:
    """Return the items newest first, each number once."""
    once = {item.id: item for item in items}
    return tuple(sorted(once.values(), key=lambda item: (item.at, item.id), reverse=True))


def is_in_order(items: Sequence[Item]) -> bool:
    """Tell whether items stand newest first, each number once."""
    places = [(item.at, item.id) for item in items]
    falling = all(upper > lower for upper, lower in pairwise(places))
    return falling and len({number for _, number in places}) == len(places)
