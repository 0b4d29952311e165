"""What a log line hides: whatever looks like somebody's number, address or key, wherever in a value it stands.

The lines of ours hold nothing of the kind. This is the second net, for what a system or a library may put into a value.
"""

import hmac
import re
from collections.abc import Mapping
from enum import Enum
from hashlib import sha256
from typing import Any, Final
from unicodedata import normalize
from urllib.parse import unquote

HIDDEN: Final = "[hidden]"
LONGEST: Final = 300
"""Characters of one value; what is longer is cut off."""

MOST: Final = 20
"""Members of one list or mapping; the others are left out."""

_ID: Final = re.compile(
    r"(?=[0-9-]*[a-f])(?:[0-9a-f]{16}|[0-9a-f]{32}|[0-9a-f]{8}(-[0-9a-f]{4}){3}-[0-9a-f]{12})"
)
"""Ids of requests and traces. One without a letter might as well be somebody's number."""

# whatever people and programs put between digits: spaces of any width, dashes, points, brackets, tabs
_APART: Final = r"[^\dA-Za-z]{0,3}"
_CRN: Final = re.compile(rf"(?<!\d)\d(?:{_APART}\d){{8}}{_APART}[A-Za-z](?![A-Za-z0-9])")
_SECRETS: Final = (
    re.compile(r"cop[\W_]{1,3}(?:live|test)[\W_]{0,3}[\w-]*", re.IGNORECASE),
    re.compile(r"\b(?:bearer|basic)\s+\S+", re.IGNORECASE),
    re.compile(r"(?:eyJ|(?<![\w-])(?:eyA|ewo|ew0))[\w-]{8,}[\w.-]*"),  # JSON in base64 begins so
    re.compile(r"(?:\"[^\"]*\"|[^\s@\"'<>]+)\s?@\s?[^\s@\"'<>]+"),
    re.compile(r"[A-Za-z0-9_+/=-]{40,}"),  # sealed tokens and keys, whoever made them
    # shorter ones have all kinds of characters
    re.compile(r"(?=[\w+/=-]*[0-9])(?=[\w+/=-]*[a-z])(?=[\w+/=-]*[A-Z])[A-Za-z0-9_+/=-]{24,}"),
)
# tax file numbers, telephone numbers, the digits of a CRN, dates of birth: eight digits and more
_DIGITS: Final = re.compile(rf"\+?\d(?:{_APART}\d){{7,}}")
_DATE: Final = re.compile(r"(?<!\d)\d{1,2}(?:/\d{1,2}/\d{2,4}|[.-]\d{1,2}[.-](?:19|20)\d\d)(?!\d)")


class Marks:
    """Puts marks in the place of what may name somebody. `key` makes the mark of a CRN, so that lines about one person
    can be told to be about one and nobody can find out whom by trying all numbers."""

    def __init__(self, key: bytes) -> None:
        self._key = key

    def clean(self, value: Any) -> Any:
        """Return a value as it may stand in a line: texts, numbers, lists and mappings, and nothing else."""
        match value:
            case None | bool():
                return value
            case Enum():
                return self.clean(value.value)
            case int() | float():
                return value if abs(value) < 10_000_000 else HIDDEN
            case str():
                return self._text(value)
            case Mapping():
                return {str(self.clean(name)): self.clean(one) for name, one in [*value.items()][:MOST]}
            case list() | tuple() | set() | frozenset():
                return [self.clean(one) for one in [*value][:MOST]]
            case _:
                return type(value).__name__

    def _text(self, text: str) -> str:
        if _ID.fullmatch(text):
            return text
        # a little more than is shown: a number must not be cut in two before it is found
        text = _plain(text[: 6 * LONGEST])[: 2 * LONGEST]
        for secret in _SECRETS:
            text = secret.sub(HIDDEN, text)
        pieces, end = [], 0
        for found in _CRN.finditer(text):
            pieces += [_without_numbers(text[end : found.start()]), self._mark(found)]
            end = found.end()
        return "".join((*pieces, _without_numbers(text[end:])))[:LONGEST]

    def _mark(self, found: re.Match[str]) -> str:
        number = re.sub(r"[^0-9A-Za-z]", "", found[0]).upper()
        return f"crn:h:{hmac.digest(self._key, number.encode(), sha256).hex()[:8]}"


def _plain(text: str) -> str:
    """Return a text as it reads: without escapes of an address, with wide figures and letters as narrow ones."""
    while (read := unquote(text)) != text:
        text = read
    return normalize("NFKC", text)


def _without_numbers(text: str) -> str:
    return _DATE.sub(HIDDEN, _DIGITS.sub(HIDDEN, text))
