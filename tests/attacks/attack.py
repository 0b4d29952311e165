"""One attack: who sends what, and everything that has to come of it."""

from collections.abc import Awaitable, Callable
from dataclasses import dataclass
from typing import Any, TypeAlias

from tests.attacks.scene import Scene

Headers: TypeAlias = list[tuple[str, str]]
Who: TypeAlias = Callable[[Scene], Headers]
Sends: TypeAlias = Callable[[Scene], Awaitable[Any]]


@dataclass(frozen=True)
class Attack:
    """A line of the table. The last answer has `status` and errors of no other `code`; None is not a single error.

    `calls` are the calls to systems that the gateway made, `audit` the events on record, in order, as `action:rule`
    with spaces between them. The last answer holds the words of `sees`, and no other secret; `like` is what else gets
    the same answer, to the header, at the same cost. `fetches` are the calls to issuers.
    """

    name: str
    who: Who
    sends: Sends
    status: int
    code: str | None
    calls: int
    audit: str
    sees: tuple[str, ...] = ()
    like: Sends | None = None
    fetches: int | None = None
    at: str = "main"
