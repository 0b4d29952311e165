"""What a log line hides: whatever looks like somebody's number, address or key, wherever in a value it stands.

The lines of ours hold nothing of the kind. This is the second net, for what a system or a library may put into a value.
"""

import hmac
import re
from collections.abc import Callable, Mapping
from enum import Enum
from hashlib import sha256
from typing import Any, Final

HIDDEN: Final = "[hidden]"
LONGEST: Final = 300
"""Characters of one value; what is longer is cut off."""

MOST: Final = 20
"""Members of one list or mapping; the others are left out."""

_ID: Final = re.compile(r"[0-9a-f]{16}|[0-9a-f]{32}|[0-9a-f]{8}(-[0-9a-f]{4}){3}-[0-9a-f]{12}")
_APART: Final = r"[ .()/_-]{0,2}"
_CRN: Final = re.compile(rf"(?<!\d)\d(?:{_APART}\d){{8}}{_APART}[A-Za-z](?![A-Za-z0-9])")
_SECRETS: Final = (
    re.compile(r"cop_(?:live|test)_[\w-]*", re.IGNORECASE),
    re.compile(r"eyJ[\w-]+\.[\w.-]*"),
    re.compile(r"[^\s@\"'<>]+@[^\s@\"'<>]+"),
    re.compile(r"[A-Za-z0-9_+/=-]{40,}"),  # sealed tokens and keys, whoever made them
)
# tax file numbers, telephone numbers, the digits of a CRN, dates of birth: eight digits and more
_DIGITS: Final = re.compile(rf"\+?\d(?:{_APART}\d){{7,}}")


class Marks:
    """Puts marks in the place of what may name somebody. `key` makes the mark of a CRN, so that lines about one person
    can be told to be about one and nobody can find out whom by trying all numbers."""

    def __init__(self, key: bytes) -> None:
        self._key = key

    def clean(self, value: Any) -> Any:
        """Return a value as it may stand in a line: texts, numbers, lists and mappings, and nothing else."""
        match value:
            case None | bool() | float():
                return value
            case Enum():
                return self.clean(value.value)
            case int():
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
        text = text[: 2 * LONGEST]
        for secret in _SECRETS:
            text = secret.sub(HIDDEN, text)
        text = _CRN.sub(self._mark, text)
        return _outside(text, lambda rest: _DIGITS.sub(HIDDEN, rest))[:LONGEST]

    def _mark(self, found: re.Match[str]) -> str:
        number = re.sub(r"[^0-9A-Za-z]", "", found[0]).upper()
        return f"crn:h:{hmac.digest(self._key, number.encode(), sha256).hex()[:8]}"


_MARK: Final = re.compile(r"(crn:h:[0-9a-f]{8})")


def _outside(text: str, change: Callable[[str], str]) -> str:
    """Change a text but for the marks in it."""
    return "".join(one if _MARK.fullmatch(one) else change(one) for one in _MARK.split(text))
