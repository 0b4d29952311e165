"""Sources that misbehave in every way the contract must survive. They hold no data but what a test gives them."""

import asyncio
from collections.abc import Callable, Mapping, Sequence
from typing import Any

from hypothesis import strategies as st

from sources.crn import Crn
from sources.errors import BadData, SourceTimeout, SourceUnavailable, WrongSubject
from sources.parts import CUSTOMER, INTERACTION, Part
from sources.parts.history import History, Keyset
from sources.source import Filter, Reading
from tests.sources.specimens import NOW, at, crns, customer, interaction

PEOPLE = crns(5)
people = st.sampled_from(PEOPLE)
asked = st.lists(people, min_size=1, max_size=5, unique=True)
faults = st.sampled_from(
    [
        SourceTimeout("s"),
        SourceUnavailable("s"),
        BadData("s"),
        WrongSubject("s"),
        SourceUnavailable("s", "database"),
    ]
)
failures = (
    st.sampled_from(
        [*(kind() for kind in (ValueError, KeyError, TypeError, AttributeError, OSError, TimeoutError))]
    )
    | faults
)

items = st.builds(interaction, people, st.sampled_from("abcd"), st.integers(0, 3).map(at))
histories = st.builds(History, people, st.lists(items, max_size=6).map(tuple))


class Hostile:
    """A source that answers with whatever it is given: it hangs, raises, or returns it."""

    system = "hostile"
    retention_days = None
    most_at_once = 100

    def __init__(self, part: Part[Any], answer: Any, hangs: bool = False) -> None:
        self.part = part
        self.time_limit = 0.001 if hangs else 5.0
        self._answer = answer
        self._hangs = hangs

    async def fetch(self, crns: Sequence[Crn]) -> Mapping[Crn, Any]:
        answer: Mapping[Crn, Any] = await self._answered()
        return answer

    async def page(self, crn: Crn, wanted: Filter, before: Keyset | None, size: int) -> Any:
        return await self._answered()

    async def _answered(self) -> Any:
        if self._hangs:
            await asyncio.sleep(3600)
        if isinstance(self._answer, Exception):
            raise self._answer
        return self._answer


def readings(records: st.SearchStrategy[Any]) -> st.SearchStrategy[Any]:
    return st.builds(Reading, records, st.just(NOW))


def mappings(outcomes: st.SearchStrategy[Any]) -> st.SearchStrategy[dict[Crn, Any]]:
    """Answers in any order: partial, swapped, doubled, about people who were not asked for."""
    return st.dictionaries(people, outcomes, max_size=5)


def hostiles(part: Part[Any], records: st.SearchStrategy[Any]) -> st.SearchStrategy[Hostile]:
    make: Callable[[Any], Hostile] = lambda answer: Hostile(part, answer)  # noqa: E731
    answers = mappings(readings(records) | faults).map(make)
    return st.one_of(answers, answers, failures.map(make), st.just(Hostile(part, None, hangs=True)))


hostile_records = hostiles(CUSTOMER, st.builds(customer, people))
hostile_histories = hostiles(INTERACTION, histories)
