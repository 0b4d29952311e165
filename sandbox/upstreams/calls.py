"""What was asked of each system: how often, about whom, and the last requests."""

from collections import Counter, deque
from collections.abc import Sequence
from typing import Any, Final

LOGGED: Final = 1000


class Calls:
    """The requests that one system took."""

    def __init__(self) -> None:
        self.requests = 0
        self.by_crn: Counter[str] = Counter()
        self.log: deque[dict[str, Any]] = deque(maxlen=LOGGED)

    def note(self, method: str, path: str, crns: Sequence[str], on_behalf_of: str | None = None) -> None:
        """Note a request, and in whose name it says it is made."""
        self.requests += 1
        self.by_crn.update(crns)
        named = {"on_behalf_of": on_behalf_of} if on_behalf_of is not None else {}
        self.log.append({"method": method, "path": path, "crns": list(crns), **named})

    def clear(self) -> None:
        """Forget them."""
        self.requests = 0
        self.by_crn.clear()
        self.log.clear()

    def told(self) -> dict[str, Any]:
        """Return what is told of them."""
        return {"requests": self.requests, "by_crn": dict(self.by_crn), "log": list(self.log)}
