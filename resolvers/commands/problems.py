"""What keeps a command from being carried out, as a value: it is part of the answer."""

from msgspec import Struct


class RuleViolation(Struct, frozen=True):
    """A rule forbids it. `code` stands in the one table of codes; `detail` replaces its words where it says more."""

    code: str
    detail: str | None = None
