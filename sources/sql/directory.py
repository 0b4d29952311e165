"""Which customer a number of another system leads to."""

from collections.abc import Mapping, Sequence
from typing import Final

from sqlalchemy import select
from sqlalchemy.ext.asyncio import AsyncEngine

from sources.crn import Crn
from sources.guard import Guard
from sources.parts.customer import Identifier
from sources.sql.border import guard_of, guarded
from sources.sql.engine import for_reading, rows
from sources.sql.tables import IDENTIFIER
from sources.sql.texts import array, texts

_STATEMENT: Final = select(IDENTIFIER.c.kind, IDENTIFIER.c.value, IDENTIFIER.c.crn).where(
    IDENTIFIER.c.value.in_(select(texts("values").c.value))
)


class SqlDirectory:
    """The numbers that customers' records tell of. `time_limit` is in seconds."""

    def __init__(
        self,
        engine: AsyncEngine,
        system: str = "sql",
        time_limit: float = 0.8,
        guard: Guard | None = None,
    ) -> None:
        self.system: Final = system
        self.time_limit: Final = time_limit
        self._guard: Final = guard or guard_of(system, time_limit)
        self._engine: Final = for_reading(engine)

    async def resolve(self, identifiers: Sequence[Identifier]) -> Mapping[Identifier, Crn]:
        """Return the canonical CRN behind each identifier that is known, from one statement.

        A number that two customers claim leads to neither: whose it is cannot be told, and is never guessed.
        """
        values = {"values": array({identifier.value for identifier in identifiers})}
        claims: dict[tuple[str, str], set[Crn]] = {}
        for kind, value, crn in await guarded(self._guard, lambda: rows(self._engine, _STATEMENT, values)):
            claims.setdefault((kind, value), set()).add(crn)
        claimed = ((each, claims.get((each.kind.value, each.value), ())) for each in identifiers)
        return {identifier: next(iter(crns)) for identifier, crns in claimed if len(crns) == 1}
