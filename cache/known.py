"""Values that were given before, and whether the very same would be given again."""

from typing import Any
from weakref import ref

from msgspec import Struct

from cache.freshness import NEGATIVE_SECONDS
from cache.store import Place, Store


class Known(Struct, frozen=True):
    """Values of one part, as one system told them: where each is kept, and itself, which is not kept alive by it.

    For `fresh` seconds after it was fetched each of them is fresh, one that says "nothing known" for fewer.
    """

    part: str
    system: str
    fresh: float
    values: tuple[tuple[Place, "ref[Any]"], ...]


def gives(store: Store, known: Known, now: float) -> bool:
    """Tell whether a store has every one of the values at hand at a monotonic moment, fresh, and the very object."""
    for place, value in known.values:
        entry = store.at_hand(place)
        if entry is None or entry.value is not value():
            return False
        if now - entry.fetched > (NEGATIVE_SECONDS if entry.negative else known.fresh):
            return False
    return True
