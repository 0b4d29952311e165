"""Watching what an operation rests on: customers it was let in to, and nothing else, or something beyond them.

Whatever is not known here to be the same for everybody counts as beyond, so what a scope or the loaders learn to do
later does, too, until somebody has thought about it.
"""

from collections.abc import Collection
from typing import Any, Final

from msgspec.structs import replace

from resolvers.admission import Admission
from resolvers.loaders import Loaders
from resolvers.scope import Scope
from sources.crn import Crn
from sources.parts import Part

CONSTANT: Final = frozenset("asking decisions seen recorded count system fresh_until documents".split())
"""What is asked of the loaders beside `admit` and tells nothing of a customer: who asks, what was decided, names and
limits of systems. Of the source of documents only how long it keeps them is asked in a query."""

PLAIN: Final = frozenset(
    "request_id caller purpose now policy labels scheme loaders sealer worked_out failures interaction trace_id"
    " address_seconds acts pieces".split()
)
"""What of a scope is a value, and tells nothing that others have to be asked for. Pieces are found by readings that
were let in."""


class Witness:
    """Stands in for the loaders of a request. `asked` are the customers and parts that it was asked to let in to, in
    order; `beyond` is whether anything else was used."""

    def __init__(self, loaders: Loaders) -> None:
        self.loaders: Final = loaders
        self.asked: Final[list[tuple[tuple[Crn, ...], tuple[Part[Any], ...]]]] = []
        self.beyond = False

    async def admit(self, crns: Collection[Crn], parts: Collection[Part[Any]]) -> dict[Crn, Admission]:
        """Do as the loaders do, and remember it."""
        self.asked.append((tuple(crns), tuple(parts)))
        return await self.loaders.admit(crns, parts)

    def __getattr__(self, name: str) -> Any:
        """Return what the loaders have by that name."""
        if name not in CONSTANT:
            self.beyond = True
        return getattr(self.loaders, name)


class _Beyond:
    """Stands in for anything else of a scope: whoever uses it goes beyond customers."""

    def __init__(self, of: Any, witness: Witness) -> None:
        self._of = of
        self._witness = witness

    def __getattr__(self, name: str) -> Any:
        self._witness.beyond = True
        return getattr(self._of, name)

    def __call__(self, *given: Any) -> Any:
        self._witness.beyond = True
        return self._of(*given)


def watched(scope: Scope) -> tuple[Scope, Witness]:
    """Return a scope that does the same, and who sees what is done with it."""
    witness = Witness(scope.loaders)
    others = {
        name: _Beyond(getattr(scope, name), witness)
        for name in Scope.__struct_fields__
        if name not in PLAIN and getattr(scope, name) is not None
    }
    return replace(scope, loaders=witness, **others), witness
