"""How the sources are. No person in it."""

from datetime import datetime

from resolvers import source
from resolvers.source import Health
from schema.shown import shows, told, words

words(Health)


@shows(source.SourceState)
class Source:
    """One source: what it tells, how fresh it is kept, and how it last answered."""

    part: str = told("The part of a customer's picture that it tells.")
    system: str = told("The name of the system.")
    health: Health = told("How it last answered this process.")
    last_answer_at: datetime | None = told("When it last answered or failed.")
    last_code: str | None = told("The error code of its last failure; null when the last answer was good.")
    fresh_seconds: float = told("For how many seconds its word counts as fresh.")
    dead_seconds: float = told("After how many seconds its word is never shown.")
    retention_days: int | None = told("For how many days it keeps what it knows; null for ever.")
    capabilities: list[str] = told("What it can do: `fetch` many customers, `page` through a history.")
