"""Indicators: what stands beside the customer's name, as the record says it and as an overview shows it."""

from datetime import datetime

from resolvers import indicator
from schema.colour import IconColour
from schema.shown import shows, told, words
from sources.parts import customer
from sources.parts.customer import AccountState, IndicatorKind

for word in (AccountState, IndicatorKind):
    words(word)


@shows(customer.Indicator)
class Indicator:
    """One thing an officer sees beside the customer's name."""

    kind: IndicatorKind = told("What it tells.")
    detail: str | None = told("The detail: town and state, the language, the nominee's role.")
    state: AccountState | None = told("Whether the means of access works.")
    last_login: datetime | None = told("When it was last used.")
    lock_reason: str | None = told("Why it is locked.")


@shows(indicator.ProfileIndicator)
class ProfileIndicator:
    """An icon beside the customer's name, and what is read when the pointer rests on it."""

    kind: IndicatorKind = told("What it tells.")
    hover_text: str | None = told(
        "Town and state, the language, what the nominee receives, or the state of the means of access; null where the "
        "record does not say."
    )
    state: AccountState | None = told(
        "Whether the means of access works; null for what is none, and where the record does not say."
    )
    last_login: datetime | None = told("When the means of access was last used.")
    lock_reason: str | None = told("Why the means of access is locked.")
    colour: IconColour | None = told(
        "AMBER for a locked means of access, in the Smart Centre's presentation only; otherwise null."
    )
