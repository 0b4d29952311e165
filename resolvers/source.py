"""How the sources are: what each tells, how fresh it is kept, and how it last answered. No person in it."""

from datetime import datetime

from msgspec import Struct

from sources.words import Word


class Health(Word):
    """How a source last answered."""

    HEALTHY = "HEALTHY", "Its last answer was good."
    DEGRADED = "DEGRADED", "Its last answer was good for some customers and a failure for others."
    FAILING = "FAILING", "Its last answer was a failure."
    UNASKED = "UNASKED", "It was not asked since this process started."


class SourceState(Struct, frozen=True):
    """One source: the part it tells, its system, how long its word is kept, and how it last answered."""

    part: str
    system: str
    health: Health
    fresh_seconds: float
    dead_seconds: float
    retention_days: int | None
    capabilities: tuple[str, ...]
    last_answer_at: datetime | None = None
    last_code: str | None = None
