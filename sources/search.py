"""The one contract of a search: what people are looked for by goes in, candidates come out in a standing order.

A finder says who may be meant and nothing else of them. Who may see them is decided where all customers are decided on.
"""

import time
from datetime import date
from typing import Any, Protocol

from msgspec import Struct

from sources.crn import Crn
from sources.errors import BadData, Fault
from sources.source import Neighbour, Observer, asked, in_time

SEARCH = "search"
MOST_DUPLICATES = 20
"""So many others may be the same person as one candidate."""


class Criteria(Struct, frozen=True, omit_defaults=True):
    """What a person is looked for by; everything given must match.

    `quick` is a text of words of which each must match something of the person. `protected_names` lets names count
    that only staff may see.
    """

    quick: str | None = None
    name: str | None = None
    family: str | None = None
    given: str | None = None
    phone: str | None = None
    email: str | None = None
    address: str | None = None
    identifier: str | None = None
    born: date | None = None
    protected_names: bool = False


class Candidate(Struct, frozen=True):
    """Somebody who may be meant. `place` is where to go on after this one, and means something to the finder alone.

    `duplicates` are other customers who may be the same person.
    """

    crn: Crn
    place: str
    duplicates: tuple[Crn, ...] = ()


class Candidates(Struct, frozen=True):
    """Candidates, the likeliest first, and whether more follow."""

    found: tuple[Candidate, ...]
    more: bool


class Finder(Neighbour, Protocol):
    """A source that can look for people. It may raise any `Fault`; callers go through `ask_finder`."""

    async def find(self, wanted: Criteria, size: int, after: str | None) -> Candidates:
        """Return at most `size` candidates that come after a place, nobody twice, in an order that stands still."""


async def ask_finder(
    finder: Finder, wanted: Criteria, size: int, after: str | None, observe: Observer
) -> Candidates | Fault:
    """Ask a finder for people; an answer of another shape, or longer than asked for, is a fault."""
    started = time.perf_counter()
    answer: Any = await in_time(finder, SEARCH, finder.find(wanted, size, after), observe)
    if not isinstance(answer, Fault) and not _has_shape(answer, size):
        answer = BadData(finder.system, "shape")
    found = answer if isinstance(answer, Fault) else answer.found or None
    observe(asked(SEARCH, finder.system, {SEARCH: found}, time.perf_counter() - started))
    told: Candidates | Fault = answer
    return told


def _has_shape(answer: Any, size: int) -> bool:
    if not isinstance(answer, Candidates) or not isinstance(answer.found, tuple) or len(answer.found) > size:
        return False
    if not all(isinstance(one, Candidate) and _is_candidate(one) for one in answer.found):
        return False
    # whoever says that more follow has to say after whom
    unique = len({one.crn for one in answer.found}) == len(answer.found)
    return unique and isinstance(answer.more, bool) and (bool(answer.found) or not answer.more)


def _is_candidate(one: Candidate) -> bool:
    texts: tuple[Any, ...] = (one.crn, one.place)
    others: Any = one.duplicates
    return (
        all(isinstance(text, str) and text for text in texts)
        and isinstance(others, tuple)
        and len(others) <= MOST_DUPLICATES
        and all(isinstance(other, str) and other and other != one.crn for other in others)
    )
