"""What is out of date: of whom nothing that was kept may be shown again, why, and that every process knows."""

from typing import Any, Final

from msgspec import Struct

from resolvers.neighbours import Neighbours
from resolvers.refusal import bad_input
from sources.crn import Crn
from sources.parts import PARTS
from sources.source import Source
from sources.words import Word

PART_NAMES: Final = frozenset(part.name for part in PARTS)


class Cause(Word):
    """Why something is out of date."""

    COMMAND = "command", "A command changed it."
    EVENT = "event", "A system said that it has changed."
    CLI = "cli", "An operator purged it."
    MUTATION = "mutation", "A caller purged it."
    STREAM = "stream", "A process said so to all that share a cache."


class Outdated(Struct, frozen=True):
    """What is out of date: a customer, one part of a customer, all that a system told, or with nothing named all."""

    crn: Crn | None = None
    part: str | None = None
    system: str | None = None

    @property
    def subject(self) -> str:
        """What it is, as it stands on record: without the customer, who stands there hidden."""
        if self.crn is not None:
            return f"part {self.part}" if self.part is not None else "customer"
        return f"system {self.system}" if self.system is not None else "everything"


class Invalidated(Struct, frozen=True):
    """Something was said to be out of date. `everywhere` is whether every process is sure to know."""

    cause: Cause
    everywhere: bool


class Invalidator:
    """Says of what was kept that it is out of date."""

    def __init__(self, neighbours: Neighbours) -> None:
        self._neighbours = neighbours

    @property
    def systems(self) -> frozenset[str]:
        """The names of the systems that tell parts; each of several that tell one part has its own."""
        return frozenset(name for source in self._neighbours.sources.values() for name in _names(source))

    def check(self, outdated: Outdated) -> None:
        """Refuse a part or a system that there is not, and what cannot be out of date together."""
        if outdated.part is not None and outdated.part not in PART_NAMES:
            raise bad_input(f"A part is one of {', '.join(part.name for part in PARTS)}.")
        if outdated.part is not None and outdated.crn is None:
            raise bad_input("A part is that of a customer: name the customer, too.")
        if outdated.system is not None and outdated.crn is not None:
            raise bad_input("Name a customer or a system, not both.")
        if outdated.system is not None and outdated.system not in self.systems:
            raise bad_input("No system of this name tells a part.")

    async def tell(self, outdated: Outdated, cause: Cause) -> bool:
        """Let nothing of it that was kept be shown again, and say whether every process is sure to know."""
        kept: list[str | None] = [None]
        if outdated.system is not None:  # what several systems tell is kept under all their names
            sources = self._neighbours.sources.values()
            kept = list({source.system for source in sources if outdated.system in _names(source)})
        cache = self._neighbours.cache
        told = [await cache.invalidate(outdated.crn, outdated.part, name, cause.value) for name in kept]
        self._neighbours.observe(Invalidated(cause, all(told)))
        return all(told)


def _names(source: Source[Any]) -> set[str]:
    return {source.system, *source.system.split("+")}
