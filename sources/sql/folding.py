"""Folding: how texts are written so that what a person means by them is the same letter by letter.

No accents, no cases, no punctuation: what remains are letters and digits, so a folded word is safe in any query.
"""

import re
import unicodedata
from collections.abc import Iterator
from typing import Final

from jellyfish import metaphone

LONGEST_WORD: Final = 40
LONGEST_NUMBER: Final = 24

_SPELLED: Final = str.maketrans(
    {"ß": "ss", "æ": "ae", "œ": "oe", "ø": "o", "ł": "l", "đ": "d", "ð": "d", "þ": "th", "ħ": "h", "ı": "i"}
    | {"ŋ": "n", "ŧ": "t", "ĸ": "k", "ƒ": "f", "ɓ": "b", "ɗ": "d", "ə": "e"}
)
# what joins two words into one name: apostrophes and hyphens of every make
_JOINTS: Final = str.maketrans(dict.fromkeys("'`´‘’‛′＇ʹʻʼ‐‑‒–—−﹣－", "-"))
_CHUNK: Final = re.compile(r"[^\W_]+(?:-+[^\W_]+)*")
_PLAIN_TEXT: Final = re.compile(r"[A-Za-z0-9 .,/()]*")
_PLAIN_WORD: Final = re.compile(r"[a-z0-9]+")
_NOT_PLAIN: Final = re.compile(r"[^a-z0-9]+")
_NOT_DIGITS: Final = re.compile(r"[^0-9]+")
_HERE: Final = "61"
"""The country whose numbers are also written with a 0 in its place."""


def folded(text: str) -> str:
    """Return the text without marks and cases, letters that have no plain twin spelled out."""
    if text.isascii():
        return text.lower()
    plain = _unmarked(_unmarked(text).casefold()).translate(_SPELLED)
    return "".join(map(_digit, plain))


def chunks(text: str) -> Iterator[list[str]]:
    """Yield the words of a text, each as the pieces that an apostrophe or hyphen joins."""
    if _PLAIN_TEXT.fullmatch(text):  # as most texts are: there is nothing to join or to spell out
        yield from ([word[:LONGEST_WORD]] for word in _PLAIN_WORD.findall(text.lower()))
        return
    for found in _CHUNK.findall(folded(text.translate(_JOINTS))):
        yield [piece[:LONGEST_WORD] for piece in found.split("-") if piece]


def forms(text: str) -> Iterator[str]:
    """Yield the words by which a text is found: each piece, each word without its joints, the whole without blanks."""
    whole: list[str] = []
    for pieces in chunks(text):
        yield from pieces
        if len(pieces) > 1:
            yield joined(pieces)
        whole += pieces
    if len(whole) > 1:
        yield joined(whole)


def joined(pieces: list[str]) -> str:
    """Return pieces as one word."""
    return "".join(pieces)[:LONGEST_WORD]


def identifier(text: str) -> str:
    """Return the letters and digits of a number of any system, as one word."""
    plain = folded(text)
    if plain.isascii():
        return _NOT_PLAIN.sub("", plain)[:LONGEST_WORD]
    return "".join(letter for letter in plain if letter.isalnum())[:LONGEST_WORD]


def telephone(text: str) -> str:
    """Return the digits of a telephone number as they are dialled within the country."""
    plain = folded(text)
    digits = _NOT_DIGITS.sub("", plain)
    abroad = digits if plain.lstrip(" (").startswith("+") else digits[2:] if digits[:2] == "00" else ""
    if not abroad and len(digits) == 11:
        abroad = digits if digits.startswith(_HERE) else ""
    if abroad.startswith(_HERE) and len(abroad) > 4:
        digits = "0" + abroad.removeprefix(_HERE).removeprefix("0")
    elif len(abroad) > 4:
        digits = abroad
    return digits[:LONGEST_NUMBER]


def digits(text: str) -> str:
    """Return the digits of a text as they stand."""
    return _NOT_DIGITS.sub("", folded(text))[:LONGEST_NUMBER]


def sound(word: str) -> str:
    """Return how a folded word sounds; empty for a single letter, and for letters that are not Latin."""
    if len(word) < 2 or not (word.isascii() and word.isalpha()):
        return ""
    heard: str = metaphone(word).lower()
    return heard if heard.isalnum() else ""


def _unmarked(text: str) -> str:
    return "".join(
        letter for letter in unicodedata.normalize("NFKD", text) if unicodedata.category(letter)[0] != "M"
    )


def _digit(letter: str) -> str:
    value = unicodedata.decimal(letter, None) if letter > "9" else None
    return letter if value is None else str(value)
