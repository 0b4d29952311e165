"""Looking for words and numbers in whatever came out, in every form that a program may have given them.

Words are looked for by how they begin, so that a new one is found, too.
"""

import base64
import hashlib
import json
import re
import unicodedata
from collections.abc import Iterable, Iterator, Mapping
from html import unescape
from urllib.parse import quote, unquote

_ESCAPED = re.compile(r"\\u([0-9a-fA-F]{4})")
_REST = bytes(byte for byte in range(128) if not chr(byte).isalnum())
_ALPHABET = str.maketrans("-_", "+/")


def folded(text: str) -> str:
    """Letters and digits alone: without case, accents, and whatever stands between."""
    plain = unicodedata.normalize("NFKD", text).casefold().encode("ascii", "ignore")
    return plain.translate(None, _REST).decode()


def _read(text: str) -> str:
    """A text without the escapes of JSON, of addresses and of pages."""
    unescaped = _ESCAPED.sub(lambda found: chr(int(found[1], 16)), text)
    return unescape(unquote(unescaped.replace("+", " ")))


class Heap:
    """Something that came out, turned over so that it can be looked through."""

    def __init__(self, raw: bytes) -> None:
        text = raw.decode("utf-8", "replace")
        readings = dict.fromkeys((text, _read(text), raw.decode("latin-1")))
        self.folded = "\n".join(folded(one) for one in readings)
        self.packed = re.sub(r"\s", "", text).translate(_ALPHABET)

    def holds(self, needle: str) -> list[str]:
        """The forms in which a needle is found."""
        return [form for form, found in self._looks(needle) if found]

    def _looks(self, needle: str) -> Iterator[tuple[str, bool]]:
        yield "as it is", folded(needle) in self.folded
        for written in dict.fromkeys((needle, needle.lower(), needle.upper())):
            raw = written.encode()
            yield "in base64", any(one in self.packed for one in in_base64(raw))
            yield "in hex", raw.hex() in self.folded
            yield "as a hash", any(one in self.folded for one in hashes(raw))


def in_base64(raw: bytes) -> list[str]:
    """How bytes look within a longer text in base64, wherever they begin in it."""
    found = []
    for offset in range(3):
        text = base64.b64encode(b"\x00" * offset + raw).decode()
        begin = (0, 2, 3)[offset]
        end = len(text) if (offset + len(raw)) % 3 == 0 else len(text.rstrip("=")) - 1
        found.append(text[begin:end])
    return found


def hashes(raw: bytes) -> list[str]:
    """Hashes without a key: whoever tries all numbers of ten digits knows whose each is."""
    return [hashlib.new(name, raw).hexdigest()[:16] for name in ("md5", "sha1", "sha256", "sha512")]


def found_in(raw: bytes, needles: Iterable[str]) -> list[tuple[str, str]]:
    """Which needles stand in what came out, and in which form."""
    heap = Heap(raw)
    return [(needle, form) for needle in needles for form in dict.fromkeys(heap.holds(needle))]


def disguises(needle: str) -> Mapping[str, bytes]:
    """A needle as it may come out."""
    words = " ".join(needle[place : place + 3] for place in range(0, len(needle), 3))
    return {
        "as it is": needle.encode(),
        "in small letters": needle.lower().encode(),
        "in capitals": needle.upper().encode(),
        "with spaces": words.encode(),
        "with hyphens": words.replace(" ", "-").encode(),
        "with dashes": words.replace(" ", "\u2013").encode(),
        "in an address": quote(words).encode(),
        "letter by letter in an address": "".join(f"%{byte:02X}" for byte in needle.encode()).encode(),
        "in JSON": json.dumps(needle + "\u00e9").encode(),
        "letter by letter in JSON": "".join(f"\\u{ord(letter):04x}" for letter in needle).encode(),
        "in a page": "".join(f"&#{ord(letter)};" for letter in needle).encode(),
        "in base64": base64.b64encode(needle.encode()),
        "in base64, further on": base64.b64encode(b"a" + needle.encode() + b"b"),
        "in base64, at the end": base64.urlsafe_b64encode(b"ab" + needle.encode()),
        "in hex": needle.encode().hex().encode(),
        "as a hash": hashlib.sha256(needle.encode()).hexdigest().encode(),
    }
