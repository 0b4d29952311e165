"""Who asks, as a system is told that has to be asked in its caller's name, and the sources of such systems."""

from collections.abc import Callable, Mapping, Sequence
from typing import Any, Final, Generic, TypeVar

from msgspec import Struct

from sources.crn import Crn
from sources.errors import Fault, SourceUnavailable
from sources.parts import Part
from sources.parts.history import Keyset
from sources.source import Filter, Page, Reading, Source

R = TypeVar("R")

NOBODY: Final = "nobody"


class Asker(Struct, frozen=True, eq=False):
    """A caller, why the caller asks, and in which request.

    Two are equal when they are one caller with one purpose: what a system tells the one, the other may have. Which of
    such a caller's requests it is does not matter to that.
    """

    kind: str
    id: str
    organisation: str
    purpose: str
    request: str = ""

    @property
    def group(self) -> tuple[str, ...]:
        """Whose it is what a system told this caller."""
        return self.kind, self.id, self.organisation, self.purpose

    def __eq__(self, other: object) -> bool:
        """Tell whether it is the same caller, for the same purpose."""
        return isinstance(other, Asker) and self.group == other.group

    def __hash__(self) -> int:
        """Go by the same as equality."""
        return hash(self.group)


class Personal(Generic[R]):
    """One part from a system, or several, of which one has to be asked in its caller's name: each caller's own source.

    `made` makes the source of a caller. Asked for nobody, it is a fault.
    """

    def __init__(self, made: Callable[[Asker | None], Source[R]]) -> None:
        of_nobody = made(None)
        self.part: Final[Part[R]] = of_nobody.part
        self.system: Final = of_nobody.system
        self.time_limit: Final = of_nobody.time_limit
        self.retention_days: Final = of_nobody.retention_days
        self.most_at_once: Final = of_nobody.most_at_once
        self._made: Final = made

    def of(self, asker: Asker) -> Source[R]:
        """Return the source that asks in the name of a caller."""
        return self._made(asker)

    async def fetch(self, crns: Sequence[Crn]) -> Mapping[Crn, Reading[R] | Fault]:
        """Raise the `Fault` of having been asked for nobody."""
        raise SourceUnavailable(self.system, NOBODY)

    async def page(self, crn: Crn, wanted: Filter, before: Keyset | None, size: int) -> Page[Any]:
        """Raise the `Fault` of having been asked for nobody."""
        raise SourceUnavailable(self.system, NOBODY)


def asked_by(source: Source[R], asker: Asker | None) -> Source[R]:
    """Return a source as a caller asks it: most are the same for everybody."""
    return source.of(asker) if isinstance(source, Personal) and asker is not None else source


def own_to(source: Source[Any], asker: Asker | None) -> Asker | None:
    """Return to whom belongs what a source tells a caller; None where everybody is told the same."""
    return asker if isinstance(source, Personal) else None
