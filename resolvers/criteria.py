"""What a caller looks for, checked: long enough to mean somebody, short enough to be answered, and never echoed."""

import re
from datetime import date
from typing import Any

from resolvers.refusal import bad_input
from sources.search import Criteria

LONGEST = 200
MOST_WORDS = 8
MOST_PIECES = 16
"""A word may be joined of several: O'Brien, 204-914-971."""
FEWEST_LETTERS = 2
PIECE = re.compile(r"\w+")


def criteria(
    quick: str | None, advanced: dict[str, str | date | None] | None, *, protected_names: bool
) -> Criteria:
    """Return the criteria; refuse what cannot be looked for. Exactly one of both ways has to be used."""
    if (quick is None) == (advanced is None):
        raise bad_input("Give either `quick` or `advanced`.")
    given: dict[str, Any] = {name: value for name, value in (advanced or {}).items() if value is not None}
    if quick is not None:
        given["quick"] = quick
    if not given:
        raise bad_input("`advanced` needs at least one field.")
    texts = {name: _readable(value) for name, value in given.items() if isinstance(value, str)}
    for text in texts.values():
        if len(text) > LONGEST or len(text.split()) > MOST_WORDS or len(PIECE.findall(text)) > MOST_PIECES:
            raise bad_input(f"A search text is {LONGEST} characters and {MOST_WORDS} words at most.")
        if not _letters(text):
            raise bad_input("A search text needs a letter or a digit.")
    if len(texts) == len(given) and sum(map(_letters, texts.values())) < FEWEST_LETTERS:
        raise bad_input(f"A search needs {FEWEST_LETTERS} letters or digits at least.")
    return Criteria(**(given | texts), protected_names=protected_names)


def _readable(text: str) -> str:
    """Return the text without what no encoding has: half a character."""
    return text.encode(errors="ignore").decode()


def _letters(text: str) -> int:
    return sum(letter.isalnum() for letter in text)
