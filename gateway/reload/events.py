"""What came of a reload."""

from msgspec import Struct

from sources.words import Word


class Result(Word):
    """What came of a reload."""

    RELOADED = "reloaded", "The configuration was good, and is used."
    REJECTED = "rejected", "Something is wrong with it: what was read before stays."


class ConfigReloaded(Struct, frozen=True):
    """The configuration was read anew. `waits`: what has changed and is used from the next start on, with commas."""

    waits: str | None = None


class ConfigRejected(Struct, frozen=True):
    """The configuration cannot be used, and the old one stays: in which file or setting, and why."""

    reason: str
