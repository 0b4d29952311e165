"""What keeps entries, and the number that each person's entries live under."""

from collections.abc import Mapping, Sequence
from typing import Any, Protocol

from msgspec import Struct


class Entry(Struct, frozen=True):
    """A value, when it was fetched (monotonic seconds), under which generation, and whether it says "nothing known"."""

    value: Any
    fetched: float
    generation: int
    negative: bool


class Store(Protocol):
    """Keeps entries by key. It may lose anything at any time; it must never give one key's entry for another."""

    async def read(self, keys: Sequence[str]) -> Mapping[str, Entry]:
        """Return the entries that are there."""

    async def write(self, key: str, entry: Entry) -> None:
        """Keep an entry, or forget it at once."""

    async def drop(self, keys: Sequence[str]) -> None:
        """Forget entries."""

    async def generation(self, person: str) -> int:
        """Return the number that the person's entries live under now."""

    async def advance(self, person: str) -> int:
        """Move the person to the next generation: everything kept before is out of date."""
