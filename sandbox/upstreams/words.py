"""Codes of a record in a system's own words."""

from collections.abc import Mapping


def word(words: Mapping[str, str], ours: str) -> str:
    """Return the system's word for a code; a code that it has no word for is told as it is."""
    return words.get(ours, ours)
