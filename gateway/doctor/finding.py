"""What a look at something finds: how it is, and what mends it."""

from msgspec import Struct

from sources.words import Word


class Light(Word):
    """How something is."""

    GREEN = "green", "It is as it should be."
    AMBER = "amber", "It works, and somebody should look at it."
    RED = "red", "It does not work."


class Finding(Struct, frozen=True):
    """One thing that was looked at: how it is, what was seen, and what mends it. Nothing of a customer is in it."""

    what: str
    light: Light
    seen: str
    mend: str = ""


def in_ms(seconds: float) -> str:
    """Return a time as it is said."""
    return f"{seconds * 1000:.0f} ms"
