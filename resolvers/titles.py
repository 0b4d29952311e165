"""Titles and codes as keys."""

from functools import lru_cache


@lru_cache(4_096)
def normalised(title: str) -> str:
    """Return a title as a key: case and spacing do not tell two activities apart."""
    return " ".join(title.split()).casefold()
