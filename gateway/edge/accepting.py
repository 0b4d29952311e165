"""Which of several media types an answer is given in: the one that its reader likes best (RFC 9110, 12.5.1)."""

import re
from collections.abc import Iterator, Mapping, Sequence
from typing import Final

_QUALITY: Final = re.compile(r"(?:0(?:\.\d{0,3})?|1(?:\.0{0,3})?)")
_LONGEST: Final = 2_000
PARTS: Final = "multipart/mixed"


def preferred(accept: str | None, offered: Sequence[str], usual: str) -> str | None:
    """Return the media type of an answer, None where none that is `offered` is accepted.

    The one of the highest quality; of several, the one that is named first. Where only a wildcard speaks of it, or
    nothing is said at all, it is the `usual` one.
    """
    if accept is None or not accept.strip():
        return usual
    ranges = list(_ranges(accept[:_LONGEST].lower()))
    best: tuple[float, int, int] | None = None
    chosen = None
    for offer in (usual, *(one for one in offered if one != usual)):
        said = _most_specific(offer, ranges)
        if said is None or said[0] == 0:
            continue
        quality, exact, place = said
        # of what a wildcard lets in, the usual one comes first: what is named stands before it only by its quality
        worth = (quality, exact, -place)
        if best is None or worth > best:
            best, chosen = worth, offer
    return chosen


def in_parts(accept: str | None, offered: Sequence[str]) -> Mapping[str, str] | None:
    """Return the parameters of the range that asks for an answer in parts; None where a whole one is liked more.

    It has to be named: `*/*` does not read parts. Where both are liked as much, what asks for parts gets them. Of
    several ranges the one of the highest quality counts, then the first; `offered` are the types of a whole answer.
    """
    said = (accept or "")[:_LONGEST].lower()
    ranges = list(_ranges(said))
    whole = max(
        (found[0] for one in offered if (found := _most_specific(one, ranges)) is not None), default=0
    )
    named = [(quality, -place) for name, quality, place in ranges if name == PARTS and quality >= whole]
    best = max((one for one in named if one[0] > 0), default=None)
    if best is None:
        return None
    pieces = (piece.partition("=") for piece in said.split(",")[-best[1]].split(";")[1:])
    return {name.strip(): value.strip().strip('"') for name, _, value in pieces}


def _most_specific(offer: str, ranges: Sequence[tuple[str, float, int]]) -> tuple[float, int, int] | None:
    """Return quality, whether it is named, and place of the range that speaks of a type most exactly."""
    for exact, name in ((1, offer), (0, f"{offer.partition('/')[0]}/*"), (0, "*/*")):
        found = next((one for one in ranges if one[0] == name), None)
        if found is not None:
            return found[1], exact, found[2]
    return None


def _ranges(accept: str) -> Iterator[tuple[str, float, int]]:
    """Yield what is accepted, with its quality and its place. A range with parameters of its own is as one without."""
    for place, part in enumerate(accept.split(",")):
        name, *parameters = (piece.strip() for piece in part.split(";"))
        quality = next((one[2:].strip() for one in parameters if one.startswith("q=")), "1")
        if name:
            yield name, float(quality) if _QUALITY.fullmatch(quality) else 0.0, place
