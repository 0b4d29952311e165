"""What is asked of the cache, and what is found there."""

from collections.abc import Callable, Mapping, Sequence
from enum import Enum
from typing import Any, TypeAlias

from msgspec import Struct

from cache.events import OfShared
from cache.fleet import Taken
from cache.flight import Fetch, Landed
from cache.store import Looked, Mark, Told


class Keep(Enum):
    """Whether a value may be kept: for its part's time, for a few seconds ("nothing known"), or not at all."""

    USUALLY = "usually"
    BRIEFLY = "briefly"
    NEVER = "never"


Judge: TypeAlias = Callable[[Any], Keep]
Group: TypeAlias = Sequence[str]
"""Whose alone it is what a system told; empty for everybody's."""


class Found(Struct, frozen=True):
    """A value, and whether it came from its source just now (`fetched`) or was kept past its fresh limit (`stale`).

    `since` is when the fetch began, in monotonic seconds; `mark` is the one read before it.
    """

    value: Any
    fetched: bool = False
    stale: bool = False
    since: float = 0.0
    mark: Mark = ()


class Question(Struct, frozen=True):
    """Some people's values of one part, as one system tells it, and how those are fetched that are not kept."""

    part: str
    system: str
    crns: Sequence[str]
    fetch: Fetch
    group: Group = ()


Answered: TypeAlias = Callable[[str, dict[str, Found] | BaseException], None]
"""What is told of a part: its values by CRN, or what its fetch raised."""


def tell(
    answered: Answered,
    part: str,
    found: Mapping[str, Found],
    marks: Mapping[str, Mark],
    landed: dict[str, Landed] | BaseException,
) -> None:
    """Tell of a part that is there: what was kept of it and what was fetched, or what the fetch raised."""
    answered(part, landed if isinstance(landed, BaseException) else {**found, **fetched(landed, marks)})


def fetched(landed: Mapping[str, Landed], marks: Mapping[str, Mark]) -> dict[str, Found]:
    """Return what flights brought, under the marks that were read before: what another process fetched is as kept."""
    return {
        crn: Found(one.value.value)
        if isinstance(one.value, Taken)
        else Found(one.value, True, False, one.since, marks[crn])
        for crn, one in landed.items()
    }


def of_shared(looked: Mapping[str, Looked], found: Mapping[str, Found]) -> OfShared | None:
    """Return what of a look was the shared level's; of what it did not say, the rest is the process's own."""
    far = [crn for crn, one in looked.items() if one.told is Told.FAR]
    alone = sum(one.told is Told.ALONE for one in looked.values())
    if not far and not alone:
        return None
    good = [found[crn] for crn in far if crn in found]
    stale = sum(one.stale for one in good)
    return OfShared(len(good) - stale, stale, len(far) - len(good), alone)
