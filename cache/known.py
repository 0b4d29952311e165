"""Values that were given before, and whether the very same would be given again."""

import math
from collections import Counter
from collections.abc import Iterable, Sequence
from typing import Any, TypeAlias
from weakref import ref

from msgspec import Struct

from cache.freshness import NEGATIVE_SECONDS
from cache.store import Place, Store

Values: TypeAlias = Sequence[tuple[Place, "ref[Any]"]]
"""Where values are kept, and each itself, which is not kept alive by it."""


class Known(Struct):
    """Values that one request was given, fresh up to `until`, in monotonic seconds.

    `parts` are of which part they are, as which system told it, and how many of each. `stamp` is the one of the store
    under which all of them were last seen to be kept.
    """

    values: Values
    parts: tuple[tuple[str, str, int], ...]
    until: float
    stamp: int = -1


def known_of(store: Store, told: Iterable[tuple[Place, "ref[Any]", float]]) -> Known | None:
    """Return what tells later whether values would be given again, of which each is fresh for so many seconds; None
    where a store would not give one of them now."""
    values, until = list[tuple[Place, "ref[Any]"]](), math.inf
    for place, value, fresh in told:
        entry = store.at_hand(place)
        if entry is None or entry.value is not value():
            return None
        until = min(until, entry.fetched + (NEGATIVE_SECONDS if entry.negative else fresh))
        values.append((place, value))
    parts = Counter((place.part, place.system) for place, _ in values)
    return Known(tuple(values), tuple((*whose, count) for whose, count in parts.items()), until)
