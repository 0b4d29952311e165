"""Names of operations as labels: those that were registered, and of these a bounded number."""

from typing import Final

from gateway.engine.prepared import Prepared

MOST_NAMES: Final = 500
LONGEST: Final = 80
REST: Final = "other"
UNNAMED: Final = "unnamed"


class Labels:
    """Knows the names that ever were labels: metrics keep what they were told, whatever is registered later."""

    def __init__(self, most: int = MOST_NAMES) -> None:
        self._most = most
        self._known: set[str] = set()

    def of(self, prepared: Prepared, name: str | None) -> str:
        """Return the label of an operation of a registered document; `name` is the one that was asked for."""
        found = prepared.name(name)
        if found is None:
            return UNNAMED
        if found not in self._known:
            if len(self._known) >= self._most or len(found) > LONGEST:
                return REST
            self._known.add(found)
        return found
