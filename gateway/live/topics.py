"""What an answer may change with: the customers in it, the caller's own line, and how the sources are.

A topic is a keyed tag, as the cache has it: nothing of a customer or an officer can be read in it.
"""

from collections.abc import Callable, Sequence
from typing import Final

import msgspec

from cache import CrnCache
from resolvers.caller import Caller
from resolvers.scope import Scope
from resolvers.screen_pop import has_looked
from resolvers.source import SourceState

HEALTH: Final = "health"


class Topics:
    """Names topics, and hears of them through the cache: so every process hears what one of them is told."""

    def __init__(self, cache: CrnCache) -> None:
        self._cache = cache

    def listen(self, heard: Callable[[str | None], None]) -> None:
        """Have somebody told of what may have changed: a topic, None for everything."""
        self._cache.listen(heard)

    def hears(self) -> bool:
        """Tell whether this process hears what others are told."""
        return self._cache.hears

    async def rang(self, organisation: str, officer: str) -> None:
        """Tell every process that an officer's line is not as it was."""
        await self._cache.invalidate(_line(organisation, officer))

    def of(self, scope: Scope) -> frozenset[str]:
        """Return what an answer may change with, as far as a request's scope tells."""
        people = {self._cache.tag(crn) for crn in scope.loaders.decisions}
        return frozenset(people | ({self.line(scope.caller)} if has_looked(scope) else set()))

    def line(self, caller: Caller) -> str:
        """Return the topic of an officer's line."""
        return self._cache.tag(_line(caller.organisation, caller.id))

    def noting(
        self, states: Callable[[], Sequence[SourceState]], used: set[str]
    ) -> Callable[[], Sequence[SourceState]]:
        """Return what tells how the sources are, and takes note that somebody asked."""

        def told() -> Sequence[SourceState]:
            used.add(HEALTH)
            return states()

        return told


def _line(organisation: str, officer: str) -> str:
    return msgspec.json.encode(("line", organisation, officer)).decode()
